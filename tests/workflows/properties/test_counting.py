"""Counting under change: random votes, seats added, removed, recused, annulled, taken over; beside a
tally by brute force. A verdict is given at the first moment at which it is certain, and stands."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import voting
from workflows.nodes.ballot import UNCOUNTED, VOTES, Ballot, Rule

CHOICES = (*VOTES,)
RULES = st.one_of(
    st.builds(
        Rule, st.just("ALL"), st.none(), st.integers(1, 3), st.sampled_from(["first", "all"])
    ),
    st.builds(Rule, st.just("ANY"), st.none(), st.integers(1, 3), st.just("all")),
    st.builds(Rule, st.just("SEQUENCE"), st.none(), st.integers(1, 3)),
    st.builds(
        Rule,
        st.just("QUORUM"),
        st.one_of(
            st.sampled_from([Fraction(1, 2), Fraction(2, 3), Fraction(3, 4)]),
            st.tuples(st.just("more_than"), st.sampled_from([Fraction(1, 2), Fraction(2, 3)])),
            st.integers(1, 4),
        ),
        st.integers(1, 3),
    ),
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["vote", "add", "uncount", "take_over"]),
        st.integers(0, 9),
        st.sampled_from(CHOICES),
        st.sampled_from(UNCOUNTED),
    ),
    max_size=14,
)


WEIGHTS = st.one_of(st.none(), st.lists(st.integers(1, 5), min_size=5, max_size=5))


def fresh(n: int, weights: list[int] | None = None) -> dict:
    weighed = {} if weights is None else {"weights": weights[:n]}
    return {"items": list(range(n)), "votes": [None] * n, **weighed}


class Tally:
    """The same by hand: a list of seats, each with its vote, whether it counts, and its weight."""

    def __init__(self, n: int, weights: list[int] | None = None) -> None:
        self.seats = [[None, True, (weights or [1] * n)[seat]] for seat in range(n)]

    @property
    def votes(self) -> list:
        return [vote for vote, counts, _weight in self.seats if counts]

    def weight(self, *votes: str | None) -> int:
        """Of the counted seats; with `votes` of those that voted so."""
        counted = [seat for seat in self.seats if seat[1] and (not votes or seat[0] in votes)]
        return sum(seat[2] for seat in counted)

    def passes(self, rule: Rule) -> bool:
        """By the words of semantics C0, over a full set of votes."""
        votes = self.votes
        a, n = votes.count("approve"), len(votes)
        if rule.mode in ("ALL", "SEQUENCE"):
            return a == n
        if rule.mode == "ANY":
            return a >= 1
        a, n, need = self.weight("approve"), self.weight(), rule.need
        if isinstance(need, tuple):
            return a > need[1] * n
        return a >= need * n if isinstance(need, Fraction) else a >= need


def certain(tally: Tally, rule: Rule) -> str:
    """Every way in which the undecided could still vote leads to the same end, or it is open."""
    open_seats = [seat for seat in tally.seats if seat[1] and seat[0] is None]
    ends = set()
    for choice in product(CHOICES, repeat=len(open_seats)):
        for seat, vote in zip(open_seats, choice, strict=True):
            seat[0] = vote
        ends.add(tally.passes(rule))
    for seat in open_seats:
        seat[0] = None
    if len(ends) > 1:
        return voting.OPEN
    return voting.PASSED if ends.pop() else voting.FAILED


def play(ballot: Ballot, tally: Tally, what: str, which: int, vote: str, why: str) -> None:
    """One act on both, if it can be done now."""
    seat = which % len(tally.seats)
    kept = tally.seats[seat]
    if what == "add" and len(tally.seats) < 7:
        assert ballot.add("new") == len(tally.seats)
        tally.seats.append([None, True, 1])
    elif what == "vote" and kept[1] and kept[0] is None:
        ballot.cast(seat, vote)
        kept[0] = vote
    elif what == "uncount" and kept[1]:
        ballot.uncount(seat, why)
        kept[1] = False
    elif what == "take_over" and not kept[1]:
        ballot.recount(seat)
        kept[:2] = [None, True]


def check(tally: Tally, rule: Rule, verdict: str) -> None:
    """The verdict against the tally."""
    votes = tally.votes
    if len(votes) < max(rule.min_quorum, 1):
        assert verdict == voting.BLOCKED, "nothing passes by emptiness"
        return
    assert verdict != voting.BLOCKED
    if verdict == voting.PASSED:
        assert "approve" in votes
    waits_for_all = rule.mode == "ALL" and rule.on_reject == "all"
    if waits_for_all or (rule.mode in ("ALL", "SEQUENCE") and "abstain" in votes):
        assert verdict in (certain(tally, rule), voting.OPEN)  # decides when everybody is heard
        assert None in votes or verdict == certain(tally, rule)
    else:
        assert verdict == certain(tally, rule)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 5), RULES, ACTS, WEIGHTS)
def test_a_ballot_decides_as_the_tally_and_at_the_earliest_sound_moment(n, rule, acts, weights):
    tally = Tally(n, weights)
    ballot = Ballot(fresh(n, weights))
    for act in acts:
        play(ballot, tally, *act)
        assert ballot.counted == tally.votes
        assert ballot.size == len(tally.votes)
        check(tally, rule, ballot.verdict(rule))


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 6), RULES, st.lists(st.sampled_from(CHOICES), min_size=6, max_size=6))
def test_a_quorum_never_reverses(n, rule, votes):
    state = fresh(n)
    ballot, verdict = Ballot(state), ""
    for seat in range(n):
        ballot.cast(seat, votes[seat])
        now = ballot.verdict(rule)
        if verdict in (voting.PASSED, voting.FAILED):
            assert now == verdict
        verdict = now
    assert verdict in (voting.PASSED, voting.FAILED, voting.BLOCKED)


@settings(max_examples=100, deadline=None)
@given(RULES)
def test_a_rule_is_kept_as_json_without_losing_a_third(rule):
    again = Rule.from_json(rule.as_json())
    assert (again.mode, again.need, again.min_quorum, again.on_reject) == (
        rule.mode,
        rule.need,
        rule.min_quorum,
        rule.on_reject,
    )


def test_rows_written_before_seats_could_leave_count_everybody():
    ballot = Ballot({"items": ["a", "b"], "votes": ["approve", None]})
    assert ballot.counted == ["approve", None]
    assert ballot.size == 2


def test_a_reason_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="unknown reason"):
        Ballot(fresh(1)).uncount(0, "forgotten")


def test_beside_a_seat_what_came_first_decides_whoever_said_it():
    """或签 of at least three: two speak while it is too small; the first one counts, seat or signer."""
    rule = Rule("ANY", min_quorum=3)
    for host_first in (True, False):
        ballot = Ballot({"items": ["b", "c"], "votes": [None, None]})
        if host_first:
            ballot.heard_beside()
        ballot.cast(0, "reject")
        if not host_first:
            ballot.heard_beside()
        assert ballot.verdict(rule, "approve") == ("PASSED" if host_first else "FAILED")
        assert ballot.verdict(rule, None) == "FAILED", "the seat waits for those behind it"


def test_votes_whose_arrival_nobody_noted_are_no_error():
    ballot = Ballot({"items": ["a", "b", "c"], "votes": ["reject", "approve", None]})
    assert ballot.verdict(Rule("ANY")) == "FAILED"
