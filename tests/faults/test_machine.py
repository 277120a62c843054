"""The state machine of all operations, long: FAULT_SIZE=full 1,000 cases of 50 steps, else 100 of 40.

In parts, so that one difference does not hide what the others would have found. FAULT_SEED plays a part's
cases again.
"""

from __future__ import annotations

import os
import random

import pytest

from tests.operations.machine.playing import played

pytestmark = [pytest.mark.django_db, pytest.mark.faults]
FULL = os.environ.get("FAULT_SIZE") == "full"
PARTS, RUNS, STEPS = (20, 50, 50) if FULL else (2, 50, 40)
SEED = int(os.environ.get("FAULT_SEED", "0")) or (random.randrange(10**6) if FULL else 1)


@pytest.mark.parametrize("part", range(PARTS))
def test_many_cases_answer_as_the_law_says(part: int) -> None:
    print(f"FAULT_SEED={SEED}, part {part}")
    told = played(runs=RUNS, steps=STEPS, start=SEED + part)
    print(f"{told.runs} cases, {told.done} operations done, {told.refused} refused")
    assert told.runs >= RUNS
