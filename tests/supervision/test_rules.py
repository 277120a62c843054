"""The thresholds: pure, exact, from the program where it says so."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.supervision.levels import Level
from approvals.supervision.rules import DEFAULT, Rules, has_passed, level_for, rules_of

DAYS = st.integers(0, 200)


@pytest.mark.parametrize(
    ("used", "level"),
    [
        (9, None),
        (10, Level.BLUE),
        (16, Level.BLUE),
        (17, Level.YELLOW),
        (20, Level.YELLOW),
        (21, Level.RED),
    ],
)
def test_of_twenty_days_half_is_blue_three_left_yellow_and_over_red(
    used: int, level: Level | None
) -> None:
    assert level_for(used, 20) == level


@given(DAYS, DAYS, st.integers(1, 200))
def test_a_level_never_falls_as_days_pass(one: int, other: int, limit: int) -> None:
    first, second = (level_for(used, limit) for used in sorted((one, other)))
    assert (first.rank if first else -1) <= (second.rank if second else -1)


@given(DAYS, st.integers(1, 200))
def test_red_means_overdue_and_nothing_else(used: int, limit: int) -> None:
    assert (level_for(used, limit) is Level.RED) == (used > limit)


def test_a_third_is_a_third_and_not_a_decimal() -> None:
    assert has_passed(1, 3, Fraction(1, 3))
    assert not has_passed(33, 100, Fraction(1, 3))


def test_what_a_program_says_goes_before_the_defaults() -> None:
    said = {"supervision": {"blue": "2/3", "yellow": 5, "reply": {"red": 2}, "urge": 7}}
    found = rules_of(said)
    assert (found.blue, found.yellow, found.urge_every) == (Fraction(2, 3), 5, 7)
    assert [found.reply[level] for level in Level] == [3, 2, 2]
    assert rules_of({}) == DEFAULT == Rules()


def test_red_is_the_top() -> None:
    assert [level.next for level in Level] == [Level.YELLOW, Level.RED, Level.RED]
