"""Correcting and revoking an issued paper: proposed by one, ruled by another, in one transaction.

A number is never used again: a correction is a new paper under the next number, and the register
and the public check show the chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.errors import ApplicationActError, NotAllowedError, WrongStateError
from approvals.decisions.models import Recognition
from approvals.revisions import resting, sight, telling
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
    """The corrected content, checked as issuing will check it; empty when nothing was changed."""
    told = {**content, "draft": False}
    if told == {**document.content, "draft": False}:
        return {}
    try:
        documents.check(told)
    except documents.IssueRefused as refusal:
        raise TextRefused(str(refusal)) from refusal
    return told


def _corrected(document: Document, content: Mapping[str, Any]) -> dict[str, Any]:
    made = _checked(document, content)
    if not made:
        raise TextRefused(_("内容没有改动；请先修改需要更正的文字。"))
    return made


def _corrected_along(
    document: Document, along: Mapping[int, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The papers that rest on this one, as far as they were corrected with it. An organ corrects
    its own papers only; those of another just get the new number."""
    if not along:
        return {}
    own = {
        paper.pk: paper
        for paper in resting.resting_on(document)
        if paper.lead_organ_id == document.lead_organ_id
    }
    if along.keys() - own.keys():
        raise WrongStateError(_("随同换发的文书已经变化，请重新打开更正页面后提出。"))
    made = {str(pk): _checked(own[pk], content) for pk, content in along.items()}
    return {pk: content for pk, content in made.items() if content}


@transaction.atomic
def propose(
    pk: int,
    *,
    act: str,
    reason: str,
    by: User,
    content: Mapping[str, Any] | None = None,
    along: Mapping[int, Mapping[str, Any]] | None = None,
) -> Revision:
    """Proposes a correction (with its content) or a revocation of a valid paper.

    `along`: corrected content of papers that rest on it (`resting`), by their key.
    Raises NoSuchPaper, NotAllowedError, WrongStateError, ReasonMissing, TextRefused.
    """
    document = sight.paper_for(by, pk)
    if not sight.may_propose(by, document):
        raise NotAllowedError(_("只有该机关拟定决定的人员可以提出更正或者撤销。"))
    locked = Document.objects.select_for_update().get(pk=pk)
    if locked.state != Document.State.VALID:
        raise WrongStateError(_("该公文已不是有效状态，不能再更正或者撤销。"))
    correcting = act == Act.SUPERSEDE
    kept = _corrected(document, content or {}) if correcting else None
    try:
        with transaction.atomic():
            revision = Revision.objects.create(
                document=document,
                act=Act(act),
                reason=_reason(reason),
                content=kept,
                along=_corrected_along(document, along or {}) if correcting else {},
                proposed_by=by,
                proposed_at=clock.now(),
            )
    except IntegrityError as error:
        raise WrongStateError(_("该公文已有一件更正或者撤销待审定，请先办结。")) from error
    told = {"revision": revision.pk, "act": revision.act, "reason": revision.reason}
    if revision.along:
        told["along"] = sorted(map(int, revision.along))
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
    """A second pair of eyes agrees: the paper is corrected or revoked now, and with it what rests
    on it.

    Raises NoSuchPaper, NotAllowedError, WrongStateError, TextRefused.
    """
    revision = _locked_for_ruling(pk, by)
    document = revision.document
    following = resting.resting_on(document)
    _require_undisputed(revision, following)
    try:
        if revision.act == Act.REVOKE:
            documents.revoke(document, reason=revision.reason, by=by)
            resting.revoke_with(document, reason=revision.reason, by=by)
            _end_standing(document)
        else:
            revision.result = documents.supersede(
                document,
                reason=revision.reason,
                by=by,
                content=revision.content or {},
                along={int(pk): content for pk, content in revision.along.items()},
            )
    except documents.NotVoidableError as error:
        raise WrongStateError(_("该公文已不是有效状态，不能再更正或者撤销。")) from error
    except documents.IssueRefused as refusal:
        raise TextRefused(str(refusal)) from refusal
    _rule(revision, State.DONE, by, "")
    telling.tell_applicant(revision, resting.became(following))
    return revision


def _require_undisputed(revision: Revision, papers: Iterable[Document]) -> None:
    """What follows is still what was shown, and nobody proposes something else for it."""
    by_key = {paper.pk: paper for paper in papers}
    if {int(pk) for pk in revision.along} - by_key.keys():
        raise WrongStateError(_("随同换发的文书在提出之后已经变化，请收回后重新提出。"))
    waiting = Revision.objects.filter(document__in=by_key, state=State.OPEN).first()
    if waiting is not None:
        told = {"number": by_key[waiting.document_id].number}
        raise WrongStateError(
            _("随同办理的%(number)s另有一件更正或者撤销待审定，请先办结。") % told
        )


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
