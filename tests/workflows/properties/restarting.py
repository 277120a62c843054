"""Walks of which every step is taken by a new process, on the SQLite file that DATABASE_URL names.

Run by test_restarts.py: `python -m tests.workflows.properties.restarting COMMAND`, JSON in and out.
  whole SEED…  migrates the file unless it has its tables, loads the diagrams of these seeds and takes every walk from start
               to end in this one process: [history, …]
  begin SEED…  starts every walk anew and ends: [walk, …]
  step         one step of each walk on standard input: [{"walk": …, "history": … or null}, …]
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402

from tests.workflows.properties.generating import drawn  # noqa: E402
from tests.workflows.properties.walking import (  # noqa: E402
    Walk,
    around,
    begun,
    history,
    is_over,
    prepared,
    step,
    walked,
)
from workflows.values import VariablesEncoder  # noqa: E402

SIZE = 9


def whole(seeds: list[str]) -> list[dict[str, Any]]:
    if not connection.introspection.table_names():
        for app in ("organizations", "guardian", "journal", "jobs", "workflows"):
            call_command("migrate", app, verbosity=0)
    return [history(walked(prepared(drawn(seed, SIZE)), seed)) for seed in seeds]


def begin(seeds: list[str]) -> list[dict[str, Any]]:
    return [asdict(begun(drawn(seed, SIZE).key, seed, around(seed))) for seed in seeds]


def one_step_each(walks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [stepped(Walk(**{**told, "now": datetime.fromisoformat(told["now"])})) for told in walks]


def stepped(walk: Walk) -> dict[str, Any]:
    after = walk if is_over(walk) else step(walk, around(walk.seed))
    return {"walk": asdict(after), "history": history(after) if is_over(after) else None}


COMMANDS = {"whole": whole, "begin": begin}


def main(command: str, seeds: list[str]) -> None:
    answer = one_step_each(json.load(sys.stdin)) if command == "step" else COMMANDS[command](seeds)
    print(json.dumps(answer, cls=VariablesEncoder))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
