"""A new process for every step of a case: its history is that of a case one process took to its end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Copies, Files

ROOT = Path(__file__).resolve().parents[3]
FULL = os.environ.get("FAULT_SIZE") == "full"


class House:
    """A SQLite file and the processes that work on it, one after the other."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.started = 0

    def process(self, command: str, *seeds: str, told: Any = None) -> Any:
        """One process; each orders its sets in its own way, as a restarted worker does."""
        self.started += 1
        environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.file}",
            "PYTHONHASHSEED": str(self.started),
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.workflows.properties.restarting", command, *seeds],
            cwd=ROOT,
            env=environment,
            input=json.dumps(told),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def house(tmp_path: Path, django_db_setup: None, copies: Copies) -> Path:
    """A folder with the file `one.sqlite3`, its tables made where this run is on SQLite."""
    if isinstance(copies, Files):
        shutil.copyfile(copies.template, tmp_path / "one.sqlite3")
    return tmp_path


def compare(folder: Path, candidates: list[str], runs: int, steps: range) -> None:
    """Takes `runs` of the candidates with so many steps, whole and restarted."""
    one, many = House(folder / "one.sqlite3"), House(folder / "many.sqlite3")
    whole = dict(zip(candidates, one.process("whole", *candidates), strict=True))
    seeds = [seed for seed in candidates if whole[seed]["steps"] in steps][:runs]
    assert len(seeds) == runs
    shutil.copyfile(one.file, many.file)
    walks = many.process("begin", *seeds)
    told: list[dict[str, Any]] = []
    for _restart in range(max(whole[seed]["steps"] for seed in seeds)):
        told = many.process("step", told=walks)
        walks = [answer["walk"] for answer in told]
    assert [answer["history"] for answer in told] == [whole[seed] for seed in seeds]


def test_a_restart_after_every_step_changes_nothing_in_five_cases(house: Path) -> None:
    compare(house, [f"again{n}" for n in range(24)], 5, range(4, 7))


@pytest.mark.faults
def test_a_restart_after_every_step_changes_nothing_in_many_cases(house: Path) -> None:
    runs = 20 if FULL else 8
    compare(house, [f"often{n}" for n in range(4 * runs)], runs, range(4, 30))
