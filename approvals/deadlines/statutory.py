"""The statutory clock: from what happened to the lawful last day, every day accounted for.

Pure: no database, no clock. `due` is asked with the events of a case, a calendar and a rule, and
answers the same for ever; what "today" is, is said only by who reads the ledger (`Reckoning.used`,
`left`). 行政许可法 arts. 42 (term), 45 (not counted), 82 (working days).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum

from approvals.deadlines.ledger import Entry, Mark, Reckoning, Span

Calendar = Callable[[date], tuple[bool, bool]]
"""Answers (offices work on that day, it is beyond the published calendar)."""

HORIZON_DAYS = 7300
"""A ledger of more than twenty years is an error of the data, not a term."""
ONE = timedelta(days=1)


class Kind(Enum):
    """What can happen to a clock; the value is the word of the policy data and of the rows."""

    STARTED = "started"
    CORRECTION = "correction"
    EXPERT_REVIEW = "expert_review"
    PUBLICITY = "publicity"
    OBJECTION = "objection"
    SPECIAL_PROCEDURE = "special_procedure"
    SUSPENSION = "suspension"
    EXTENSION = "extension"
    ENDED = "ended"


PAUSING = (
    Kind.CORRECTION,
    Kind.EXPERT_REVIEW,
    Kind.PUBLICITY,
    Kind.OBJECTION,
    Kind.SPECIAL_PROCEDURE,
    Kind.SUSPENSION,
)
"""Kinds that last from `on` to `until`; whether they stop the clock is the rule's to say."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. For a lasting one `until` is its last day, None while it goes on.

    `first` says whether the day `on` belongs to it: an act on a day (`next`) leaves that day
    counted, as the law leaves out the day of an event; a hearing held on days (`same`) takes them.
    `days` is what an extension adds; `expected` the day on which an open pause is to end.
    """

    kind: Kind
    on: date
    until: date | None = None
    first: str = "next"
    days: int = 0
    reason: str = ""
    basis: str = ""
    expected: date | None = None

    @property
    def span(self) -> Span:
        """The days it takes; a span that ends before it begins takes none."""
        begin = self.on if self.first == "same" else self.on + ONE
        return Span(begin, self.until)


@dataclass(frozen=True, slots=True)
class Rule:
    """How many days, which count, what stops them: policy data of a program's version.

    `unit` workdays | days; `first` next (the day of the event is not counted) | same; `pauses`
    gives the legal basis of every kind that stops the clock: what is not in it does not.
    `extension` is the most that one extension may add.
    """

    days: int
    unit: str = "workdays"
    first: str = "next"
    basis: str = ""
    pauses: Mapping[Kind, str] = field(default_factory=dict)
    extension: int = 0
    extension_basis: str = ""

    def __post_init__(self) -> None:
        """A rule nobody can reckon by is refused at once."""
        if self.days < 1 or self.unit not in {"workdays", "days"}:
            message = f"no term: {self.days} {self.unit}"
            raise ValueError(message)
        if self.first not in {"next", "same"}:
            message = f"unknown first day {self.first!r}; next or same"
            raise ValueError(message)


def due(
    events: Sequence[Event], calendar: Calendar, rule: Rule, *, through: date | None = None
) -> Reckoning:
    """The lawful last day and the ledger from the day of the event to it.

    The earliest STARTED begins; without one nothing has begun. Pauses cover whole days and may
    overlap; the first in order of time gives the reason. The first EXTENSION counts, no second.
    A pause nobody has ended leaves the last day open (`due` None), unless the term ran out before
    it began. The first ENDED is noted and changes no date. With `through` the ledger goes on to
    that day. ValueError when the ledger would pass the horizon.
    """
    case = _Case(sorted(events, key=lambda event: event.on), rule)
    if case.start is None:
        return Reckoning(None, (), None, case.limit, provisional=False)
    entries, last = [], None
    day, number, provisional = case.start, 0, False
    while _goes_on(case, day, last, through):
        entry = _entry(case, calendar, day, number)
        number = entry.number
        if last is None:
            provisional = provisional or entry.provisional
            last = day if entry.counts and number == case.limit else None
        entries.append(entry)
        day += ONE
    return Reckoning(
        start=case.start,
        ledger=tuple(entries),
        due=last,
        limit=case.limit,
        provisional=provisional,
        extended_by=case.limit - rule.days,
        ended=case.ended,
        open_pause=next((pause for pause in case.pauses if pause.until is None), None),
    )


def forecast(events: Sequence[Event], calendar: Calendar, rule: Rule, *, today: date) -> Reckoning:
    """最迟办结日: as `due`, were every open pause to end on the day that was announced.

    A pause that outlasts its announcement, or has none, is taken to end today: each further day
    moves the answer, which is why it is shown and never stored.
    """
    return due([_closed(event, today) for event in events], calendar, rule)


def _closed(event: Event, today: date) -> Event:
    if event.kind not in PAUSING or event.until is not None:
        return event
    return replace(event, until=max(event.expected or today, today))


class _Case:
    """The events of one clock, sorted out once."""

    def __init__(self, events: Sequence[Event], rule: Rule) -> None:
        self.rule = rule
        self.start = next((e.on for e in events if e.kind is Kind.STARTED), None)
        self.ended = next((e.on for e in events if e.kind is Kind.ENDED), None)
        self.pauses = tuple(e for e in events if e.kind in PAUSING and e.kind in rule.pauses)
        extension = next((e for e in events if e.kind is Kind.EXTENSION), None)
        added = min(max(extension.days, 0), rule.extension) if extension is not None else 0
        self.limit = rule.days + added

    def pause_on(self, day: date) -> Event | None:
        return next((pause for pause in self.pauses if pause.span.covers(day)), None)

    def stands_still(self, day: date) -> bool:
        """An open pause has begun: nobody knows when the days go on."""
        return any(pause.until is None and pause.span.covers(day) for pause in self.pauses)


def _goes_on(case: _Case, day: date, last: date | None, through: date | None) -> bool:
    if case.start is not None and (day - case.start).days > HORIZON_DAYS:
        message = f"the term does not end within {HORIZON_DAYS} days"
        raise ValueError(message)
    if through is not None and day <= through:
        return True
    return last is None and not case.stands_still(day)


def _entry(case: _Case, calendar: Calendar, day: date, number: int) -> Entry:
    """One day: what it is, whether it counts, and why."""
    works, guessed = calendar(day)
    pause = case.pause_on(day)
    resting = case.rule.unit == "workdays" and not works
    if day == case.start and case.rule.first == "next":
        mark = Mark.EVENT_DAY
    elif pause is not None:
        mark = Mark.PAUSED
    else:
        mark = Mark.RESTING if resting else Mark.COUNTED
    matters = mark in {Mark.COUNTED, Mark.RESTING} and case.rule.unit == "workdays"
    counted = number + (mark is Mark.COUNTED)
    return Entry(
        day=day,
        works=works,
        mark=mark,
        number=counted,
        provisional=guessed and matters,
        pause=pause if mark is Mark.PAUSED else None,
        extended=mark is Mark.COUNTED and case.rule.days < counted <= case.limit,
        late=mark is Mark.COUNTED and counted > case.limit,
    )
