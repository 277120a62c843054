"""The demo's bureau has met: cases that wait for the signature lie recorded before the chair."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

import clock
from approvals.meetings import services
from approvals.meetings.agenda import candidates
from approvals.meetings.models import Kind, Meeting
from approvals.meetings.services.gathering import Call
from approvals.meetings.services.recording import Entry
from approvals.rehearsal.cities import City
from approvals.reviews import steps
from organizations.models import Organ, User

MOST_ITEMS = 4
SIGN = "sign"
_CONCLUSION = "会议听取了审查情况汇报，同意拟定意见，按程序印发。"


def hold_meeting(city: City, until: datetime) -> Meeting | None:
    """局长办公会 of the last days: listed, recorded, handed to the chair, who has not confirmed;
    None where nothing waits for the signature."""
    bureau = Organ.objects.get(city=city.key, kind="science_bureau")
    with clock.at(until - timedelta(minutes=30)):
        meeting = _called(city, bureau)
        reviewer = _person(city, "reviewer")
        ready = [one for one in candidates(meeting, reviewer) if not one.hindrance]
        tasks = [one.task.pk for one in ready if SIGN in steps.outcomes_of(one.task)][:MOST_ITEMS]
        if not tasks:
            services.cancel_meeting(
                meeting.pk, actor=reviewer, key=uuid.uuid4().hex, reason="本次没有需要研究的议题。"
            )
            return None
        services.list_cases(meeting.pk, actor=reviewer, key=uuid.uuid4().hex, tasks=tasks)
    with clock.at(until):
        _recorded(meeting, _person(city, "printing_office"))
    return meeting


def _called(city: City, bureau: Organ) -> Meeting:
    attendees = frozenset(_person(city, name).pk for name in ("reviewer", "intake"))
    return services.make_meeting(
        actor=_person(city, "reviewer"),
        key=uuid.uuid4().hex,
        organ=bureau,
        kind=Kind.LEADERS,
        call=Call(
            day=clock.today(),
            begins=time(9, 30),
            place="三楼会议室",
            chair=_person(city, "bureau_leader").pk,
            recorder=_person(city, "printing_office").pk,
            attendees=attendees,
        ),
    )


def _recorded(meeting: Meeting, recorder: User) -> None:
    for item in meeting.items.select_related("task__process").order_by("place"):
        services.record_item(
            meeting.pk,
            actor=recorder,
            key=uuid.uuid4().hex,
            item=item.pk,
            expected_version=item.task.process.material_version,
            entry=Entry(outcome=SIGN, conclusion=_CONCLUSION),
        )
    services.submit_minutes(meeting.pk, actor=recorder, key=uuid.uuid4().hex)


def _person(city: City, name: str) -> User:
    return User.objects.get(username=f"{city.prefix}_{name}")
