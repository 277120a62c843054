"""All operations on one case against a plain-Python reading of the law (semantics C0–C16).

50 cases of 30 steps here; tests/faults/test_machine.py plays many more.
"""

from __future__ import annotations

import pytest

from tests.operations.machine.playing import played

pytestmark = pytest.mark.django_db


def test_the_product_answers_as_the_law_says_after_every_step() -> None:
    told = played(runs=50, steps=30, start=0)
    assert told.runs >= 50
    assert told.done > 300
