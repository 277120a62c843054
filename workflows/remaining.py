"""Working days left until many deadlines at once: one query for a whole page of the queue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.calendar import Workday, stored_days


@dataclass(frozen=True, slots=True)
class Remaining:
    """Working days after today up to and including the day; negative when it is past."""

    days: int
    provisional: bool


def remaining(today: date, deadlines: Iterable[date]) -> dict[date, Remaining]:
    """How far each deadline is away; 0 = today is the last day."""
    wanted = set(deadlines)
    if not wanted:
        return {}
    workday = stored_days(min(wanted | {today}), max(wanted | {today}))
    return {day: _between(today, day, workday) for day in wanted}


def _between(today: date, day: date, workday: Workday) -> Remaining:
    first, last = (today, day) if day >= today else (day, today)
    counted, provisional = 0, False
    for offset in range(1, (last - first).days + 1):
        works, guessed = workday(first + timedelta(days=offset))
        counted += works
        provisional = provisional or guessed
    return Remaining(counted if day >= today else -counted, provisional)
