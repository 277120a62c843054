"""When a timer or a deadline falls due: ISO 8601 durations, exact or by a calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import clock
from workflows import calendar
from workflows.errors import FlowFault

_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_MONTHS_IN_YEAR = 12


_WINDOW = timedelta(days=130)
"""Days that are read at least: the terms of a step are a few weeks."""


def _add_months(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(moment.year * _MONTHS_IN_YEAR + moment.month - 1 + months, _MONTHS_IN_YEAR)
    last = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def parts(text: str) -> tuple[int, timedelta]:
    """(months, exact rest) of `P1Y2M3DT4H`; ValueError names the text."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        message = f"{text!r} is not an ISO 8601 duration such as P5D or PT12H"
        raise ValueError(message)
    number = {name: float(value or 0) for name, value in match.groupdict().items()}
    months = int(number["years"]) * _MONTHS_IN_YEAR + int(number["months"])
    return months, timedelta(
        days=number["weeks"] * 7 + number["days"],
        hours=number["hours"],
        minutes=number["minutes"],
        seconds=number["seconds"],
    )


class Workdays:
    """The working calendar of one pass: a deadline and the timers beside it read it once."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._days: calendar.Workday | None = None
        self._first = self._last = date.min

    def add(self, start: date, n: int, first: str = "next") -> calendar.Due:
        """The n-th working day from `start`, as `calendar.add_workdays` answers it."""
        last = start + timedelta(days=calendar.reach(n))
        if self._days is None or start < self._first or last > self._last:
            self._first, self._last = start, max(last, start + _WINDOW)
            self._days = calendar.stored_days(self._first, self._last)
        return calendar.count_workdays(start, n, first, self._days)


def after(
    start: datetime,
    duration: Any,
    unit: str | None = None,
    workdays: Workdays | None = None,
    first: str = "next",
) -> datetime:
    """The moment `duration` (ISO text or timedelta) after `start`.

    Without `unit` elapsed time is exact; `workdays` and `days` count whole Beijing days, the day of
    `start` not counted (`first="same"`: counted if it is a day that counts), and end at 24:00 of
    the last one. `workdays` is the calendar as the pass
    has read it. A fault of the flow when it cannot be.
    """
    try:
        months, rest = (0, duration) if isinstance(duration, timedelta) else parts(str(duration))
        start = start.astimezone(clock.BEIJING)
        if unit is None:
            return _add_months(start, months) + rest
        if months or rest % timedelta(days=1):
            message = f"{duration!r} with a calendar must be whole days"
            raise ValueError(message)
        add = (workdays or Workdays()).add if unit == "workdays" else calendar.add_days
        return add(start.date(), rest.days, first).moment
    except (ValueError, OverflowError) as error:
        raise FlowFault(f"bad_duration: {error}") from error


def moment(value: Any) -> datetime:
    """An ISO date or date-time as a moment; without an offset it is Beijing time."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise FlowFault(f"bad_date: {value!r} is not an ISO date or time") from error
    return found if found.tzinfo else found.replace(tzinfo=clock.BEIJING)


_CYCLE = re.compile(
    r"R(?P<times>[0-9]{0,9})/(?:(?P<start>[^P/][^/]*)/)?(?P<every>P[^/]*)(?:/(?P<end>[^P/][^/]*))?"
)


@dataclass(frozen=True, slots=True)
class Cycle:
    """ISO 8601 repetition: `R3/PT1H` three times, `R/PT1H` for ever, with a start or an end."""

    times: int | None
    every: str
    start: datetime | None = None
    end: datetime | None = None

    def first(self, now: datetime, calendar: str | None = None) -> datetime:
        """One interval from now, or at the start that is written."""
        return self.start if self.start is not None else after(now, self.every, calendar)

    def next(self, last: datetime, fired: int, calendar: str | None = None) -> datetime | None:
        """After `fired` times, counted from the moment that was due; None when it is over."""
        if self.times is not None and fired >= self.times:
            return None
        due = after(last, self.every, calendar)
        return None if self.end is not None and due > self.end else due


def cycle(text: Any) -> Cycle:
    """The repetition that a text describes; a fault of the flow when it describes none."""
    match = _CYCLE.fullmatch(str(text).strip())
    if match is None:
        raise FlowFault(f"bad_cycle: {text!r} is not a repetition such as R3/PT1H")
    times = int(match["times"]) if match["times"] else None
    try:
        months, rest = parts(match["every"])
    except ValueError as error:
        raise FlowFault(f"bad_cycle: {error}") from error
    if times == 0 or not (months or rest):
        raise FlowFault(f"bad_cycle: {text!r} never comes, or comes without a pause")
    start = moment(match["start"]) if match["start"] else None
    end = moment(match["end"]) if match["end"] else None
    return Cycle(times, match["every"], start, end)
