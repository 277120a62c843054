"""An office changes a wording: proposed by one person, put in force by another, kept for ever.

A version's words never change. In force is the one that was settled last; going back to an old
wording is a new version with the old words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.errors import ApplicationActError, NotAllowedError, WrongStateError
from approvals.notices.examining import problems
from approvals.notices.models import TemplateVersion
from approvals.notices.selectors import in_force
from approvals.notices.services.templates import highest_numbers
from approvals.programs.pack_source import content_sha256
from journal.services import record
from organizations.models import User
from organizations.permissions import Permission, cities_where

State, Source = TemplateVersion.State, TemplateVersion.Source
LONGEST = 500


class OvertakenError(ApplicationActError):
    """A colleague was faster: another version is in force, or another proposal waits."""

    code = "overtaken"
    status = 409


class TemplateRefused(ApplicationActError):
    """The wording cannot be used as it is; `faults` says everything at once."""

    code = "template_refused"

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def may_edit(user: User, city: str) -> bool:
    """Does an office of this city employ him to write its templates? One query."""
    return city in cities_where(user, Permission.EDIT_TEMPLATE)


def may_approve(user: User, city: str) -> bool:
    """May he put a wording in force in this city? One query."""
    return city in cities_where(user, Permission.APPROVE_TEMPLATE)


@transaction.atomic
def propose(
    base: TemplateVersion,
    *,
    by: User,
    content: Mapping[str, Any],
    reason: str,
    source: TemplateVersion.Source = Source.OFFICE,
) -> TemplateVersion:
    """A new wording, written from `base`, waits for a second person. Sent twice it is one.

    Raises NotAllowedError, OvertakenError, TemplateRefused, WrongStateError (no reason, nothing
    changed).
    """
    if not may_edit(by, base.city):
        raise NotAllowedError(_("只有文印、承办人员可以修改文书模板。"))
    words, sha256 = _one_reason(reason), content_sha256(content)
    waiting = open_proposal(base.city, base.key)
    if waiting is not None and (waiting.author_id, waiting.sha256) == (by.pk, sha256):
        return waiting
    current = _current(base)
    _refuse_overtaken(base, current, waiting, again=source == Source.REVERT)
    if sha256 == current.sha256:
        raise WrongStateError(_("内容与现行版本相同，没有需要批准的修改。"), code="unchanged")
    faults = problems(base, content)
    if faults:
        raise TemplateRefused(faults)
    made = TemplateVersion(
        city=base.city,
        key=base.key,
        number=highest_numbers(base.city)[base.key] + 1,
        kind=base.kind,
        content=dict(content),
        sha256=sha256,
        root_sha256=current.root_sha256,
        source=source,
        state=State.PROPOSED,
        base=current,
        reason=words,
        author=by,
        written_at=clock.now(),
    )
    _save(made)
    record(stream_of(made), "template_proposed", actor=by, data=_told(made))
    return made


def _refuse_overtaken(
    base: TemplateVersion,
    current: TemplateVersion,
    waiting: TemplateVersion | None,
    *,
    again: bool,
) -> None:
    """One proposal at a time, and written from the words in force (but for an old wording)."""
    if waiting is not None:
        raise OvertakenError(
            _("该模板已有一项修改等待批准（第%(number)s版，%(name)s），请先处理。")
            % {"number": waiting.number, "name": waiting.author.name if waiting.author else ""}
        )
    if not again and current.pk != base.pk:
        raise OvertakenError(
            _("您修改期间，第%(number)s版已经启用。您填写的内容仍保留在下面，请核对差异后再提交。")
            % {"number": current.number}
        )


def _save(made: TemplateVersion) -> None:
    """One open proposal a template; the database says so when two people press at once."""
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise OvertakenError(_("另一人刚刚提交了对同一模板的修改，请先处理那一项。")) from error


def revert(old: TemplateVersion, *, by: User, reason: str) -> TemplateVersion:
    """Proposes an old wording again, as a new version. Raises what `propose` raises."""
    return propose(old, by=by, content=old.content, reason=reason, source=Source.REVERT)


@transaction.atomic
def settle(version: TemplateVersion, *, by: User, approve: bool, answer: str) -> TemplateVersion:
    """A second person puts the wording in force or declines it. Settled the same way twice is one.

    Raises NotAllowedError (no right, or his own proposal), OvertakenError (the pack or a colleague
    has changed what it was written from), WrongStateError (settled otherwise, no reason).
    """
    locked = _locked(version)
    state = State.IN_FORCE if approve else State.DECLINED
    if not may_approve(by, locked.city):
        raise NotAllowedError(_("只有机关负责人可以批准文书模板。"))
    if locked.author_id == by.pk:
        raise NotAllowedError(_("修改人不能批准自己的修改，须由另一人批准。"), code="four_eyes")
    if locked.state == state and locked.settled_by_id == by.pk:
        return locked
    _require_open(locked)
    if not approve and not answer.strip():
        raise WrongStateError(_("不批准的，请写明理由。"), code="reason_missing")
    current = in_force(locked.city, locked.key)
    if approve and (current is None or current.pk != locked.base_id):
        raise OvertakenError(_("现行版本已经变化，请退回修改人重新核对后提出。"))
    _settle(locked, state, by, answer)
    record(stream_of(locked), f"template_{state.value}", actor=by, data=_told(locked))
    return locked


@transaction.atomic
def withdraw(version: TemplateVersion, *, by: User) -> TemplateVersion:
    """The author takes his proposal back; it stays on record."""
    locked = _locked(version)
    if locked.author_id != by.pk:
        raise NotAllowedError(_("只有修改人可以撤回自己的修改。"))
    if locked.state == State.WITHDRAWN:
        return locked
    _require_open(locked)
    _settle(locked, State.WITHDRAWN, by, "")
    record(stream_of(locked), "template_withdrawn", actor=by, data=_told(locked))
    return locked


def open_proposal(city: str, key: str) -> TemplateVersion | None:
    """What waits for a second person; one query."""
    rows = TemplateVersion.objects.filter(city=city, key=key, state=State.PROPOSED)
    return rows.select_related("author").first()


def stream_of(version: TemplateVersion) -> str:
    """The journal stream of one template."""
    return f"template:{version.city}/{version.key}"


def _current(base: TemplateVersion) -> TemplateVersion:
    current = in_force(base.city, base.key)
    if current is None:
        raise WrongStateError(_("该模板没有启用的版本。"), code="none_in_force")
    return current


def _locked(version: TemplateVersion) -> TemplateVersion:
    return TemplateVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)


def _require_open(version: TemplateVersion) -> None:
    if version.state != State.PROPOSED:
        raise WrongStateError(
            _("该修改已处理：%(state)s。") % {"state": version.get_state_display()}, code="settled"
        )


def _settle(version: TemplateVersion, state: TemplateVersion.State, by: User, answer: str) -> None:
    version.state, version.settled_by, version.settled_at = state, by, clock.now()
    version.answer = answer.strip()[:LONGEST]
    TemplateVersion.objects.filter(pk=version.pk).update(
        state=state, settled_by=by, settled_at=version.settled_at, answer=version.answer
    )


def _one_reason(reason: str) -> str:
    words = reason.replace("\x00", "").strip()[:LONGEST]
    if not words:
        raise WrongStateError(_("请写明修改的理由。"), code="reason_missing")
    return words


def _told(version: TemplateVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "sha256": version.sha256,
        "source": str(version.source),
        "reason": version.reason,
        "answer": version.answer,
    }
