"""Two processes on one case at once, on PostgreSQL: nothing is stuck, nothing happens twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.databases import Copies, Server

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
pytestmark = pytest.mark.postgres


@pytest.fixture
def database(django_db_setup: None, copies: Copies) -> Iterator[str]:
    """A database that exists for one test; on PostgreSQL with the tables, else an empty one."""
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no PostgreSQL server answers")
    name = f"race_{uuid4().hex[:12]}"
    tables = f' TEMPLATE "{copies.template}"' if isinstance(copies, Server) else ""
    server.execute(f'CREATE DATABASE "{name}"{tables}')
    yield f"{SERVER.rsplit('/', 1)[0]}/{name}"
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.close()


def race(database: str, *arguments: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.workflows.racing", *arguments],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "config.settings", **os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("kind", ["approve", "cancel", "timer", "timers"])
def test_two_acts_at_once_leave_no_case_stuck_and_no_token_doubled(database, kind):
    found = race(database, kind, "25")
    assert (found["stuck"], found["doubled"], found["crashed"]) == (0, 0, 0)


def test_without_the_lock_the_race_is_lost(database):
    found = race(database, "approve", "60", "--without-lock")
    assert found["stuck"] + found["doubled"] > 0
