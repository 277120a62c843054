"""The answer of the statutory clock: one entry a day, and what can be read off them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from approvals.deadlines.statutory import Event

SATURDAY = 5


class Mark(Enum):
    """Why a day counts or not."""

    EVENT_DAY = "event_day"
    """The day of the event itself (receipt, acceptance)."""
    COUNTED = "counted"
    RESTING = "resting"
    PAUSED = "paused"


class DayKind(Enum):
    """What the calendar says of a day."""

    WORKDAY = "workday"
    MAKE_UP = "make_up"
    """A Saturday or Sunday on which offices work (调休)."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    """Monday to Friday without work."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included; no last day = it goes on."""

    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        """Is the day one of them?"""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Entry:
    """One day of the ledger; `number` is the running count after it."""

    day: date
    works: bool
    mark: Mark
    number: int
    provisional: bool = False
    """Its being a working day or not is a guess: no calendar is published for it."""
    pause: Event | None = None
    extended: bool = False
    """Counts into the days that the extension added."""
    late: bool = False
    """Counts behind the last day."""

    @property
    def counts(self) -> bool:
        """Is it a day of the term?"""
        return self.mark is Mark.COUNTED

    @property
    def kind(self) -> DayKind:
        """By calendar and weekday."""
        weekend = self.day.weekday() >= SATURDAY
        if self.works:
            return DayKind.MAKE_UP if weekend else DayKind.WORKDAY
        return DayKind.WEEKEND if weekend else DayKind.HOLIDAY


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The last day (None: not begun, or standing still) and every day on the way to it."""

    start: date | None
    ledger: tuple[Entry, ...]
    due: date | None
    limit: int
    provisional: bool
    extended_by: int = 0
    ended: date | None = None
    open_pause: Event | None = None

    def entry(self, day: date) -> Entry | None:
        """The day's line, None outside the ledger."""
        if not self.ledger or not self.ledger[0].day <= day <= self.ledger[-1].day:
            return None
        return self.ledger[(day - self.ledger[0].day).days]

    def used(self, on: date) -> int:
        """Days counted up to and including `on`; none is added after the end."""
        if not self.ledger or on < self.ledger[0].day:
            return 0
        last = min(on, self.ended) if self.ended is not None else on
        entry = self.entry(last)
        if entry is not None:
            return entry.number
        return 0 if last < self.ledger[0].day else self.ledger[-1].number

    def left(self, on: date) -> int:
        """Days that remain after `on`; negative when overdue (the ledger must reach `on`)."""
        return self.limit - self.used(on)

    def paused_on(self, day: date) -> Event | None:
        """The pause that the day falls into."""
        entry = self.entry(day)
        return entry.pause if entry is not None else None
