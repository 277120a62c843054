"""An annex of 2,000 rows is made and signed through the queue, and nobody else waits for it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.documents.test_numbers_at_once import ROOT, database, house

__all__ = ["database", "house"]
pytestmark = pytest.mark.faults


def beside(house: dict[str, str], rows: int, short: int) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.documents.long_beside_short", str(rows), str(short)],
        cwd=ROOT, env=house, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_two_thousand_rows_are_signed_while_short_papers_go_out(house):
    found = beside(house, rows=2000, short=20)
    print(json.dumps(found, ensure_ascii=False))
    assert found["failures"] == []
    assert (found["signed"], found["intact"]) == (1, True)
    assert found["pages"] > 80
    assert found["beside"] >= 10, "short papers overtake the long one"
    assert found["short_median_s"] < found["long_s"] / 4
