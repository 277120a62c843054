"""A bulk run killed with -9 and resumed: each line answered once, as in a run that was not killed.

The judge reads the database file in raw SQL and knows nothing of our code.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Copies, Files

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261122
KILLS, LINES = 5, 30


def surroundings(database: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "VAR_DIR": str(database.parent),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def process(
    database: Path, *words: str, module: str = "tests.worklist.killing"
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=ROOT, env=surroundings(database), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(started: subprocess.Popen[str]) -> tuple[int, str]:
    told, wrong = started.communicate(timeout=600)
    assert started.returncode in {0, -signal.SIGKILL}, wrong[-3000:]
    return started.returncode, told


def worked(database: Path, *words: str) -> tuple[int, str]:
    return ended(process(database, "work", *words))


def judged(database: Path) -> dict[str, Any]:
    """What is in the file, as counts; and what must be once, at most how often it is."""

    def rows(sql: str) -> list[Any]:
        with sqlite3.connect(database) as file:
            return sorted(file.execute(sql).fetchall())

    told = "FROM journal_entry WHERE data LIKE '%\"bulk\"%'"
    return {
        "run": rows("SELECT act, state FROM worklist_bulkrun"),
        "lines": rows("SELECT state, reason, COUNT(*) FROM worklist_bulkline GROUP BY 1, 2"),
        "opinions": rows("SELECT outcome, text, COUNT(*) FROM reviews_opinion GROUP BY 1, 2"),
        "opinions a task": rows(
            "SELECT MAX(n) FROM (SELECT COUNT(*) n FROM reviews_opinion GROUP BY task_id) x"
        ),
        "entries": rows(f"SELECT COUNT(*), COUNT(DISTINCT json_extract(data, '$.task')) {told}"),
        "answers": rows(
            "SELECT COUNT(*) FROM workflows_operationrecord WHERE key LIKE 'bulk:%'"
        ),
        "open": rows("SELECT element, COUNT(*) FROM workflows_task WHERE is_open GROUP BY 1"),
        "told": rows("SELECT kind, COUNT(*) FROM jobs_job WHERE kind = 'announce_tasks' GROUP BY 1"),
    }  # fmt: skip


def ready(folder: Path, number: int, copies: Copies) -> Path:
    """A database file with a run that has just been started."""
    database = folder / "started.sqlite3"
    if isinstance(copies, Files):
        shutil.copyfile(copies.filled, database)
    code, _told = ended(process(database, "furnish", str(number)))
    assert code == 0
    with sqlite3.connect(database) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database


def copy(database: Path, name: str) -> Path:
    folder = database.parent / name
    folder.mkdir()
    return Path(shutil.copy(database, folder / "house.sqlite3"))


def clean(database: Path) -> tuple[dict[str, Any], int]:
    """The state after a run nobody kills, and how many statements it took."""
    whole = copy(database, "clean")
    code, told = worked(whole)
    assert code == 0
    return judged(whole), int(json.loads(told)["statements"])


def killed_and_resumed(database: Path, name: str, die_at: int) -> dict[str, Any]:
    house = copy(database, name)
    code, _told = worked(house, "--die-at", str(die_at))
    assert code == -signal.SIGKILL, "the process was not killed"
    code, _told = worked(house, "--later", "5")
    assert code == 0
    return judged(house)


@pytest.fixture(scope="module")
def started(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, copies: Copies
) -> Path:
    return ready(tmp_path_factory.mktemp("killed"), LINES, copies)


@pytest.fixture(scope="module")
def wanted(started: Path) -> tuple[dict[str, Any], int]:
    return clean(started)


def test_a_run_nobody_kills_does_every_line_once(wanted: tuple[dict[str, Any], int]) -> None:
    state, _statements = wanted
    assert state["run"] == [("decide", "done")]
    assert state["lines"] == [("done", "", LINES)]
    assert state["opinions a task"] == [(1,)]
    assert state["entries"] == [(LINES, LINES)]
    assert state["answers"] == [(LINES,)]
    assert state["open"] == [("intake", LINES)]


def test_killed_five_times_at_random_statements_it_ends_as_if_nothing_had_happened(
    started: Path, wanted: tuple[dict[str, Any], int]
) -> None:
    """One run, killed and resumed again and again."""
    state, statements = wanted
    house, dice, points = copy(started, "five"), random.Random(SEED), []
    for kill in range(KILLS):
        points.append(dice.randint(2, statements // (KILLS + 1)))
        code, _told = worked(house, "--die-at", str(points[-1]), "--later", str(5 * kill))
        assert code == -signal.SIGKILL, "the process was not killed"
    assert judged(house)["run"] == [("decide", "running")]
    assert worked(house, "--later", str(5 * KILLS))[0] == 0
    assert judged(house) == state, f"killed at {points}"


def test_two_workers_on_one_run_do_no_line_twice(
    started: Path, wanted: tuple[dict[str, Any], int]
) -> None:
    """The second believes the first one's lease to have run out while it is still at work."""
    house = copy(started, "two")
    both = [process(house, "work"), process(house, "work", "--later", "5")]
    assert [ended(one)[0] for one in both] == [0, 0]
    worked(house, "--later", "10")
    assert judged(house) == wanted[0]


def test_the_judge_notices_a_build_that_commits_act_and_answer_apart(
    started: Path, wanted: tuple[dict[str, Any], int]
) -> None:
    house = copy(started, "mutant")
    code, _told = worked(house, "--mutant")
    assert code == -signal.SIGKILL
    worked(house, "--mutant", "--later", "5")
    assert judged(house) != wanted[0]


@pytest.mark.faults
def test_fifty_kills_of_three_hundred_lines(
    tmp_path: Path, django_db_setup: None, copies: Copies
) -> None:
    """FAULT_SIZE=full: 50 runs of 300 lines; otherwise 5 of 60."""
    full = os.environ.get("FAULT_SIZE") == "full"
    points, lines = (50, 300) if full else (5, 60)
    database = ready(tmp_path, lines, copies)
    state, statements = clean(database)
    assert state["lines"] == [("done", "", lines)]
    dice = random.Random(SEED)
    for point in range(points):
        die_at = dice.randint(2, statements)
        found = killed_and_resumed(database, f"point{point}", die_at)
        assert found == state, f"killed at {die_at} of {statements}"
        shutil.rmtree(database.parent / f"point{point}")
