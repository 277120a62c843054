"""The law in plain Python: the decision rule, working days, the statutory last day.

Written from semantics C0 and the State Council's notice for 2025; nothing here is the product's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """`need`: ("at_least" | "more_than", p, q) = a share p/q of the seats, ("count", k, 1); of their
    weights where the rule has `weights`, by person."""

    mode: str
    need: tuple[str, int, int] = ("at_least", 1, 1)
    least: int = 1
    on_reject: str = "first"
    weights: tuple[tuple[str, int], ...] = ()

    def weighs(self, person: str) -> int:
        return dict(self.weights).get(person, 1)

    def enough(self, n: int) -> int:
        kind, p, q = self.need
        if kind == "count":
            return p
        return p * n // q + 1 if kind == "more_than" else -(-p * n // q)


MODES = {
    "all": Rule("ALL"),
    "all_heard": Rule("ALL", on_reject="all"),
    "all_of_three": Rule("ALL", least=3),
    "any": Rule("ANY"),
    "any_patient": Rule("ANY", on_reject="all"),
    "any_of_three": Rule("ANY", least=3),
    "sequence": Rule("SEQUENCE"),
    "sequence_of_three": Rule("SEQUENCE", least=3),
    "two_thirds": Rule("QUORUM", ("at_least", 2, 3)),
    "majority": Rule("QUORUM", ("more_than", 1, 2), least=2),
    "two": Rule("QUORUM", ("count", 2, 1)),
    "weighted": Rule("QUORUM", ("more_than", 1, 2), weights=(("d1", 3), ("d2", 2), ("d3", 1))),
    "weight_of_four": Rule(
        "QUORUM", ("count", 4, 1), least=2, weights=(("d1", 1), ("d2", 4), ("d3", 2))
    ),
    "three_fifths_of_three": Rule("QUORUM", ("at_least", 3, 5), least=3),
}


def verdict(
    rule: Rule,
    votes: Sequence[str | None],
    first: str | None = None,
    weights: Sequence[int] = (),
) -> str:
    """OPEN PASSED FAILED BLOCKED for the counted seats in order; `first` is the first decisive vote
    that was cast among them (ANY: what came first decides); `weights` only under a rule with them."""
    n, a, r = len(votes), votes.count("approve"), votes.count("reject")
    u = votes.count(None)
    if n < max(rule.least, 1):
        return "BLOCKED"
    if rule.mode == "QUORUM":
        return _quorum(rule, votes, weights if rule.weights else [1] * n)
    if rule.mode == "ANY":
        if rule.on_reject == "first" and first is not None:
            return "PASSED" if first == "approve" else "FAILED"
        if a:
            return "PASSED"
        return "OPEN" if u else "FAILED"
    if a == n:
        return "PASSED"
    if r and (rule.on_reject == "first" or rule.mode == "SEQUENCE"):
        return "FAILED"
    return "OPEN" if u else "FAILED"


def _quorum(rule: Rule, votes: Sequence[str | None], weights: Sequence[int]) -> str:
    k = rule.enough(sum(weights))
    a = sum(w for vote, w in zip(votes, weights, strict=True) if vote == "approve")
    u = sum(w for vote, w in zip(votes, weights, strict=True) if vote is None)
    return "PASSED" if a >= k else "FAILED" if a + u < k else "OPEN"


REST = frozenset(
    date(2025, month, day)
    for month, days in {1: (1, 28, 29, 30, 31), 2: (3, 4), 4: (4,), 5: (1, 2, 5), 6: (2,), 10: (1, 2, 3, 6, 7, 8)}.items()
    for day in days
)  # fmt: skip
WORK = frozenset({date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)})  # fmt: skip
"""Holidays of 2025 that fall on a weekday, and Sundays and Saturdays that were worked."""


def works(day: date) -> bool:
    return day in WORK or (day.weekday() < 5 and day not in REST)


def nth_workday(start: date, n: int) -> date:
    """The n-th working day after `start`."""
    day = start
    while n:
        day += ONE
        n -= works(day)
    return day


def workdays(start: date, end: date) -> int:
    """Working days after `start` up to `end`; negative when `end` is earlier."""
    if end < start:
        return -workdays(end, start)
    return sum(works(start + n * ONE) for n in range(1, (end - start).days + 1))


Span = tuple[date, date | None]
"""First and last day that are not counted; None: nobody knows yet."""


def last_day(start: date, limit: int, pauses: Iterable[Span]) -> date | None:
    """Day number `limit` after `start`, leaving out rest days and pauses; None while one is open."""
    spans, day, counted = list(pauses), start, 0
    while True:
        covering = [end for begin, end in spans if begin <= day and (end is None or day <= end)]
        if None in covering:
            return None
        if day != start and not covering and works(day):
            counted += 1
            if counted == limit:
                return day
        day += ONE


def days_used(start: date, today: date, pauses: Iterable[Span]) -> int:
    spans = list(pauses)
    return sum(
        works(day) and not any(b <= day and (e is None or day <= e) for b, e in spans)
        for n in range(1, (today - start).days + 1)
        for day in [start + n * ONE]
    )
