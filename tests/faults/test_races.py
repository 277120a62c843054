"""Two processes on one case at once, many times, on PostgreSQL: nothing is stuck, nothing doubled."""

from __future__ import annotations

import os

import pytest

from tests.operations.test_races import check
from tests.operations.test_races import race as race_of_people
from tests.workflows.test_races import race

pytestmark = [pytest.mark.postgres, pytest.mark.faults]
CASES = "500" if os.environ.get("FAULT_SIZE") == "full" else "25"
RACES = ("approve", "cancel", "timer", "timers")


@pytest.mark.parametrize("kind", RACES)
def test_two_acts_at_once_leave_no_case_stuck_and_no_token_doubled(database, kind):
    found = race(database, kind, CASES)
    assert (found["stuck"], found["doubled"], found["crashed"]) == (0, 0, 0)


def test_without_the_lock_the_race_is_lost(database):
    found = race(database, "approve", "60", "--without-lock")
    assert found["stuck"] + found["doubled"] > 0


def test_people_at_once_one_wins_and_the_other_is_told(database):
    check(race_of_people(database, int(CASES), 0), int(CASES))
