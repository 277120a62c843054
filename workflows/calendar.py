"""Working days by the State Council's holiday notices (domain.md §3.9), counted in Beijing days.

The table `CalendarDay` is the truth once it is loaded (notices change in mid-year); without it the
library's published years answer. A day nobody has published yet counts by weekends only, and every
result that touches such a day says so: `provisional`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import chinese_calendar
from django.db import transaction

import clock
from workflows.models import CalendarDay, CalendarYear

FIRST_YEAR = 2004  # the library's first published year
_SOURCE = "chinesecalendar"
_HORIZON_DAYS = 3650

Workday = Callable[[date], tuple[bool, bool]]
"""Answers (is a working day, is provisional)."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period; provisional when a day of it is not published yet."""

    day: date
    provisional: bool

    @property
    def moment(self) -> datetime:
        """The end of that day, 24:00 in Beijing: the first moment that is too late."""
        return datetime.combine(self.day + timedelta(days=1), time.min, clock.BEIJING)


def published(day: date) -> tuple[bool, bool]:
    """The library's answer without a database; weekends only beyond its years, provisionally."""
    try:
        return bool(chinese_calendar.is_workday(day)), False
    except NotImplementedError:
        return day.weekday() < 5, True


def stored_days(first: date, last: date) -> Workday:
    """The table's days between the two, one query; the library where the table is silent."""
    rows: Mapping[date, bool] = dict(
        CalendarDay.objects.filter(day__gte=first, day__lte=last).values_list("day", "is_workday")
    )

    def answer(day: date) -> tuple[bool, bool]:
        return (rows[day], False) if day in rows else published(day)

    return answer


def count_workdays(start: date, n: int, first: str, workday: Workday) -> Due:
    """Day n after `start`; `first="same"` counts the start itself when it is a working day."""
    if n < 0 or n > _HORIZON_DAYS:
        message = f"a period has 0 to {_HORIZON_DAYS} days, not {n}"
        raise ValueError(message)
    if first not in {"next", "same"}:
        message = f"unknown first day {first!r}; next or same"
        raise ValueError(message)
    day = start if first == "same" else start + timedelta(days=1)
    last, counted, provisional = start, 0, False
    while counted < n:
        works, guessed = workday(day)
        provisional = provisional or guessed
        counted += works
        last = day
        day += timedelta(days=1)
    return Due(last, provisional)


def add_workdays(start: date, n: int, first: str = "next") -> Due:
    """The n-th working day; `next`: the day after `start` is day 1 (event day not counted)."""
    return count_workdays(start, n, first, stored_days(start, start + timedelta(days=2 * n + 30)))


def add_days(start: date, n: int, first: str = "next") -> Due:
    """The n-th calendar day, never provisional."""
    return Due(start + timedelta(days=n if first == "next" or n == 0 else n - 1), False)


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -workdays_between(end, start)
    workday = stored_days(start, end)
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(workday(day)[0] for day in days)


def is_workday(day: date) -> bool:
    """Whether offices work on that day."""
    return stored_days(day, day)(day)[0]


@transaction.atomic
def seed_calendar(first: int, last: int) -> list[int]:
    """Loads the published years of the range; returns them. Loading twice changes nothing."""
    years = [year for year in range(max(first, FIRST_YEAR), last + 1) if _is_published(year)]
    if not years:
        return []
    days = [
        CalendarDay(day=day, is_workday=published(day)[0])
        for year in years
        for day in _days_of(year)
    ]
    CalendarDay.objects.bulk_create(
        days,
        batch_size=400,
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["is_workday"],
    )
    CalendarYear.objects.bulk_create(
        [CalendarYear(year=year, source=_SOURCE, loaded_at=clock.now()) for year in years],
        update_conflicts=True,
        unique_fields=["year"],
        update_fields=["source"],
    )
    return years


def _is_published(year: int) -> bool:
    return not published(date(year, 12, 31))[1]


def _days_of(year: int) -> list[date]:
    start = date(year, 1, 1)
    return [start + timedelta(days=n) for n in range((date(year + 1, 1, 1) - start).days)]
