"""Confirmed minutes killed with -9 while their items are decided, and resumed: each item once.

The judge reads the database file in raw SQL. How a run of bulk acts is killed at any statement is
`tests/worklist/test_bulk_killed.py`; here it decides, numbers and freezes.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Copies, Files
from tests.worklist.test_bulk_killed import copy, ended, process

SEED, KILLS, ITEMS = 20261130, 3, 3
MODULE = "tests.meetings.killing"


def worked(database: Path, *words: str) -> tuple[int, str]:
    return ended(process(database, "work", *words, module=MODULE))


def judged(database: Path) -> dict[str, Any]:
    """What the minutes have done, as counts; times and keys differ, numbers must not."""

    def rows(sql: str) -> list[Any]:
        with sqlite3.connect(database) as file:
            return sorted(file.execute(sql).fetchall())

    told = "FROM journal_entry WHERE json_extract(data, '$.minutes') IS NOT NULL"
    return {
        "lines": rows("SELECT state, reason, COUNT(*) FROM worklist_bulkline GROUP BY 1, 2"),
        "signed": rows(
            "SELECT text, COUNT(*) FROM reviews_opinion WHERE step = 'sign' GROUP BY task_id"
        ),
        "decisions": rows(
            "SELECT COUNT(*), COUNT(DISTINCT application_id) FROM decisions_decision"
        ),
        "numbers": rows(
            "SELECT number, COUNT(*) FROM documents_document WHERE number <> '' GROUP BY 1"
        ),
        "entries": rows(f"SELECT COUNT(*), COUNT(DISTINCT json_extract(data, '$.task')) {told}"),
        "answers": rows(
            "SELECT COUNT(*) FROM workflows_operationrecord WHERE key LIKE 'bulk:%'"
        ),
        "papers": rows("SELECT kind, COUNT(*) FROM jobs_job WHERE kind LIKE 'render%' GROUP BY 1"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def started(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, copies: Copies
) -> Path:
    """A database file in which the chair has just confirmed."""
    database = tmp_path_factory.mktemp("minutes") / "started.sqlite3"
    if isinstance(copies, Files):
        shutil.copyfile(copies.filled, database)
    code, _told = ended(process(database, "furnish", module=MODULE))
    assert code == 0
    with sqlite3.connect(database) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database


def test_killed_between_and_within_items_they_are_decided_once(started: Path) -> None:
    whole = copy(started, "clean")
    code, told = worked(whole)
    assert code == 0
    wanted, statements = judged(whole), int(json.loads(told)["statements"])
    assert wanted["lines"] == [("done", "", ITEMS)]
    assert [count for _text, count in wanted["signed"]] == [1] * ITEMS
    assert wanted["decisions"] == [(ITEMS, ITEMS)]
    assert {count for _number, count in wanted["numbers"]} == {1}
    assert wanted["entries"] == [(ITEMS, ITEMS)]
    house, dice, points = copy(started, "killed"), random.Random(SEED), []
    for kill in range(KILLS):
        points.append(dice.randint(2, statements // (KILLS + 1)))
        code, _told = worked(house, "--die-at", str(points[-1]), "--later", str(5 * kill))
        assert code == -signal.SIGKILL, "the process was not killed"
    assert judged(house)["lines"] != wanted["lines"], f"killed too late: {points}"
    assert worked(house, "--later", str(5 * KILLS))[0] == 0
    assert judged(house) == wanted, f"killed at {points}"
