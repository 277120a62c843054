"""Numbers under load, rollback, kill -9 and the year's turn: 1..N on both databases, no gap, no double."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.test_races import database

__all__ = ["database"]
ROOT = Path(__file__).resolve().parents[2]
FULL = os.environ.get("FAULT_SIZE") == "full"
CLEAN: dict[str, Any] = {"gaps": [], "doubles": [], "lost": [], "without_paper": 0, "wrong_year": 0}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Surroundings of a fresh database of each kind."""
    url = f"sqlite:///{tmp_path / 'house.sqlite3'}"
    if request.param == "postgres":
        url = request.getfixturevalue("database")
    fonts = os.environ.get("FONTS_DIR", str(ROOT / "var" / "fonts"))
    told = {"DATABASE_URL": url, "VAR_DIR": str(tmp_path), "FONTS_DIR": fonts}
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **told}


def issued(house: dict[str, str], **asked: Any) -> dict[str, Any]:
    words = [f"--{name.replace('_', '-')}={value}" for name, value in asked.items()]
    done = subprocess.run(
        [sys.executable, "-m", "tests.documents.issuing_at_once", *words],
        cwd=ROOT,
        env=house,
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def clean(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in CLEAN}


def test_eight_issuers_and_six_kills_leave_no_gap_and_no_double(house):
    """200 issues. A killed issuer may have committed one number it was not told of."""
    found = issued(house, issuers=8, issues=25, kills=6)
    assert clean(found) == CLEAN
    assert found["acknowledged"] == 200
    (last,) = found["series"].values()
    assert 200 <= last <= 200 + found["killed"]
    assert (found["killed"], found["crashed"], found["refused"]) == (6, 0, 0), found["why"]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_counter_outside_the_act_leaves_gaps(house):
    """The judge sees what a sequence would do: rolled back acts keep their numbers."""
    assert issued(house, issuers=2, issues=15, mutant="early")["gaps"]


@pytest.mark.postgres
def test_without_the_lock_numbers_are_doubled(database, tmp_path):
    """(SQLite has one writer at a time from BEGIN on: there is no lock to leave out.)"""
    surroundings = {"DATABASE_URL": database, "VAR_DIR": str(tmp_path)}
    fonts = os.environ.get("FONTS_DIR", str(ROOT / "var" / "fonts"))
    house = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "FONTS_DIR": fonts}
    assert issued({**house, **surroundings}, issuers=8, issues=10, mutant="without-lock")["doubles"]


def raced(house: dict[str, str], *words: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.documents.printing_at_once", *words],
        cwd=ROOT, env=house, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_two_desks_at_once_print_each_document_once(house):
    """The second is told that it is printed and asked for a reason."""
    assert raced(house, "20") == {"doubled": 0, "missing": 0, "refused": 20, "crashed": 0}


@pytest.mark.postgres
def test_without_the_lock_two_desks_print_double_or_crash(database, tmp_path):
    fonts = os.environ.get("FONTS_DIR", str(ROOT / "var" / "fonts"))
    told = {"DATABASE_URL": database, "VAR_DIR": str(tmp_path), "FONTS_DIR": fonts}
    house = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **told}
    found = raced(house, "20", "--without-lock")
    assert found["doubled"] + found["crashed"] > 0


@pytest.mark.faults
def test_across_midnight_of_new_year_each_year_counts_from_one(house):
    found = issued(house, issuers=10, issues=60, midnight_in=4 if not FULL else 15)
    assert clean(found) == CLEAN
    assert set(found["series"]) == {"2026", "2027"}, found


@pytest.mark.faults
def test_fifty_issuers_with_two_hundred_issues_each(house):
    """FAULT_SIZE=full: 50 × 200 and 20 kills; otherwise 20 × 30 and 10."""
    asked = (
        {"issuers": 50, "issues": 200, "kills": 20}
        if FULL
        else {"issuers": 20, "issues": 30, "kills": 10}
    )
    found = issued(house, **asked)
    assert clean(found) == CLEAN
    assert found["acknowledged"] == asked["issuers"] * asked["issues"]
    print(json.dumps(found, ensure_ascii=False))
