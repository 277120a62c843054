"""票签 by weight: shares of the total weight, a weight as need, decided at the earliest sound moment."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.voting import MAXIMUM_WEIGHT, decide

HALF = ("more_than", Fraction(1, 2))
VOTES = ("approve", "reject", "abstain")
SEATS = st.lists(
    st.tuples(st.sampled_from([*VOTES, None]), st.integers(1, 6)), min_size=1, max_size=5
)
NEEDS = st.one_of(
    st.fractions(min_value=Fraction(1, 10), max_value=1, max_denominator=10),
    st.fractions(min_value=Fraction(1, 10), max_value=Fraction(9, 10), max_denominator=10).map(
        lambda p: ("more_than", p)
    ),
    st.integers(min_value=1, max_value=32),
)


def test_the_heavier_side_wins_though_it_has_fewer_seats():
    assert (
        decide("QUORUM", ["approve", "reject", "reject"], need=HALF, weights=[3, 1, 1]) == "PASSED"
    )
    assert (
        decide("QUORUM", ["reject", "approve", "approve"], need=HALF, weights=[3, 1, 1]) == "FAILED"
    )


def test_a_fraction_is_of_the_total_weight_and_more_than_half_of_six_is_four():
    assert decide("QUORUM", ["approve", None, None], need=HALF, weights=[3, 2, 1]) == "OPEN"
    assert (
        decide("QUORUM", ["approve", "reject", "approve"], need=HALF, weights=[3, 2, 1]) == "PASSED"
    )
    two_thirds = Fraction(2, 3)
    assert decide("QUORUM", ["approve", None, None], need=two_thirds, weights=[4, 1, 1]) == "PASSED"
    assert decide("QUORUM", ["approve", None, None], need=two_thirds, weights=[4, 2, 1]) == "OPEN"


def test_a_fixed_count_is_a_weight():
    assert decide("QUORUM", ["approve", None, None], need=3, weights=[3, 1, 1]) == "PASSED"
    assert decide("QUORUM", ["reject", None, None], need=3, weights=[3, 1, 1]) == "FAILED"
    assert decide("QUORUM", [None, None, None], need=6, weights=[3, 1, 1]) == "FAILED"


def test_the_smallest_number_of_seats_goes_on_counting_seats():
    heavy = {"need": 1, "weights": [9, 9]}
    assert decide("QUORUM", ["approve", "approve"], min_quorum=3, **heavy) == "BLOCKED"
    assert decide("QUORUM", ["approve", "approve"], min_quorum=2, **heavy) == "PASSED"
    assert decide("QUORUM", [], need=HALF, weights=[]) == "BLOCKED"


@pytest.mark.parametrize(
    "weights",
    [[1, 1], [1, 1, 1, 1], [], [0, 1, 1], [-1, 1, 1], [1, 1.0, 1], [True, 1, 1], ["2", 1, 1],
     [1, None, 1], [Decimal(1), 1, 1], [Fraction(1), 1, 1], [MAXIMUM_WEIGHT + 1, 1, 1]],
)  # fmt: skip
def test_weights_that_are_no_weights_are_refused_in_words(weights):
    with pytest.raises(ValueError, match=r"weights (for 3 votes|are whole numbers from 1)"):
        decide("QUORUM", ["approve", None, None], need=HALF, weights=weights)


def test_bad_weights_are_refused_also_where_too_few_sit_or_the_vote_is_decided():
    for votes in ([None], ["approve"]):
        with pytest.raises(ValueError, match="whole numbers"):
            decide("QUORUM", votes, need=1, min_quorum=2, weights=[0])


@pytest.mark.parametrize("mode", ["ALL", "ANY", "SEQUENCE"])
def test_only_a_quorum_weighs(mode):
    with pytest.raises(ValueError, match="QUORUM only"):
        decide(mode, ["approve"], weights=[1])


def certain(seats, need, rest):
    """By the words of C0 over every way in which the undecided could still vote."""
    total = sum(weight for _vote, weight in seats)
    open_seats = [n for n, (vote, _weight) in enumerate(seats) if vote is None]
    ends = set()
    for answers in product(rest, repeat=len(open_seats)):
        said = dict(zip(open_seats, answers, strict=True))
        a = sum(w for n, (vote, w) in enumerate(seats) if said.get(n, vote) == "approve")
        if isinstance(need, tuple):
            ends.add("PASSED" if a > need[1] * total else "FAILED")
        else:
            bar = need * total if isinstance(need, Fraction) else need
            ends.add("PASSED" if a >= bar else "FAILED")
    return ends.pop() if len(ends) == 1 else "OPEN"


@given(seats=SEATS, need=NEEDS)
def test_a_weighted_quorum_is_decided_exactly_when_every_completion_agrees(seats, need):
    votes, weights = [vote for vote, _ in seats], [weight for _, weight in seats]
    assert decide("QUORUM", votes, need=need, weights=weights) == certain(seats, need, VOTES)


@given(seats=SEATS, need=NEEDS, order=st.randoms(use_true_random=False))
def test_a_weighted_quorum_never_reverses(seats, need, order):
    votes, weights = [None] * len(seats), [weight for _, weight in seats]
    turns = list(range(len(seats)))
    order.shuffle(turns)
    standing = "OPEN"
    for seat in turns:
        votes[seat] = seats[seat][0] or "abstain"
        now = decide("QUORUM", votes, need=need, weights=weights)
        assert standing in ("OPEN", now)
        standing = now
    assert standing != "OPEN"


@given(
    votes=st.lists(st.sampled_from([*VOTES, None]), max_size=6), need=NEEDS, least=st.integers(0, 4)
)
def test_weights_of_one_change_nothing(votes, need, least):
    bare = decide("QUORUM", votes, need=need, min_quorum=least)
    ones = [1] * len(votes)
    assert decide("QUORUM", votes, need=need, min_quorum=least, weights=ones) == bare
