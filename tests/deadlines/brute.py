"""The same clock written again from the law's words, day by day and without cleverness.

Shares no line with `approvals.deadlines.statutory` but the shape of the events.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from approvals.deadlines.statutory import PAUSING, Event, Kind, Rule
from workflows.calendar import published

FIRST, LAST = date(2015, 1, 1), date(2036, 12, 31)
DAYS = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
CALENDAR = {day: published(day) for day in DAYS}


@dataclass(frozen=True)
class Told:
    """What the long way found."""

    due: date | None
    provisional: bool
    counted: tuple[date, ...]
    paused: frozenset[date]


def long_way(events: list[Event], rule: Rule) -> Told | None:
    """None when nothing has begun. Looks at every day of twenty years for every question."""
    begun = [event.on for event in events if event.kind is Kind.STARTED]
    if not begun:
        return None
    start = min(begun)
    paused, open_days = standing_still(events, rule)
    more = added(events, rule)
    usable = []
    for day in range_of(start, LAST):
        if day == start and rule.first == "next":
            continue
        if day in paused:
            continue
        if rule.unit == "days" or CALENDAR[day][0]:
            usable.append(day)
        if len(usable) == rule.days + more:
            break
    done = len(usable) == rule.days + more
    due = usable[-1] if done else None
    last = due if due is not None else min(day for day in open_days if day >= start) - timedelta(1)
    looked_at = [
        day
        for day in range_of(start, last)
        if day not in paused and not (day == start and rule.first == "next")
    ]
    guessed = rule.unit == "workdays" and any(CALENDAR[day][1] for day in looked_at)
    counted = tuple(day for day in usable if day <= last)
    return Told(due, guessed, counted, frozenset(paused))


def standing_still(events: list[Event], rule: Rule) -> tuple[set[date], set[date]]:
    """Every day some pause takes, and those of pauses nobody has ended."""
    paused, open_days = set(), set()
    for event in events:
        if event.kind not in PAUSING or event.kind not in rule.pauses:
            continue
        taken = {
            day
            for day in range_of(event.on, event.until or LAST)
            if event.first == "same" or day != event.on
        }
        paused |= taken
        if event.until is None:
            open_days |= taken
    return paused, open_days


def added(events: list[Event], rule: Rule) -> int:
    """The days of the earliest extension, as far as the rule allows."""
    extensions = [event for event in events if event.kind is Kind.EXTENSION]
    if not extensions:
        return 0
    earliest = min(event.on for event in extensions)
    return min(rule.extension, next(e for e in extensions if e.on == earliest).days)


def range_of(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    if last < first:
        return []
    low = max((first - FIRST).days, 0)
    return DAYS[low : (last - FIRST).days + 1]


def _event(kind: Kind, on: int, length: int | None, first: str, days: int) -> Event:
    day = date(2016, 1, 1) + timedelta(on)
    until = None if length is None else day + timedelta(length)
    return Event(kind, day, until if kind in PAUSING else None, first, days)


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[Event], Rule]:
    """An unordered log of up to ten events around one day, and a rule to reckon it by."""
    around = draw(st.integers(0, 366 * 11 + 200))
    lengths = st.one_of(st.integers(-3, 45), st.integers(-3, 45), st.integers(0, 3), st.none())
    event = st.builds(
        _event,
        st.sampled_from(Kind),
        st.integers(around, around + 70),
        lengths,
        st.sampled_from(["next", "same"]),
        st.integers(0, 20),
    )
    log = draw(st.lists(event, max_size=9))
    if draw(st.integers(0, 9)):
        log.append(_event(Kind.STARTED, around, None, "next", 0))
    rule = Rule(
        days=draw(st.integers(1, 60)),
        unit=draw(st.sampled_from(["workdays", "workdays", "days"])),
        first=draw(st.sampled_from(["next", "same"])),
        pauses=dict.fromkeys(draw(st.sets(st.sampled_from(PAUSING))), "示例"),
        extension=draw(st.sampled_from([0, 10, 15])),
    )
    return log, rule
