"""Issues documents, and voids, supersedes or revokes them.

The number is taken and the content frozen in the caller's transaction (the one that seals the
decision); the original is made after the commit by a job (documents.originals).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

import clock
from documents import content as schema
from documents import errors, glyphs, numbering, originals, rendering, replacement, sight, signing
from documents.models import Document, RegisterEntry
from documents.originals import (
    JOB_KIND,
    LONG_JOB_KIND,
    LONG_LEASE,
    render,
    render_job,
    retry_rendering,
)
from documents.record import content_digest
from documents.replacement import Replacement
from documents.shapes import ContentError
from documents.telling import journal
from journal.services import Actor
from organizations.models import Organ

__all__ = [
    "JOB_KIND",
    "LONG_JOB_KIND",
    "LONG_LEASE",
    "render",
    "render_job",
    "retry_rendering",
]


class IssueRefused(errors.DocumentError):
    """The document cannot be issued; nothing was written and no number taken."""


class InvalidContent(IssueRefused):
    """The content document breaks its schema; `errors` names every fault."""

    def __init__(self, errors: Sequence[ContentError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)


class MissingGlyphs(IssueRefused):
    """Characters that no font prints; `characters` holds them."""

    def __init__(self, characters: Sequence[str]) -> None:
        named = "、".join(f"{one}（{glyphs.code_point(one)}）" for one in characters)
        super().__init__(_("字库中没有以下字符：%s，请改用其他写法") % named)
        self.characters = tuple(characters)


class NotVoidableError(errors.DocumentError):
    """Only a valid document can be voided or revoked."""


def check(content: Mapping[str, Any]) -> None:
    """Refuse, with InvalidContent or MissingGlyphs, what could not be printed as it is."""
    errors = schema.validate(content)
    if errors:
        raise InvalidContent(errors)
    characters = glyphs.missing(content)
    if characters:
        raise MissingGlyphs(characters)


def _frozen(
    content: Mapping[str, Any],
    organs: Sequence[Organ],
    day: date,
    facts: Mapping[str, str | None],
) -> dict[str, Any]:
    """The content with what issuing decides: organs, day of signing, no draft; number follows.

    `facts` (kind, holder, amount) go into the attached JSON; the check's origin is frozen too,
    because the QR code holds it.
    """
    return {
        **content,
        "organs": [organ.name for organ in organs],
        "date": day.isoformat(),
        "number": None,
        "draft": False,
        "record": dict(facts),
        "public_url": settings.PUBLIC_URL,
        "mark": signing.mark_for(content),
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
    amount: Decimal | None = None,
) -> Document:
    """Number and freeze a document, the lead organ first; the PDF follows by a job.

    Every character, the number's too, is checked before a number is taken. `organ_code` overrides
    the lead organ's document code (forms with a series of their own). `amount` in yuan, only where
    the paper names it: it stands in the JSON attached to the PDF. Raises InvalidContent,
    MissingGlyphs, or IssueRefused when the lead organ has no code.
    """
    lead = organs[0]
    code = organ_code or lead.document_code
    if not code:
        raise IssueRefused(_("%s没有机关代字，不能编发文字号；请先在机构资料中补上。") % lead.name)
    money = None if amount is None else f"{amount:.2f}"
    facts = {"kind": kind, "holder": holder_masked, "amount": money}
    at = clock.now()  # read once: number, day and year belong together at the year's turn
    frozen = _frozen(content, organs, at.date(), facts)
    check({**frozen, "number": numbering.written(code, at.year, 1)})
    entry = numbering.take(code, at)
    number = numbering.text_of(entry)
    document = Document(
        kind=kind,
        lead_organ=lead,
        organ_names=frozen["organs"],
        entry=entry,
        number=number,
        title=frozen["title"],
        date=at.date(),
        holder_masked=holder_masked,
        case_stream=case_stream,
        template_version=rendering.template_version(),
        supersedes=supersedes,
        issued_at=at,
    )
    document.content = {**frozen, "number": number, "verify_code": document.verify_code}
    document.content_sha256 = content_digest(document.content)
    document.save(force_insert=True)
    journal(document, "document_issued", by, {"content_sha256": document.content_sha256})
    originals.promise(document, key=f"{document.pk}:0")
    return document


def _close(document: Document, state: Document.State, reason: str) -> None:
    if not reason.strip():
        raise ValueError("a reason is needed; it stays in the register")
    changed = Document.objects.filter(pk=document.pk, state=Document.State.VALID).update(
        state=state, state_reason=reason.strip(), state_changed_on=clock.today()
    )
    if changed != 1:
        raise NotVoidableError(_("%s已经失效，不能再作废、变更或者撤销。") % document.number)
    document.refresh_from_db(fields=["state", "state_reason", "state_changed_on"])


@transaction.atomic
def void(document: Document, *, reason: str, by: Actor) -> None:
    """Void a document and its number; the number stays in the register with the reason."""
    _close(document, Document.State.VOID, reason)
    RegisterEntry.objects.filter(pk=document.entry_id).update(
        state=RegisterEntry.State.VOID, reason=reason.strip()
    )
    journal(document, "document_voided", by, {"reason": reason})


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
        amount=_amount_of(document),
    )
    sight.follow(document, renewed)
    replacement.tell(Replacement(document, renewed, reason, by))
    return renewed


@transaction.atomic
def supersede(
    document: Document,
    *,
    reason: str,
    by: Actor,
    content: Mapping[str, Any],
    along: Mapping[int, Mapping[str, Any]] | None = None,
) -> Document:
    """Issue a changed document in place of a valid one, which stays on file as changed (已变更).

    `along`: corrected content of papers that rest on it, by their key (`documents.replacement`).
    """
    _close(document, Document.State.SUPERSEDED, reason)
    journal(document, "document_superseded", by, {"reason": reason})
    renewed = issue(
        kind=document.kind,
        organs=_organs_of(document),
        content=content,
        holder_masked=document.holder_masked,
        by=by,
        case_stream=document.case_stream,
        organ_code=document.entry.series.organ_code,
        supersedes=document,
        amount=_amount_of(document),
    )
    sight.follow(document, renewed)
    replacement.tell(Replacement(document, renewed, reason, by, along or {}))
    return renewed


@transaction.atomic
def revoke(document: Document, *, reason: str, by: Actor | None) -> None:
    """Revoke a valid document; the public check shows it as 已撤销."""
    _close(document, Document.State.REVOKED, reason)
    journal(document, "document_revoked", by, {"reason": reason})


def _amount_of(document: Document) -> Decimal | None:
    """The sum the attached JSON of this document names."""
    amount = document.content.get("record", {}).get("amount")
    return Decimal(amount) if amount else None


def _organs_of(document: Document) -> list[Organ]:
    """The lead organ, then the others of its city by the names that were printed.

    Raises IssueRefused when one of them bears that name no more.
    """
    lead = document.lead_organ
    others = {
        organ.name: organ
        for organ in Organ.objects.filter(city=lead.city, name__in=document.organ_names)
    }
    renamed = [name for name in document.organ_names[1:] if name not in others]
    if renamed:
        told = {"number": document.number, "names": "、".join(renamed)}
        raise IssueRefused(
            _(
                "%(number)s的联合发文机关%(names)s在机构资料中已不用此名称，不能照原机关换发；"
                "请撤销后由现机关重新出具。"
            )
            % told
        )
    return [lead, *(others[name] for name in document.organ_names[1:])]
