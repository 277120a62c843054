"""A requested recusal that nobody rules within two working days: the supervisors are told once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clock
from approvals.notifications.models import Notification
from approvals.operations import recusal
from approvals.supervision import automatic, unruled
from approvals.supervision.models import ReviewFlag
from jobs.worker import run_due
from journal.models import Entry
from tests.people import key
from tests.supervision.test_automatic import morning
from workflows.calendar import CalendarDay, published, stored_days
from workflows.models import Process, ProcessStatus, Recusal
from workflows.operations import recusing

pytestmark = pytest.mark.django_db

KINDS = {automatic.DAILY, unruled.JOB}


def requested(course, workday: int = 5) -> Recusal:
    """The intake clerk asks that the county's officer stay away; a quarter past nine."""
    with course.on(workday):
        officer = course.person("nanhu_officer")
        asked = course.case.process.task_set.get(element="intake")
        recusal.request_recusal(
            asked.pk, actor=course.person("intake"), key=key(), expected_version=1,
            reason="亲属关系", to=officer.pk,
        )  # fmt: skip
    return Recusal.objects.get()


def dawn() -> None:
    morning()
    run_due(kinds=KINDS)


def flags() -> list[ReviewFlag]:
    return list(ReviewFlag.objects.filter(kind=unruled.KIND))


def brute(asked: date) -> datetime:
    """Day by day: the end of the second working day after."""
    day, found = asked, 0
    while found < 2:
        day += timedelta(days=1)
        found += published(day)[0]
    return datetime(day.year, day.month, day.day, tzinfo=clock.BEIJING) + timedelta(days=1)


@given(st.dates(date(2020, 1, 1), date(2025, 12, 20)), st.integers(0, 23), st.integers(0, 59))
def test_the_term_is_what_a_brute_force_counts(day: date, hour: int, minute: int) -> None:
    asked = datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.BEIJING)
    assert recusing.ruling_due(asked, published) == brute(day)


def test_within_two_working_days_nobody_is_alarmed(course) -> None:
    row = requested(course)
    assert row.due_at == brute(row.asked_at.astimezone(clock.BEIJING).date())
    for workday in (6, 7):
        with course.on(workday):
            dawn()
    assert not flags()


def test_on_the_third_morning_the_supervisors_are_told(course) -> None:
    requested(course)
    with course.on(8):
        dawn()
    (found,) = flags()
    told = Notification.objects.filter(key=f"flag:{found.pk}").values_list("person", flat=True)
    assert course.person("discipline").pk in set(told)
    assert "逾两个工作日未作决定" in found.reason
    assert course.person("nanhu_officer").name not in found.reason
    assert Entry.objects.filter(
        stream__key=course.case.stream, verb="review_flagged", data__kind=unruled.KIND
    ).exists()


def test_once_after_days_of_downtime_and_never_again(course) -> None:
    requested(course)
    with course.on(19):
        dawn()
        dawn()
    assert len(flags()) == 1
    ReviewFlag.objects.update(closed_at=clock.now())
    with course.on(20):
        dawn()
        unruled.alarm({"recusal": Recusal.objects.get().pk})
    assert len(flags()) == 1


@pytest.mark.parametrize("grant", [True, False])
def test_what_was_ruled_alarms_nobody(course, grant: bool) -> None:
    row = requested(course)
    with course.on(8):
        unruled.promise()
        leader = course.person("bureau_leader")
        recusal.rule_recusal(row, actor=leader, key="ruling", grant=grant, reason="已核实")
        run_due(kinds=KINDS)
    assert not flags()


def test_a_case_that_has_ended_alarms_nobody(course) -> None:
    row = requested(course)
    Process.objects.filter(pk=row.process_id).update(status=ProcessStatus.DONE)
    with course.on(8):
        dawn()
    assert not flags()


def test_a_calendar_loaded_meanwhile_counts(course) -> None:
    row = requested(course)
    last = (row.due_at - timedelta(seconds=1)).astimezone(clock.BEIJING).date()
    CalendarDay.objects.filter(day=last).update(is_workday=False)
    with clock.at(row.due_at + timedelta(hours=8)):
        dawn()
    assert not flags(), "the day on which it was due has become a day off"
    later = recusing.ruling_due(row.asked_at, stored_days(last, last + timedelta(days=30)))
    with clock.at(later - timedelta(minutes=1)):
        unruled.promise()
        run_due(kinds=KINDS)
    assert not flags()
    with clock.at(later):
        unruled.promise()
        run_due(kinds=KINDS)
    assert len(flags()) == 1
