"""The decision rule (semantics C0), pure."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.voting import decide, required

VOTES = st.lists(st.sampled_from(["approve", "reject", "abstain", None]), min_size=1, max_size=7)
NEEDS = st.one_of(
    st.fractions(min_value=Fraction(1, 10), max_value=1, max_denominator=10),
    st.fractions(min_value=Fraction(1, 10), max_value=Fraction(9, 10), max_denominator=10).map(
        lambda p: ("more_than", p)
    ),
    st.integers(min_value=1, max_value=8),
)


@pytest.mark.parametrize(
    ("need", "n", "enough"),
    [
        (Fraction(2, 3), 3, 2),
        (Fraction(2, 3), 9, 6),
        (Fraction(3, 5), 4, 3),
        (("more_than", Fraction(1, 2)), 4, 3),
        (3, 9, 3),
    ],
)
def test_two_thirds_exact(need, n, enough):
    assert required(need, n) == enough


def test_one_no_does_not_kill_majority():
    assert decide("QUORUM", ["reject", "approve", None], need=Fraction(2, 3)) == "OPEN"
    assert decide("QUORUM", ["reject", "approve", "approve"], need=Fraction(2, 3)) == "PASSED"


def test_all_mode_reject_not_stuck():
    assert decide("ALL", ["approve", "reject", None]) == "FAILED"
    assert decide("ALL", ["approve", "reject", None], on_reject="all") == "OPEN"
    assert decide("ALL", ["approve", "abstain"]) == "FAILED"
    assert decide("ALL", ["approve", "approve"]) == "PASSED"


def test_or_sign():
    assert decide("ANY", [None, "approve"]) == "PASSED"
    assert decide("ANY", [None, "reject"]) == "FAILED"
    assert decide("ANY", [None, "reject"], on_reject="all") == "OPEN"
    assert decide("ANY", ["abstain", "reject"], on_reject="all") == "FAILED"
    with pytest.raises(ValueError, match="first vote"):
        decide("ANY", ["approve", "reject"])


def test_nothing_passes_by_emptiness_and_an_impossible_need_fails():
    assert decide("ALL", []) == "BLOCKED"
    assert decide("ALL", [], min_quorum=0) == "BLOCKED"
    assert decide("QUORUM", ["approve", "approve"], need=1, min_quorum=3) == "BLOCKED"
    assert decide("QUORUM", [None, None, None], need=5) == "FAILED"


@pytest.mark.parametrize(
    "bad", [{"mode": "MOST"}, {"votes": ["yes"]}, {"on_reject": "never"}, {"mode": "QUORUM"}]
)
def test_nonsense_is_refused(bad):
    arguments = {"mode": "ALL", "votes": ["approve"], **bad}
    with pytest.raises(ValueError, match=r"unknown|needs"):
        decide(arguments.pop("mode"), arguments.pop("votes"), **arguments)


@pytest.mark.parametrize(
    "need",
    [0, -1, Fraction(0), Fraction(-1, 2), ("more_than", Fraction(-1)), True, 0.5, 2 / 3, "2/3", [1],
     ("less_than", Fraction(1, 2)), ("more_than", 0.5), ("more_than",)],
)  # fmt: skip
def test_a_need_that_is_inexact_or_nothing_is_refused(need):
    """A share is a fraction, never 66.67 %, and no step passes without an approval (C0, C3)."""
    with pytest.raises(ValueError, match="need"):
        decide("QUORUM", ["reject", None, None], need=need)


@pytest.mark.parametrize("min_quorum", [-3, "2", None, 1.5, True])
def test_a_quorum_is_a_number_of_seats(min_quorum):
    with pytest.raises(ValueError, match="min_quorum"):
        decide("ALL", ["approve"], min_quorum=min_quorum)


@given(votes=VOTES, need=NEEDS)
def test_quorum_never_reverses(votes, need):
    """Whatever the open seats will say, a decided step stays as it was decided."""
    verdict = decide("QUORUM", votes, need=need)
    open_seats = [i for i, vote in enumerate(votes) if vote is None][:4]
    for answers in product(["approve", "reject"], repeat=len(open_seats)):
        later = list(votes)
        for seat, answer in zip(open_seats, answers, strict=True):
            later[seat] = answer
        if verdict != "OPEN":
            assert decide("QUORUM", later, need=need) == verdict


@given(votes=VOTES, need=NEEDS)
def test_quorum_stops_earliest(votes, need):
    """OPEN means that the open seats can still make it pass and can still make it fail."""
    if decide("QUORUM", votes, need=need) == "OPEN":
        filled = {
            answer: [answer if vote is None else vote for vote in votes]
            for answer in ("approve", "reject")
        }
        assert decide("QUORUM", filled["approve"], need=need) == "PASSED"
        assert decide("QUORUM", filled["reject"], need=need) == "FAILED"
