"""Working days (domain.md §3.9), durations, and the `due` command."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

import clock
from workflows import calendar
from workflows.durations import after
from workflows.errors import FlowFault
from workflows.models import CalendarDay

VECTORS = [
    ("2016-09-29", "2016-10-11", "2016-10-18", "2016-11-01"),
    ("2017-01-20", "2017-01-26", "2017-02-08", "2017-02-22"),
    ("2018-02-09", "2018-02-22", "2018-02-28", "2018-03-14"),
    ("2020-01-20", "2020-02-04", "2020-02-11", "2020-02-25"),
    ("2021-09-28", "2021-10-11", "2021-10-18", "2021-11-01"),
    ("2023-09-27", "2023-10-10", "2023-10-17", "2023-10-31"),
    ("2024-09-12", "2024-09-20", "2024-09-27", "2024-10-16"),
    ("2025-09-26", "2025-10-10", "2025-10-16", "2025-10-30"),
    ("2026-02-11", "2026-02-25", "2026-03-03", "2026-03-17"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("event", "five", "ten", "twenty"), VECTORS)
def test_the_event_day_is_not_counted(event, five, ten, twenty):
    start = date.fromisoformat(event)
    dues = [calendar.add_workdays(start, n).day.isoformat() for n in (5, 10, 20)]
    assert dues == [five, ten, twenty]
    assert calendar.workdays_between(start, date.fromisoformat(ten)) == 10


@pytest.mark.django_db
def test_the_year_of_a_notice_that_is_not_out_yet_counts_by_weekends_and_says_so():
    due = calendar.add_workdays(date(2027, 9, 29), 5)
    assert (due.day, due.provisional) == (date(2027, 10, 6), True)


@pytest.mark.django_db
def test_the_table_goes_before_the_library():
    """A notice changed in mid-year, as in 2020: the loaded day counts."""
    CalendarDay.objects.update_or_create(day=date(2025, 3, 4), defaults={"is_workday": False})
    assert calendar.add_workdays(date(2025, 3, 3), 1).day == date(2025, 3, 5)
    assert not calendar.is_workday(date(2025, 3, 4))


@pytest.mark.django_db
def test_loading_twice_changes_nothing():
    assert calendar.seed_calendar(2024, 2027) == [2024, 2025, 2026]
    counted = CalendarDay.objects.count()
    assert calendar.seed_calendar(2024, 2027) == [2024, 2025, 2026]
    assert CalendarDay.objects.count() == counted
    days = CalendarDay.objects.filter(day__year=2025, is_workday=True)
    assert days.count() == 248


def printed(*arguments: str) -> dict:
    out = StringIO()
    call_command("due", *arguments, stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.django_db
def test_the_due_command_answers_as_the_contract_says():
    assert printed("2020-12-30", "5") == {"due": "2021-01-07", "provisional": False}
    assert printed("2020-12-30", "5", "--from-day", "same") == {
        "due": "2021-01-06",
        "provisional": False,
    }
    assert printed("2020-12-30", "5", "--unit", "days")["due"] == "2021-01-04"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["2020-12-30", "-1"], "0 to 3650, not -1"),
        (["2020-12-30", "-5", "--unit", "days"], "not -5"),
        (["2020-12-30", "9" * 20], "0 to 3650"),
        (["2020-12-30", "9" * 20, "--unit", "days"], "DAYS must be 0 to"),
        (["9999-12-31", "1", "--unit", "days"], "begin earlier"),
        (["9999-12-01", "1"], "begin earlier"),
        (["2020-02-30", "5"], "'2020-02-30' is no day of the calendar"),
        (["2020-12-30", "5.0"], "'5.0' is no whole number"),
    ],
)
def test_the_due_command_says_which_days_it_takes(arguments, told):
    with pytest.raises(CommandError, match=told):
        printed(*arguments)


@pytest.mark.parametrize("year", ["0", "10000", "-5", "9" * 20, "x"])
def test_a_calendar_is_loaded_for_years_that_there_are(year):
    with pytest.raises(CommandError, match=r"is no year|invalid"):
        call_command("load_calendar", "--last", year)


def test_exact_time_and_calendar_time():
    start = datetime(2025, 1, 31, 9, 30, tzinfo=clock.BEIJING)
    assert after(start, "P1DT2H").isoformat() == "2025-02-01T11:30:00+08:00"
    assert after(start, "P1M").isoformat() == "2025-02-28T09:30:00+08:00"
    assert after(start, "P3D", "days").isoformat() == "2025-02-04T00:00:00+08:00"


@pytest.mark.parametrize("text", ["", "P", "5 days", "P1DT", "-P1D", "P99999999999D"])
def test_a_duration_that_is_none_is_a_fault_of_the_flow(text):
    with pytest.raises(FlowFault):
        after(datetime(2025, 1, 31, tzinfo=clock.BEIJING), text)


def test_a_calendar_counts_whole_days_only():
    with pytest.raises(FlowFault):
        after(datetime(2025, 1, 31, tzinfo=clock.BEIJING), "PT5H", "workdays")
