"""Two people at once on one case, in two processes on PostgreSQL: one winner, the other is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.operations.races import KINDS
from tests.workflows.test_races import ROOT, database

__all__ = ["database"]
pytestmark = pytest.mark.postgres


def race(database: str, cases: int, mutants: int) -> dict[str, Any]:
    """All races on one database; what each came to."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.racing", str(cases), str(mutants)],
        cwd=ROOT, env={"DJANGO_SETTINGS_MODULE": "config.settings", **os.environ, "DATABASE_URL": database},
        capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def check(told: dict[str, Any], cases: int) -> None:
    """One winner a case (or both, one after the other), the loser told why, the journal whole."""
    for kind, codes in KINDS.items():
        found = told[kind]
        assert (found["crashed"], found["broken"], found["journal"]) == (0, 0, 0), (kind, found)
        assert found["first"] + found["second"] >= cases, (kind, found)
        assert set(found["refused"]) <= codes, (kind, found)


def test_of_two_at_once_one_wins_and_without_the_lock_the_race_is_lost(database):
    told = race(database, 25, 15)
    check(told, 25)
    unseen = [kind for kind in KINDS if not _lost(told[f"{kind} without lock"])]
    assert not unseen, {kind: told[f"{kind} without lock"] for kind in unseen}


def _lost(found: dict[str, Any]) -> bool:
    return bool(found["broken"] + found["crashed"] + found["journal"])
