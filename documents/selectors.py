"""One document by its city, its code or its digest."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from documents import codes, sight
from documents.models import Document
from organizations.models import User


def documents_in(cities: Collection[str], reader: User) -> QuerySet[Document]:
    """The documents whose lead organ belongs to one of the cities, without those the reader must
    not know of."""
    mine = Document.objects.filter(~sight.kept_from(reader), lead_organ__city__in=cities)
    return mine.select_related("lead_organ")


def document_in(cities: Collection[str], reader: User, pk: int) -> Document | None:
    """One of them with its register entry, or None."""
    return documents_in(cities, reader).select_related("entry__series").filter(pk=pk).first()


def document_by_code(typed: str) -> Document | None:
    """The document of a verification code as somebody typed it, or None; one query."""
    code = codes.normalized(typed)
    return _checked().defer("content").filter(verify_code=code).first() if code else None


def document_by_digest(sha256: str) -> Document | None:
    """The document whose PDF has this SHA-256, or None."""
    return _checked().filter(pdf_sha256=sha256).first()


def document_by_unsigned(sha256: str) -> Document | None:
    """The document whose bytes before any signature have this SHA-256, or None."""
    return _checked().filter(unsigned_sha256=sha256).first()


_LONGEST_CHAIN = 50


def in_place_of(document: Document) -> Document:
    """The end of its chain of replacements; itself when nothing replaced it. A statement a link."""
    last = document
    for _link in range(_LONGEST_CHAIN):
        following = Document.objects.defer("content").filter(supersedes=last).first()
        if following is None:
            break
        last = following
    return last


def replaced_by(document: Document) -> list[Document]:
    """What it replaced, directly and before that, the newest first; a statement a link."""
    found, key = list[Document](), document.supersedes_id
    while key is not None and len(found) < _LONGEST_CHAIN:
        found.append(Document.objects.defer("content").get(pk=key))
        key = found[-1].supersedes_id
    return found


def _checked() -> QuerySet[Document]:
    """With what the checks show: organ, what it corrects, what corrected it."""
    return Document.objects.select_related("lead_organ", "superseded_by", "supersedes")
