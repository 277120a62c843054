"""Issues documents, makes their PDFs, and voids, supersedes or revokes them.

The number is taken and the content frozen in the caller's transaction (the one that seals the
decision); the PDF is made after the commit by a job of kind JOB_KIND whose handler approvals
registers as `render_job`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

import clock
from documents import content as schema
from documents import errors, files, glyphs, numbering, rendering, replacement
from documents.fonts.fetching import font_set_version
from documents.models import Document, RegisterEntry
from documents.rendering.errors import RenderingError
from documents.shapes import ContentError
from jobs.services import enqueue
from journal.services import Actor, record
from organizations.models import Organ

JOB_KIND = "render_document"
_RETRIES = 3
_RETRY_AFTER = timedelta(minutes=1)


class IssueRefused(errors.DocumentError):
    """The document cannot be issued; nothing was written and no number taken."""


class InvalidContent(IssueRefused):
    """The content document breaks its schema; `errors` names every fault."""

    def __init__(self, errors: Sequence[ContentError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = tuple(errors)


class MissingGlyphs(IssueRefused):
    """Characters that no font prints; `characters` holds them."""

    def __init__(self, characters: Sequence[str]) -> None:
        named = "、".join(f"{one}（{glyphs.code_point(one)}）" for one in characters)
        super().__init__(_("字库中没有以下字符：%s，请改用其他写法") % named)
        self.characters = tuple(characters)


class NotVoidableError(errors.DocumentError):
    """Only a valid document can be voided or revoked."""


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 over the content in one canonical form (sorted keys, no spaces, UTF-8)."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def check(content: Mapping[str, Any]) -> None:
    """Refuse, with InvalidContent or MissingGlyphs, what could not be printed as it is."""
    errors = schema.validate(content)
    if errors:
        raise InvalidContent(errors)
    characters = glyphs.missing(content)
    if characters:
        raise MissingGlyphs(characters)


def _frozen(content: Mapping[str, Any], organs: Sequence[Organ]) -> dict[str, Any]:
    """The content with what issuing decides: organs, day of signing, no draft; number follows."""
    return {
        **content,
        "organs": [organ.name for organ in organs],
        "date": clock.today().isoformat(),
        "number": None,
        "draft": False,
    }


@transaction.atomic
def issue(
    *,
    kind: str,
    organs: Sequence[Organ],
    content: Mapping[str, Any],
    holder_masked: str,
    by: Actor | None,
    case_stream: str,
    organ_code: str = "",
    supersedes: Document | None = None,
) -> Document:
    """Number and freeze a document, the lead organ first; the PDF follows by a job.

    Every character is checked before a number is taken. `organ_code` overrides the lead organ's
    document code (forms with a series of their own). Raises InvalidContent, MissingGlyphs, or
    ValueError when the lead organ has no code.
    """
    lead = organs[0]
    code = organ_code or lead.document_code
    if not code:
        raise ValueError(f"{lead.name} has no document code (机关代字); enter it with the organ")
    frozen = _frozen(content, organs)
    check(frozen)
    entry = numbering.take(code)
    number = numbering.text_of(entry)
    document = Document(
        kind=kind,
        lead_organ=lead,
        organ_names=frozen["organs"],
        entry=entry,
        number=number,
        title=frozen["title"],
        date=clock.today(),
        holder_masked=holder_masked,
        case_stream=case_stream,
        template_version=rendering.TEMPLATE_VERSION,
        supersedes=supersedes,
        issued_at=clock.now(),
    )
    document.content = {**frozen, "number": number, "verify_code": document.verify_code}
    document.content_sha256 = content_digest(document.content)
    document.save(force_insert=True)
    _journal(document, "document_issued", by, {"content_sha256": document.content_sha256})
    enqueue(JOB_KIND, {"document": document.pk}, key=f"{document.pk}:0")
    return document


def _journal(document: Document, verb: str, by: Actor | None, data: Mapping[str, Any]) -> None:
    """Tell the register's stream and, where there is a case, the case's."""
    told = {"document": document.pk, "number": document.number, "kind": document.kind, **data}
    record(numbering.register_stream(document.entry), verb, actor=by, data=told)
    if document.case_stream:
        record(document.case_stream, verb, actor=by, data=told)


def render(document_id: int) -> None:
    """Make the PDF of an issued document; a second call finds it made and does nothing.

    A failure is recorded with the document and tried again up to three times, a minute and more
    apart; after that it stands in the print room's list of failures, with a button.
    """
    document = Document.objects.select_related("entry__series").get(pk=document_id)
    if document.pdf_sha256 and files.path_of(document.pdf_sha256).is_file():
        return
    try:
        made = rendering.render(document.content)
    except RenderingError as error:
        _record_failure(document, error)
        return
    sha256 = files.store(made.pdf)
    _record_pdf(document, sha256, made.pages)


def render_job(payload: dict[str, Any]) -> None:
    """Handler of JOB_KIND; the payload is ``{"document": pk}``."""
    render(int(payload["document"]))


@transaction.atomic
def _record_pdf(document: Document, sha256: str, pages: int) -> None:
    changed = Document.objects.filter(pk=document.pk, pdf_sha256__in=["", sha256]).update(
        pdf_name=f"{document.number}.pdf",
        pdf_sha256=sha256,
        font_set=font_set_version(settings.FONTS_DIR),
        pages=pages,
        rendered_at=clock.now(),
        failure="",
    )
    if changed and not document.pdf_sha256:
        _journal(document, "document_rendered", None, {"pdf_sha256": sha256})


@transaction.atomic
def _record_failure(document: Document, error: RenderingError) -> None:
    failures = document.failures + 1
    Document.objects.filter(pk=document.pk).update(failure=str(error), failures=F("failures") + 1)
    _journal(document, "document_failed", None, {"failure": str(error)})
    if error.passing and failures < _RETRIES:
        enqueue(
            JOB_KIND,
            {"document": document.pk},
            key=f"{document.pk}:{failures}",
            run_at=clock.now() + failures * _RETRY_AFTER,
        )


@transaction.atomic
def retry_rendering(document: Document, *, by: Actor) -> None:
    """A person asks for the PDF again, after a failure or a loss in the archive."""
    _journal(document, "document_render_retried", by, {})
    enqueue(JOB_KIND, {"document": document.pk})


def _close(document: Document, state: Document.State, reason: str) -> None:
    if not reason.strip():
        raise ValueError("a reason is needed; it stays in the register")
    changed = Document.objects.filter(pk=document.pk, state=Document.State.VALID).update(
        state=state, state_reason=reason.strip(), state_changed_on=clock.today()
    )
    if changed != 1:
        raise NotVoidableError(f"{document.number} is not valid any more")
    document.refresh_from_db(fields=["state", "state_reason", "state_changed_on"])


@transaction.atomic
def void(document: Document, *, reason: str, by: Actor) -> None:
    """Void a document and its number; the number stays in the register with the reason."""
    _close(document, Document.State.VOID, reason)
    RegisterEntry.objects.filter(pk=document.entry_id).update(
        state=RegisterEntry.State.VOID, reason=reason.strip()
    )
    _journal(document, "document_voided", by, {"reason": reason})


@transaction.atomic
def void_and_renumber(
    document: Document,
    *,
    reason: str,
    by: Actor,
    content: Mapping[str, Any] | None = None,
    organs: Sequence[Organ] | None = None,
) -> Document:
    """Void a document and issue it anew, with corrected content if given, under the next number."""
    void(document, reason=reason, by=by)
    renewed = issue(
        kind=document.kind,
        organs=organs or _organs_of(document),
        content=content if content is not None else document.content,
        holder_masked=document.holder_masked,
        by=by,
        case_stream=document.case_stream,
        organ_code=document.entry.series.organ_code,
        supersedes=document,
    )
    replacement.tell(document, renewed)
    return renewed


@transaction.atomic
def supersede(
    document: Document, *, reason: str, by: Actor, content: Mapping[str, Any]
) -> Document:
    """Issue a changed document in place of a valid one, which stays on file as changed (已变更)."""
    _close(document, Document.State.SUPERSEDED, reason)
    _journal(document, "document_superseded", by, {"reason": reason})
    renewed = issue(
        kind=document.kind,
        organs=_organs_of(document),
        content=content,
        holder_masked=document.holder_masked,
        by=by,
        case_stream=document.case_stream,
        organ_code=document.entry.series.organ_code,
        supersedes=document,
    )
    replacement.tell(document, renewed)
    return renewed


@transaction.atomic
def revoke(document: Document, *, reason: str, by: Actor | None) -> None:
    """Revoke a valid document; the public check shows it as 已撤销."""
    _close(document, Document.State.REVOKED, reason)
    _journal(document, "document_revoked", by, {"reason": reason})


def _organs_of(document: Document) -> list[Organ]:
    """The lead organ, then the others of its city by the names that were printed."""
    lead = document.lead_organ
    others = {
        organ.name: organ
        for organ in Organ.objects.filter(city=lead.city, name__in=document.organ_names)
    }
    return [lead, *(others[name] for name in document.organ_names[1:])]
