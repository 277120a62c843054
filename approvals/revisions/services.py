"""Correcting and revoking an issued paper: proposed by one, ruled by another, in one transaction.

A number is never used again: a correction is a new paper under the next number, and the register
and the public check show the chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.errors import ApplicationActError, NotAllowedError, WrongStateError
from approvals.decisions.models import Recognition
from approvals.revisions import sight, telling
from approvals.revisions.models import REASON_LENGTH, Act, Revision, State
from documents import services as documents
from documents.models import Document
from documents.telling import journal
from organizations.models import User


class ReasonMissing(ApplicationActError):
    """A reason is needed: it stays in the register and on the public page."""

    code = "reason_missing"


class TextRefused(ApplicationActError):
    """The corrected text cannot be printed; `detail` names place, rule and way out."""

    code = "text_refused"


def _reason(text: str) -> str:
    reason = " ".join(text.replace("\x00", "").split())
    if not reason:
        raise ReasonMissing(_("请写明原因；原因将记入登记簿，并在公开核验页面上显示。"))
    if len(reason) > REASON_LENGTH:
        raise ReasonMissing(_("原因不超过 %d 字。") % REASON_LENGTH)
    return reason


def _checked(document: Document, content: Mapping[str, Any]) -> dict[str, Any]:
    """The corrected content, checked as issuing will check it."""
    told = {**content, "draft": False}
    if told == {**document.content, "draft": False}:
        raise TextRefused(_("内容没有改动；请先修改需要更正的文字。"))
    try:
        documents.check(told)
    except documents.IssueRefused as refusal:
        raise TextRefused(str(refusal)) from refusal
    return told


@transaction.atomic
def propose(
    pk: int, *, act: str, reason: str, by: User, content: Mapping[str, Any] | None = None
) -> Revision:
    """Proposes a correction (with its content) or a revocation of a valid paper.

    Raises NoSuchPaper, NotAllowedError, WrongStateError, ReasonMissing, TextRefused.
    """
    document = sight.paper_for(by, pk)
    if not sight.may_propose(by, document.lead_organ):
        raise NotAllowedError(_("只有该机关拟定决定的人员可以提出更正或者撤销。"))
    locked = Document.objects.select_for_update().get(pk=pk)
    if locked.state != Document.State.VALID:
        raise WrongStateError(_("该公文已不是有效状态，不能再更正或者撤销。"))
    kept = _checked(document, content or {}) if act == Act.SUPERSEDE else None
    try:
        with transaction.atomic():
            revision = Revision.objects.create(
                document=document,
                act=Act(act),
                reason=_reason(reason),
                content=kept,
                proposed_by=by,
                proposed_at=clock.now(),
            )
    except IntegrityError as error:
        raise WrongStateError(_("该公文已有一件更正或者撤销待审定，请先办结。")) from error
    told = {"revision": revision.pk, "act": revision.act, "reason": revision.reason}
    journal(document, "revision_proposed", by, told)
    telling.tell_signers(revision)
    return revision


def _locked(pk: int, by: User) -> Revision:
    """The open proposal under lock; who may not see its paper is told there is none."""
    revision = Revision.objects.select_for_update().filter(pk=pk).first()
    if revision is None:
        raise sight.NoSuchPaper("")
    revision.document = sight.paper_for(by, revision.document_id)
    if not revision.is_open:
        raise WrongStateError(_("该事项已经办结。"))
    return revision


def _locked_for_ruling(pk: int, by: User) -> Revision:
    revision = _locked(pk, by)
    if not sight.may_rule(by, revision):
        raise NotAllowedError(_("须由提出人以外、有签发权的人员审定。"))
    return revision


def _rule(revision: Revision, state: State, by: User, ruling: str) -> None:
    revision.state, revision.ruled_by = state, by
    revision.ruled_at, revision.ruling = clock.now(), ruling
    revision.save(update_fields=["state", "ruled_by", "ruled_at", "ruling", "result"])


@transaction.atomic
def confirm(pk: int, *, by: User) -> Revision:
    """A second pair of eyes agrees: the paper is corrected or revoked now.

    Raises NoSuchPaper, NotAllowedError, WrongStateError, TextRefused.
    """
    revision = _locked_for_ruling(pk, by)
    document = revision.document
    try:
        if revision.act == Act.REVOKE:
            documents.revoke(document, reason=revision.reason, by=by)
            _end_standing(document)
        else:
            revision.result = documents.supersede(
                document, reason=revision.reason, by=by, content=revision.content or {}
            )
    except documents.NotVoidableError as error:
        raise WrongStateError(_("该公文已不是有效状态，不能再更正或者撤销。")) from error
    except documents.IssueRefused as refusal:
        raise TextRefused(str(refusal)) from refusal
    _rule(revision, State.DONE, by, "")
    telling.tell_applicant(revision)
    return revision


def _end_standing(document: Document) -> None:
    """A recognition stands on its paper: it ends with it."""
    standing = Recognition.objects.filter(decision__document=document, revoked_on=None)
    standing.update(revoked_on=clock.today())


@transaction.atomic
def refuse(pk: int, *, reason: str, by: User) -> Revision:
    """A second pair of eyes does not agree; the paper stays. Raises as `confirm`."""
    revision = _locked_for_ruling(pk, by)
    _rule(revision, State.REFUSED, by, _reason(reason))
    told = {"revision": revision.pk, "reason": revision.ruling}
    journal(revision.document, "revision_refused", by, told)
    return revision


@transaction.atomic
def withdraw(pk: int, *, by: User) -> Revision:
    """Who proposed takes it back. Raises NoSuchPaper, NotAllowedError, WrongStateError."""
    revision = _locked(pk, by)
    if revision.proposed_by_id != by.pk:
        raise NotAllowedError(_("只有提出人可以收回。"))
    _rule(revision, State.WITHDRAWN, by, "")
    journal(revision.document, "revision_withdrawn", by, {"revision": revision.pk})
    return revision
