"""The state machine of all operations, long: FAULT_SIZE=full 1,000 cases of 50 steps, else 100 of 40."""

from __future__ import annotations

import os

import pytest

from tests.operations.machine.playing import played

pytestmark = [pytest.mark.django_db, pytest.mark.faults]
FULL = os.environ.get("FAULT_SIZE") == "full"
RUNS, STEPS = (1000, 50) if FULL else (100, 40)


def test_many_cases_answer_as_the_law_says() -> None:
    told = played(runs=RUNS, steps=STEPS, the_same_each_time=not FULL)
    print(f"{told.runs} cases, {told.done} operations done, {told.refused} refused")
    assert told.runs >= RUNS
