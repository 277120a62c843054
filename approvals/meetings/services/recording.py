"""The minutes: entered item by item by the recorder, handed to the chair, sent back by him."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

import clock
from approvals.meetings import idempotency
from approvals.meetings.models import REASON_LENGTH, AgendaItem, ItemState, Meeting, State
from approvals.meetings.services.gate import (
    entered,
    item_of,
    require_chair,
    require_open,
    require_recorder,
    required,
    told,
    told_of,
)
from approvals.meetings.services.gathering import KIND
from approvals.meetings.sight import hidden_from, items_for
from approvals.notifications.services import notify
from approvals.reviews import steps
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.statement import Statement
from organizations.models import User
from workflows.errors import Stale, WrongState


@dataclass(frozen=True, slots=True)
class Entry:
    """What the meeting came to about one item; people by their numbers."""

    outcome: str
    conclusion: str
    dissent: str = ""
    abstained: frozenset[int] = frozenset()
    recused: frozenset[int] = frozenset()

    def as_payload(self) -> dict[str, Any]:
        """For the idempotency key and the journal."""
        return {
            "outcome": self.outcome,
            "conclusion": self.conclusion,
            "dissent": self.dissent,
            "abstained": sorted(self.abstained),
            "recused": sorted(self.recused),
        }


@transaction.atomic
def record_item(
    pk: int, *, actor: User, key: str, item: int, expected_version: int, entry: Entry
) -> Meeting:
    """Writes or rewrites the minutes of one item, from the day of the meeting on.

    `expected_version`: the material the recorder had before him. Raises NotVisible, NotAllowed,
    KeyReused, Stale, OpinionRefused (what the step's form asks, by field), WrongState (`too_early
    meeting_closed item_closed task_closed not_there chair_recused`).
    """
    payload = {"record": item, "version": expected_version, **entry.as_payload()}
    gate = entered(pk, actor=actor, key=key, payload=payload)
    meeting = gate.meeting
    if gate.replayed:
        return meeting
    require_recorder(meeting, actor)
    require_open(meeting)
    if clock.today() < meeting.day:
        raise WrongState(_("会议尚未召开，召开当日起可以记录。"), code="too_early")
    found = item_of(meeting, item, actor)
    _still_there(found, expected_version)
    _fits(found, entry)
    left = entry.recused | _must_leave(meeting, found)
    _people(meeting, entry, left)
    found.outcome, found.conclusion = entry.outcome, entry.conclusion.strip()
    found.dissent, found.papers_version = entry.dissent.strip(), expected_version
    found.save(update_fields=["outcome", "conclusion", "dissent", "papers_version"])
    found.abstained.set(entry.abstained)
    found.recused.set(left)
    told_of(found, "minutes_recorded", actor, **{**entry.as_payload(), "recused": sorted(left)})
    idempotency.remember(key, actor, payload, meeting)
    return meeting


def _still_there(item: AgendaItem, expected_version: int) -> None:
    current = item.task.process.material_version
    if not item.task.is_open:
        raise WrongState(_("本环节已经办结或者离开，请撤下这个议题。"), code="task_closed")
    if current != expected_version:
        raise Stale(current)


def _fits(item: AgendaItem, entry: Entry) -> None:
    """What the step's form asks of such an outcome; the minutes give words, nothing else."""
    outcomes = steps.outcomes_of(item.task)
    form = steps.form_of(item.application, item.task)
    if entry.outcome not in outcomes:
        known = "、".join(form.outcome(outcome).label for outcome in outcomes)
        raise OpinionRefused({"outcome": _("请选择本环节的结论：%s。") % known})
    problems = Statement(entry.outcome, text=entry.conclusion).problems(
        form, one_of_many=steps.is_one_of_many(item.task)
    )
    if not entry.conclusion.strip():
        problems["text"] = _("请写明会议意见。")
    if "text" in problems:
        problems["conclusion"] = problems.pop("text")
    if problems:
        raise OpinionRefused(problems)


def _must_leave(meeting: Meeting, item: AgendaItem) -> frozenset[int]:
    """Attendees with a tie to the applicant or recused from the case: they leave anyhow."""
    away = [one.pk for one in meeting.attendees.all() if hidden_from(one).covers(item)]
    return frozenset(away)


def _people(meeting: Meeting, entry: Entry, left: Collection[int]) -> None:
    there = set(meeting.attendees.values_list("pk", flat=True))
    if not entry.abstained | set(left) <= there:
        raise WrongState(_("弃权和回避的应为出席人员。"), code="not_there")
    if meeting.chair_id in left:
        raise WrongState(_("主持人回避的议题请缓议，列入由他人主持的会议。"), code="chair_recused")
    if entry.abstained & set(left):
        raise OpinionRefused({"abstained": _("回避的人员不参加表决，不能同时记为弃权。")})


@transaction.atomic
def submit_minutes(pk: int, *, actor: User, key: str) -> Meeting:
    """The recorder hands the minutes to the chair: every item he sees has its conclusion.

    Raises NotVisible, NotAllowed, KeyReused, WrongState (`nothing_listed`, `not_recorded` …).
    """
    payload = {"submit": pk}
    gate = entered(pk, actor=actor, key=key, payload=payload)
    meeting = gate.meeting
    if gate.replayed:
        return meeting
    require_recorder(meeting, actor)
    require_open(meeting)
    seen = [one for one in items_for(actor, meeting) if one.state == ItemState.LISTED]
    if not seen:
        raise WrongState(_("议程上没有议题，不能提交纪要。"), code="nothing_listed")
    missing = [one.application.number or "" for one in seen if not one.outcome]
    if missing:
        named = "、".join(missing[:5])
        raise WrongState(
            _("还有议题没有记录结论：%s。请逐项记录，或者撤下、缓议。") % named,
            code="not_recorded",
        )
    meeting.state, meeting.remark = State.SUBMITTED, ""
    meeting.save(update_fields=["state", "remark"])
    told(meeting, "minutes_submitted", actor, items=len(seen))
    _tell(meeting, meeting.chair, _("会议纪要待确认：%(title)s"))
    idempotency.remember(key, actor, payload, meeting)
    return meeting


@transaction.atomic
def send_back(pk: int, *, actor: User, key: str, reason: str) -> Meeting:
    """The chair gives the minutes back to the recorder with what is to be mended.

    Raises NotVisible, NotAllowed, KeyReused, WrongState (`not_submitted`, `reason_missing`).
    """
    payload = {"send_back": pk, "reason": reason}
    gate = entered(pk, actor=actor, key=key, payload=payload)
    meeting = gate.meeting
    if gate.replayed:
        return meeting
    require_chair(meeting, actor)
    require_submitted(meeting)
    meeting.remark = required(reason, "reason_missing", _("请写明需要修改的内容。"))[:REASON_LENGTH]
    meeting.state = State.PREPARING
    meeting.save(update_fields=["state", "remark"])
    told(meeting, "minutes_sent_back", actor, reason=meeting.remark)
    _tell(meeting, meeting.recorder, _("会议纪要退回修改：%(title)s"))
    idempotency.remember(key, actor, payload, meeting)
    return meeting


def require_submitted(meeting: Meeting) -> None:
    """Raises WrongState unless the minutes lie before the chair."""
    if meeting.state != State.SUBMITTED:
        raise WrongState(_("纪要还没有提交主持人，或者已经确认。"), code="not_submitted")


def _tell(meeting: Meeting, person: User, title: str) -> None:
    notify(
        [person],
        kind=KIND,
        title=title % {"title": meeting.title},
        link=reverse("meetings:meeting", args=[meeting.pk]),
    )
