"""A calendar is loaded: every running case is reckoned anew, and the old days are kept."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from django.core.management import CommandError, call_command

import clock
from approvals.applications.models import Application
from approvals.deadlines import facts
from approvals.deadlines.models import CalendarVersion, DueChange
from approvals.rehearsal.choices import Plan
from jobs.models import Job
from jobs.worker import run_due
from journal.selectors import entries
from tests.people import Town
from workflows import calendar, terms
from workflows.models import CalendarDay, Task

pytestmark = pytest.mark.django_db

FILED = datetime(2026, 12, 21, 10, 0, tzinfo=clock.BEIJING)
"""A Monday; most of the term lies in 2027, of which nobody has published the holidays."""
SPRING_FESTIVAL = [f"2027-02-{n:02}" for n in range(5, 12)]
NOTICE = {
    "year": 2027,
    "source": "示例通知",
    "off": ["2027-01-01", "2027-01-02", "2027-01-03", *SPRING_FESTIVAL],
    "work": ["2027-01-30"],
}


def load(tmp_path, notice=None, **changes) -> None:
    """The yearly notice, and the worker's round after it."""
    path = tmp_path / "notice.json"
    path.write_text(json.dumps({**(notice or NOTICE), **changes}), "utf-8")
    call_command("load_calendar", notice=path, verbosity=0)
    run_due(kinds={"recompute_terms"})


@pytest.fixture
def case(jiaxing: Town) -> Application:
    with clock.at(FILED):
        found = jiaxing.filed("recognition")
        jiaxing.played_to(found, "department_opinion")
    found.refresh_from_db()
    return found


def holds(case: Application) -> None:
    case.refresh_from_db()
    found = facts.case_clock(case).reckon()
    assert (case.due_on, case.due_provisional) == (found.due, found.provisional)


def test_the_last_day_moves_with_the_notice_and_the_old_one_is_kept(case, tmp_path) -> None:
    assert (case.due_on, case.due_provisional) == (date(2027, 1, 18), True)
    with clock.at(FILED):
        load(tmp_path)
    holds(case)
    assert (case.due_on, case.due_provisional) == (date(2027, 1, 19), False)
    change = DueChange.objects.get(application=case, task=None)
    assert (change.before, change.after) == (date(2027, 1, 18), date(2027, 1, 19))
    assert change.cause == "calendar"
    assert change.calendar_version == CalendarVersion.objects.latest("pk").sha256
    assert "due_changed" in [entry.verb for entry in entries(case.stream)]


def test_open_steps_move_too_and_keep_their_old_day(case, tmp_path) -> None:
    seats = Task.objects.filter(process=case.process, is_open=True, role="department")
    assert {facts.last_day(seat.due_at) for seat in seats} == {date(2027, 1, 4)}
    with clock.at(FILED):
        load(tmp_path)
    assert {facts.last_day(seat.due_at) for seat in seats.all()} == {date(2027, 1, 5)}
    kept = DueChange.objects.filter(application=case, task__isnull=False)
    assert {(one.before, one.after) for one in kept} == {(date(2027, 1, 4), date(2027, 1, 5))}
    assert kept.count() == seats.count()


def test_a_moved_timer_fires_on_its_new_day_and_not_on_the_old_one(jiaxing, tmp_path) -> None:
    filed = datetime(2026, 12, 28, 10, 0, tzinfo=clock.BEIJING)
    with clock.at(filed):
        case = jiaxing.filed("recognition")
        jiaxing.played_to(case, "intake")
        load(tmp_path)
    timer = Task.objects.get(process=case.process, element="intake_overdue")
    assert facts.last_day(timer.scheduled) == date(2027, 1, 5)
    with clock.at(datetime(2027, 1, 5, 9, 0, tzinfo=clock.BEIJING)):
        run_due()
        case.refresh_from_db()
        assert case.accepted_at is None
    with clock.at(datetime(2027, 1, 6, 0, 1, tzinfo=clock.BEIJING)):
        run_due()
        case.refresh_from_db()
        assert case.accepted_at == date(2026, 12, 28)
    holds(case)


def test_the_applicants_term_moves_too(jiaxing, tmp_path) -> None:
    with clock.at(FILED):
        case = jiaxing.filed("recognition")
        jiaxing.played_to(case, "correction", Plan(returns=1))
        asked = case.corrections.get()
        assert (asked.due_on, asked.due_provisional) == (date(2027, 1, 4), True)
        load(tmp_path)
    asked.refresh_from_db()
    assert (asked.due_on, asked.due_provisional) == (date(2027, 1, 5), False)


def test_loading_again_changes_nothing_and_promises_no_job(case, tmp_path) -> None:
    with clock.at(FILED):
        load(tmp_path)
        jobs = Job.objects.filter(kind="recompute_terms").count()
        changes = DueChange.objects.count()
        versions = CalendarVersion.objects.count()
        load(tmp_path)
    assert Job.objects.filter(kind="recompute_terms").count() == jobs
    assert DueChange.objects.count() == changes
    assert CalendarVersion.objects.count() == versions


def test_a_notice_that_is_taken_back_brings_the_old_days_back(case, tmp_path) -> None:
    """As in 2020: a second notice changes the first."""
    with clock.at(FILED):
        load(tmp_path)
        load(tmp_path, off=["2027-01-02"], work=[])
        holds(case)
        load(tmp_path)
        holds(case)
    days = [one.after for one in DueChange.objects.filter(application=case, task=None)]
    assert days == [date(2027, 1, 19), date(2027, 1, 18), date(2027, 1, 19)]


def test_a_term_that_was_moved_by_hand_stays(case, tmp_path) -> None:
    seat = Task.objects.filter(process=case.process, is_open=True).first()
    by_hand = datetime(2027, 1, 20, 0, 0, tzinfo=clock.BEIJING)
    Task.objects.filter(pk=seat.pk).update(due_at=by_hand)
    with clock.at(FILED):
        load(tmp_path)
    seat.refresh_from_db()
    assert seat.due_at == by_hand


def test_redating_twice_moves_nothing_more(case) -> None:
    moved = {date(2027, 1, 1)}
    CalendarDay.objects.create(day=date(2027, 1, 1), is_workday=False)
    first = terms.redate(case.process, moved)
    assert first
    assert terms.redate(case.process, moved) == []


def test_the_worker_may_sleep_through_the_loading(case, tmp_path) -> None:
    path = tmp_path / "notice.json"
    path.write_text(json.dumps(NOTICE), "utf-8")
    with clock.at(FILED):
        call_command("load_calendar", notice=path, verbosity=0)
    with clock.at(datetime(2026, 12, 30, 9, 0, tzinfo=clock.BEIJING)):
        run_due(kinds={"recompute_terms"})
    holds(case)
    assert case.due_on == date(2027, 1, 19)


@pytest.mark.parametrize(
    "wrong",
    [
        {"year": "next"},
        {"off": ["2026-12-31"]},
        {"off": ["2027-13-01"]},
        {"off": ["2027-01-30"]},
        {"work": None},
        {"work": {}},
        {"off": [20270101]},
        {"year": 10000},
        {"year": 0},
        {"year": 2027.5},
        {"year": float("inf")},
        {"source": None},
        {"source": "文" * 121},
    ],
)
def test_what_is_no_notice_is_refused_and_changes_nothing(tmp_path, wrong) -> None:
    with pytest.raises(CommandError):
        load(tmp_path, **wrong)
    assert not CalendarDay.objects.filter(day__year=2027).exists()


def test_a_year_is_loaded_whole_or_not_at_all() -> None:
    with pytest.raises(ValueError, match="2027-01-02 is missing"):
        calendar.load_days({date(2027, 1, 1): False}, "示例通知")
    with pytest.raises(ValueError, match="every day"):
        calendar.load_days({}, "示例通知")
