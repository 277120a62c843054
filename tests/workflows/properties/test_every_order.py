"""Every order in which at most five can vote, with people leaving, coming and taken off in between.

Beside it stands a table read from the words of semantics C0: what may still come of the votes is tried out,
nothing is computed. A verdict is given at the first moment at which the law can give it, and stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

import pytest

from workflows.nodes.ballot import Ballot, Rule

VOTES = ("approve", "reject", "abstain")
DECISIVE = ("approve", "reject")
HALF, TWO_THIRDS = ("more_than", Fraction(1, 2)), Fraction(2, 3)
RULES = {
    "all": Rule("ALL"),
    "all, everybody heard": Rule("ALL", on_reject="all"),
    "all, at least three": Rule("ALL", min_quorum=3),
    "any": Rule("ANY"),
    "any, at least three": Rule("ANY", min_quorum=3),
    "any, a no is not enough": Rule("ANY", on_reject="all"),
    "sequence": Rule("SEQUENCE", min_quorum=2),
    "more than half": Rule("QUORUM", HALF),
    "two thirds of three or more": Rule("QUORUM", TWO_THIRDS, 3),
    "two": Rule("QUORUM", 2),
}
WEIGHTS = [3, 1, 2, 1, 1]


@dataclass
class Seat:
    weight: int = 1
    vote: str | None = None
    counted: bool = True
    added: bool = False


@dataclass
class Table:
    """The law's own notes. `heard`: seats in the order in which their standing votes came."""

    rule: Rule
    seats: list[Seat]
    heard: list[int] = field(default_factory=list)

    @property
    def counted(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.counted]

    def end(self, votes: list[str | None], first: str | None) -> str:
        """When everybody has voted."""
        weights = [seat.weight for seat in self.counted]
        yes = [w for w, vote in zip(weights, votes, strict=True) if vote == "approve"]
        rule = self.rule
        if rule.mode == "ANY":
            passed = first == "approve" if rule.on_reject == "first" and first else bool(yes)
        elif rule.mode == "QUORUM" and isinstance(rule.need, tuple):
            passed = Fraction(sum(yes), sum(weights)) > rule.need[1]
        elif rule.mode == "QUORUM" and isinstance(rule.need, Fraction):
            passed = Fraction(sum(yes), sum(weights)) >= rule.need
        elif rule.mode == "QUORUM":
            passed = sum(yes) >= rule.need
        else:
            passed = len(yes) == len(votes)
        return "PASSED" if passed else "FAILED"

    def expected(self) -> str:
        seats = self.counted
        if len(seats) < max(self.rule.min_quorum, 1):
            return "BLOCKED"
        votes = [seat.vote for seat in seats]
        told = [self.seats[n].vote for n in self.heard if self.seats[n].counted]
        first = next((vote for vote in told if vote in DECISIVE), None)
        if None in votes and self._waits(votes):
            return "OPEN"
        ends = set()
        for rest in product(VOTES, repeat=votes.count(None)):
            answers = iter(rest)
            full = [next(answers) if vote is None else vote for vote in votes]
            spoken = [vote for vote in rest if vote in DECISIVE]
            for begins in {first} if first else set(spoken) or {None}:
                ends.add(self.end(full, begins))
        return ends.pop() if len(ends) == 1 else "OPEN"

    def _waits(self, votes: list[str | None]) -> bool:
        """会签 and 依次会签 fail on a reject at once where the first counts, else when all are heard."""
        if self.rule.mode not in ("ALL", "SEQUENCE"):
            return False
        at_once = self.rule.mode == "SEQUENCE" or self.rule.on_reject == "first"
        return not (at_once and "reject" in votes)


def acts(table: Table, verdict: str, changes: int) -> Iterator[tuple[str, int, str]]:
    """What may happen next. After a verdict only a vote that counted can be annulled."""
    goes_on = verdict in ("OPEN", "BLOCKED")
    if goes_on:
        undecided = [n for n, seat in enumerate(table.seats) if seat.counted and not seat.vote]
        turns = undecided[:1] if table.rule.mode == "SEQUENCE" else undecided
        yield from (("vote", n, vote) for n in turns for vote in VOTES)
    if changes:
        for n, seat in enumerate(table.seats):
            yield from ((what, n, "") for what in changing(seat, goes_on=goes_on))
    if changes and goes_on:
        yield "added", len(table.seats), ""


def changing(seat: Seat, *, goes_on: bool) -> tuple[str, ...]:
    """What may become of one seat."""
    if seat.counted and seat.vote is not None:
        return "annulled", "again"
    if not goes_on:
        return ()
    return (("removed" if seat.added else "recused") if seat.counted else "replaced",)


def done(table: Table, ballot: Ballot, act: tuple[str, int, str]) -> None:
    """The act on both."""
    what, n, vote = act
    if what == "added":
        assert ballot.add("new") == n
        table.seats.append(Seat(added=True))
        return
    seat = table.seats[n]
    table.heard = [one for one in table.heard if one != n]
    if what == "vote":
        ballot.cast(n, vote)
        seat.vote = vote
        table.heard.append(n)
    elif what in ("again", "replaced"):
        ballot.recount(n)
        seat.vote, seat.counted = None, True
    else:
        ballot.uncount(n, what)
        seat.counted = False


def played(table: Table, state: dict, before: str, changes: int) -> int:
    """Every way from here on; how many moments were looked at."""
    looked = 0
    for act in acts(table, before, changes):
        there = Table(table.rule, [replace(seat) for seat in table.seats], table.heard)
        kept = {key: known.copy() for key, known in state.items()}
        ballot = Ballot(kept)
        done(there, ballot, act)
        verdict = ballot.verdict(table.rule)
        assert verdict == there.expected(), (there, act)
        if verdict == "PASSED":
            assert any(seat.vote == "approve" for seat in there.counted), "by emptiness"
        left = changes - (act[0] != "vote")
        looked += 1 + played(there, kept, verdict, left)
    return looked


def every_way(rule: Rule, n: int, changes: int, weights: list[int] | None = None) -> int:
    weighed = {} if weights is None else {"weights": weights[:n]}
    seats = [Seat(weight) for weight in (weights or [1] * n)[:n]]
    state = {"items": list(range(n)), "votes": [None] * n, **weighed}
    table = Table(rule, seats)
    verdict = Ballot(state).verdict(rule)
    assert verdict == table.expected()
    return played(table, state, verdict, changes)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize(("n", "changes"), [(1, 2), (2, 2), (3, 1)])
def test_every_order_with_people_coming_and_going(rule: Rule, n: int, changes: int) -> None:
    assert every_way(rule, n, changes) > 0 or (n, rule.need) == (1, 2)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_order_of_four(rule: Rule) -> None:
    assert every_way(rule, 4, 0) > 0


@pytest.mark.parametrize("need", [HALF, TWO_THIRDS, 4], ids=["half", "two thirds", "four"])
@pytest.mark.parametrize(("n", "changes"), [(2, 2), (3, 1), (4, 0)])
def test_every_order_of_seats_that_weigh(need, n: int, changes: int) -> None:
    for least in (1, 3):
        assert every_way(Rule("QUORUM", need, least), n, changes, WEIGHTS) > 0


@pytest.mark.parametrize("rule", [Rule("ANY"), Rule("SEQUENCE"), Rule("ALL"), Rule("QUORUM", HALF)])
def test_every_order_of_five(rule: Rule) -> None:
    assert every_way(rule, 5, 0) > 0
