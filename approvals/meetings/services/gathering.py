"""Making, changing and cancelling a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

import clock
from approvals.meetings import idempotency
from approvals.meetings.models import ItemState, Kind, Meeting, State
from approvals.meetings.participants import chairs_of, people_of
from approvals.meetings.services.gate import entered, require_open, required, told, told_of
from approvals.meetings.sight import require_preparer
from approvals.notifications.services import notify
from organizations.models import Organ, User
from workflows.errors import WrongState

KIND = "meeting"
"""Kind of the notifications: a meeting is called, changed or cancelled; minutes wait."""


@dataclass(frozen=True, slots=True)
class Call:
    """When, where and who."""

    day: date
    begins: time
    place: str
    chair: int
    recorder: int
    attendees: frozenset[int]

    def as_payload(self) -> dict[str, Any]:
        """For the idempotency key."""
        return {
            "day": self.day.isoformat(),
            "begins": self.begins.isoformat(),
            "place": self.place,
            "chair": self.chair,
            "recorder": self.recorder,
            "attendees": sorted(self.attendees),
        }


@transaction.atomic
def make_meeting(*, actor: User, key: str, organ: Organ, kind: Kind, call: Call) -> Meeting:
    """The next meeting of this kind in its year; everybody called is told.

    Raises NotAllowed, KeyReused, WrongState (`bad_day no_place unknown_chair unknown_person
    chair_records`).
    """
    organ = Organ.objects.select_for_update().get(pk=organ.pk)
    payload = {"make": organ.pk, "kind": kind.value, **call.as_payload()}
    done = idempotency.earlier(key, actor, payload)
    if done is not None:
        return done
    require_preparer(actor, organ)
    if call.day < clock.today():
        raise WrongState(_("会议日期不能早于今天。"), code="bad_day")
    _check(organ, call)
    rows = Meeting.objects.filter(organ=organ, kind=kind, year=call.day.year)
    last: int = rows.aggregate(last=Max("number"))["last"] or 0
    meeting = Meeting.objects.create(
        organ=organ,
        kind=kind,
        year=call.day.year,
        number=last + 1,
        day=call.day,
        begins=call.begins,
        place=call.place.strip(),
        chair_id=call.chair,
        recorder_id=call.recorder,
        made_by=actor,
        made_at=clock.now(),
    )
    meeting.attendees.set(call.attendees | {call.chair})
    told(meeting, "meeting_made", actor, **call.as_payload())
    _tell(meeting, _("会议通知：%(title)s，%(day)s"), f"made:{meeting.pk}")
    idempotency.remember(key, actor, payload, meeting)
    return meeting


@transaction.atomic
def change_meeting(pk: int, *, actor: User, key: str, call: Call) -> Meeting:
    """Another day of the year, place or people; who sits there is told.

    Raises NotVisible, NotAllowed, KeyReused, WrongState (as `make_meeting`, `meeting_closed`,
    `other_year`).
    """
    payload = {"change": pk, **call.as_payload()}
    gate = entered(pk, actor=actor, key=key, payload=payload)
    meeting = gate.meeting
    if gate.replayed:
        return meeting
    require_preparer(actor, meeting.organ)
    require_open(meeting)
    if call.day.year != meeting.year:
        raise WrongState(_("会议按年编次：跨年的请取消后另行安排。"), code="other_year")
    _check(meeting.organ, call)
    meeting.day, meeting.begins, meeting.place = call.day, call.begins, call.place.strip()
    meeting.chair_id, meeting.recorder_id = call.chair, call.recorder
    meeting.save(update_fields=["day", "begins", "place", "chair", "recorder"])
    meeting.attendees.set(call.attendees | {call.chair})
    told(meeting, "meeting_changed", actor, **call.as_payload())
    _tell(meeting, _("会议安排有变：%(title)s，%(day)s"), f"changed:{key}")
    idempotency.remember(key, actor, payload, meeting)
    return meeting


@transaction.atomic
def cancel_meeting(pk: int, *, actor: User, key: str, reason: str) -> Meeting:
    """The meeting does not take place; its items wait for the next one, its number stays used.

    Raises NotVisible, NotAllowed, KeyReused, WrongState (`reason_missing`, `meeting_closed`).
    """
    payload = {"cancel": pk, "reason": reason}
    gate = entered(pk, actor=actor, key=key, payload=payload)
    meeting = gate.meeting
    if gate.replayed:
        return meeting
    require_preparer(actor, meeting.organ)
    require_open(meeting)
    meeting.remark = required(reason, "reason_missing", _("请写明取消的原因。"))[:300]
    meeting.state = State.CANCELLED
    meeting.save(update_fields=["state", "remark"])
    for item in meeting.items.select_related("application").filter(state=ItemState.LISTED):
        item.state, item.reason = ItemState.DEFERRED, _("会议取消")
        item.save(update_fields=["state", "reason"])
        told_of(item, "agenda_deferred", actor, reason=item.reason)
    told(meeting, "meeting_cancelled", actor, reason=meeting.remark)
    _tell(meeting, _("会议取消：%(title)s，%(day)s"), f"cancelled:{meeting.pk}")
    idempotency.remember(key, actor, payload, meeting)
    return meeting


def _check(organ: Organ, call: Call) -> None:
    required(call.place, "no_place", _("请填写会议地点。"))
    if call.chair not in {one.pk for one in chairs_of(organ)}:
        raise WrongState(_("主持人应为本机构负责人。"), code="unknown_chair")
    if call.chair == call.recorder:
        raise WrongState(
            _("主持人要确认纪要，不能兼任记录人：请另选记录人。"), code="chair_records"
        )
    if not call.attendees | {call.recorder} <= _numbers(organ):
        raise WrongState(
            _("出席人员和记录人应为本机构及其办公室的在岗人员。"), code="unknown_person"
        )


def _numbers(organ: Organ) -> frozenset[int]:
    return frozenset(one.pk for one in people_of(organ))


def _tell(meeting: Meeting, title: str, key: str) -> None:
    people = [*meeting.attendees.all(), User.objects.get(pk=meeting.recorder_id)]
    words = {"title": meeting.title, "day": meeting.day.isoformat()}
    notify(
        people,
        kind=KIND,
        title=title % words,
        link=reverse("meetings:meeting", args=[meeting.pk]),
        key=f"meeting:{key}",
    )
