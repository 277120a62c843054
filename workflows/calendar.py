"""Working days by the State Council's holiday notices (domain.md §3.9), counted in Beijing days.

The table `CalendarDay` is the truth once it is loaded (notices change in mid-year); without it the
library's published years answer. A day nobody has published yet counts by weekends only, and every
result that touches such a day says so: `provisional`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import chinese_calendar
from django.db import transaction

import clock
from workflows.models import CalendarDay, CalendarYear

FIRST_YEAR = 2004  # the library's first published year
_SOURCE = "chinesecalendar"
LONGEST = 3650
"""Days of a period at most: ten years."""

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
    if n < 0 or n > LONGEST:
        message = f"a period has 0 to {LONGEST} days, not {n}"
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


def reach(n: int) -> int:
    """Calendar days within which n working days have surely passed."""
    return 2 * n + 30


def add_workdays(start: date, n: int, first: str = "next") -> Due:
    """The n-th working day; `next`: the day after `start` is day 1 (event day not counted)."""
    return count_workdays(start, n, first, stored_days(start, start + timedelta(days=reach(n))))


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


Follower = Callable[[Sequence[date]], None]
"""Told in the loading transaction which days changed between work and rest."""

_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Publishes what is to be reckoned anew when a calendar is loaded; twice changes nothing."""
    if follower not in _followers:
        _followers.append(follower)


def seed_calendar(first: int, last: int) -> list[int]:
    """Loads the published years of the range; returns them. Loading twice changes nothing."""
    years = [year for year in range(max(first, FIRST_YEAR), last + 1) if _is_published(year)]
    if years:
        load_days({day: published(day)[0] for year in years for day in days_of(year)}, _SOURCE)
    return years


@transaction.atomic
def load_days(days: Mapping[date, bool], source: str) -> list[date]:
    """Writes whole years of days (working or not) and where they come from.

    Answers the days that were another kind of day until now; followers are told the same. A year
    that is not complete is a ValueError: its other days would pass for published.
    """
    years = sorted({day.year for day in days})
    missing = [day for year in years for day in days_of(year) if day not in days]
    if missing or not years:
        message = (
            f"a calendar holds whole years; {missing[0] if missing else 'every day'} is missing"
        )
        raise ValueError(message)
    until_now = stored_days(min(days), max(days))
    moved = [day for day, works in sorted(days.items()) if until_now(day)[0] != works]
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=day, is_workday=works) for day, works in days.items()],
        batch_size=400,
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["is_workday"],
    )
    CalendarYear.objects.bulk_create(
        [CalendarYear(year=year, source=source, loaded_at=clock.now()) for year in years],
        update_conflicts=True,
        unique_fields=["year"],
        update_fields=["source"],
    )
    for follower in _followers:
        follower(moved)
    return moved


def version() -> tuple[str, list[int]]:
    """SHA-256 over every loaded day, and the loaded years; two queries."""
    rows = CalendarDay.objects.order_by("day").values_list("day", "is_workday")
    text = "".join(f"{day.isoformat()}{'+' if works else '-'}" for day, works in rows)
    years = list(CalendarYear.objects.order_by("year").values_list("year", flat=True))
    return hashlib.sha256(text.encode()).hexdigest(), years


def holiday_name(day: date) -> str:
    """The holiday a day off (or its make-up work) belongs to, in Chinese; "" when there is none."""
    try:
        name = chinese_calendar.get_holiday_detail(day)[1]
    except NotImplementedError:
        return ""
    return next((entry.chinese for entry in chinese_calendar.Holiday if entry.value == name), "")


def _is_published(year: int) -> bool:
    return not published(date(year, 12, 31))[1]


def days_of(year: int) -> list[date]:
    """Every day of a year."""
    start = date(year, 1, 1)
    return [start + timedelta(days=n) for n in range((date(year + 1, 1, 1) - start).days)]
