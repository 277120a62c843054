"""What the print room and the public check read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from documents import codes
from documents.models import Document, PrintBatch

PAGE_SIZE = 25
SHELVES = ("to_print", "printed", "waiting", "failed", "closed")
"""The lists of the print room."""
_MADE = ~Q(pdf_sha256="")
_ON_SHELF = {
    "to_print": _MADE & Q(copies_printed=0, state=Document.State.VALID),
    "printed": _MADE & Q(copies_printed__gt=0, state=Document.State.VALID),
    "waiting": Q(pdf_sha256="", failure=""),
    "failed": ~Q(failure=""),
    "closed": ~Q(state=Document.State.VALID),
}


@dataclass(frozen=True)
class DocumentPage:
    """Some documents, newest first; `after` is the key of the next page, or None."""

    rows: list[Document]
    after: int | None


def documents_in(cities: Collection[str]) -> QuerySet[Document]:
    """The documents whose lead organ belongs to one of the cities."""
    return Document.objects.filter(lead_organ__city__in=cities).select_related("lead_organ")


def document_page(
    cities: Collection[str],
    *,
    shelf: str,
    words: str = "",
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> DocumentPage:
    """One page of a shelf, searched by number or title; one query at any size."""
    found = documents_in(cities).filter(_ON_SHELF[shelf])
    if words:
        found = found.filter(Q(number__icontains=words) | Q(title__icontains=words))
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.defer("content").order_by("-pk")[: size + 1])
    return DocumentPage(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def document_in(cities: Collection[str], pk: int) -> Document | None:
    """One document of these cities with its register entry, or None."""
    return documents_in(cities).select_related("entry__series").filter(pk=pk).first()


def batch_in(cities: Collection[str], pk: int) -> PrintBatch | None:
    """One batch of these cities, or None."""
    batches = PrintBatch.objects.select_related("organ", "made_by")
    return batches.filter(pk=pk, organ__city__in=cities).first()


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


def _checked() -> QuerySet[Document]:
    """With what the checks show: organ, what it corrects, what corrected it."""
    return Document.objects.select_related("lead_organ", "superseded_by", "supersedes")
