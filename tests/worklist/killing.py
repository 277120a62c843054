"""A bulk run in real processes on a database file, killed with -9 at a given statement.

`python -m tests.worklist.killing furnish N` makes the tables of the database of DATABASE_URL unless it is a filled copy, files one case for
real, copies it and starts a run of N lines; `work [--die-at K] [--later MINUTES] [--mutant]` runs its
jobs, killing itself before the K-th statement. It prints how many statements it ran.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402

import clock  # noqa: E402
from approvals.worklist.bulk import running, services  # noqa: E402
from approvals.worklist.bulk.acts import BulkAct, Order  # noqa: E402
from approvals.worklist.models import BulkLine, BulkRun  # noqa: E402
from jobs.worker import run_due  # noqa: E402
from tests.people import town  # noqa: E402
from tests.worklist.conftest import copied  # noqa: E402
from workflows.models import Task  # noqa: E402

WORDS = "材料属实，同意推荐。"


def filled() -> None:
    """Tables, calendar and packs, unless the file is a copy that has them."""
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0)
        call_command("load_calendar", verbosity=0)
        call_command("load_packs", verbosity=0)


def furnish(number: int) -> None:
    filled()
    jiaxing = town("jiaxing")
    model = jiaxing.filed("recognition", "nanhu")
    tasks = [Task.objects.get(process=model.process, is_open=True), *copied(model, number - 1)]
    officer = jiaxing.user("nanhu_officer")
    run = services.choose(officer, tasks, key="chosen")
    services.prepare(officer, run.pk, Order(BulkAct.DECIDE, "recommend", WORDS))
    services.start(officer, run.pk)


def work(die_at: int, later: int) -> None:
    """What a worker does; `later` so that the lease of a killed one has run out."""
    ran = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal ran
        ran += 1
        if ran == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with clock.at(clock.now() + timedelta(minutes=later)), connection.execute_wrapper(count):
        run_due(kinds={services.JOB})
    print(json.dumps({"statements": ran}))


def apart(run: BulkRun, order: Order, pk: int) -> None:
    """The broken build: the act commits first, under a new key each time, the answer after it."""
    line = BulkLine.objects.select_related("task__process").get(pk=pk)
    reason = running._outcome(run, order, line)
    if run.lines.exclude(state="waiting").count() == 7 and run.promised == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    BulkLine.objects.filter(pk=pk).update(state="refused" if reason else "done", reason=reason)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["furnish", "work"])
    parser.add_argument("number", type=int, nargs="?", default=40)
    parser.add_argument("--die-at", type=int, default=0)
    parser.add_argument("--later", type=int, default=0)
    parser.add_argument("--mutant", action="store_true")
    given = parser.parse_args()
    if given.mutant:
        running._answer = apart
        running.key_of = lambda *_: os.urandom(16).hex()
    if given.what == "furnish":
        furnish(given.number)
    else:
        work(given.die_at, given.later)


if __name__ == "__main__":
    main()
