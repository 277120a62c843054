"""Two processes act on the same cases at once, on a PostgreSQL database of their own.

Run by test_races.py: `python -m tests.workflows.racing KIND CASES [--without-lock]` with
DATABASE_URL on a fresh database; prints {"stuck": n, "doubled": n, "refused": n, "crashed": n}.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from itertools import count
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection, transaction  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

import clock  # noqa: E402
from tests.workflows.diagrams import diagram  # noqa: E402
from tests.workflows.playing import released  # noqa: E402
from workflows import operations, timers  # noqa: E402
from workflows.cases import World  # noqa: E402
from workflows.models import Process, Task  # noqa: E402
from workflows.nodes.gateways import JOINED  # noqa: E402
from workflows.simulation.people import SimulatedDirectory  # noqa: E402

HUMAN = {"role": "county"}
SOURCE = diagram(
    {
        "start": {},
        "split": {"kind": "parallelGateway"},
        "a": HUMAN,
        "b": HUMAN,
        "late": {"kind": "boundaryEvent", "attached_to": "a", "timer": "PT0S"},
        "merge": {"kind": "exclusiveGateway"},
        "join": {"kind": "parallelGateway"},
        "last": {"kind": "task"},
        "end": {},
    },
    [
        ("start", "split"), ("split", "a"), ("split", "b"), ("a", "merge"), ("late", "merge"), ("merge", "join"),
        ("b", "join"), ("join", "last"), ("last", "end"),
    ],
    key="race",
)  # fmt: skip
_keys = count(1)


def approve(process_id: int, element: str) -> None:
    directory = SimulatedDirectory()
    task = Task.objects.get(process=process_id, element=element)
    with transaction.atomic():
        actor = directory.fresh("county")
    with transaction.atomic():
        act = operations.begin(
            task.pk, actor=actor, key=f"{element}-{process_id}-{next(_keys)}", expected_version=1, payload={},
            world=World(directory, {}),
        )  # fmt: skip
        operations.finish(act, "")


def withdraw(process_id: int) -> None:
    operations.cancel(
        Process.objects.get(pk=process_id), by=None, verdict="withdrawn", reason="race"
    )


def ring(process_id: int) -> None:
    timers.fire(
        Task.objects.get(process=process_id, element="late").pk,
        world=World(SimulatedDirectory(), {}),
    )


RACES: dict[str, tuple[Any, Any]] = {
    "approve": (lambda pk: approve(pk, "a"), lambda pk: approve(pk, "b")),
    "cancel": (lambda pk: approve(pk, "a"), withdraw),
    "timer": (lambda pk: approve(pk, "a"), ring),
    "timers": (ring, ring),
}


def run(act: Any, numbers: list[int], barrier: Any, told: Any, locked: bool) -> None:
    if not locked:
        QuerySet.select_for_update = lambda self, **options: self  # type: ignore[method-assign]
    refused = crashed = 0
    Task.objects.first()
    for number in numbers:
        barrier.wait(20)
        try:
            act(number)
        except operations.OperationError:
            refused += 1
        except Exception as error:
            print(repr(error), file=sys.stderr)
            crashed += 1
    told.put((refused, crashed))


def verdict(kind: str, number: int) -> tuple[bool, bool]:
    """(stuck, doubled) of one case after the race."""
    process = Process.objects.get(pk=number)
    rows = list(Task.objects.filter(process=process))
    if kind in {"timer", "timers"} and process.status == "NEW":
        approve(number, "b")
        process.refresh_from_db()
        rows = list(Task.objects.filter(process=process))
    fired = [
        row
        for row in rows
        if row.element == "last"
        or (row.element == "join" and row.outcome != JOINED and row.status == "DONE")
    ]
    arrivals = [row for row in rows if row.element == "merge"]
    return process.status == "NEW", len(fired) > 2 or len(arrivals) > 1


def main(kind: str, cases: int, locked: bool) -> None:
    for app in ("organizations", "guardian", "journal", "jobs", "workflows"):
        call_command("migrate", app, verbosity=0)
    released(SOURCE)
    directory = SimulatedDirectory()
    filer = directory.fresh("applicant")
    numbers = [
        operations.start(
            "race",
            city="testcity",
            county=None,
            party=None,
            by=filer,
            data={},
            on=clock.today(),
            world=World(directory, {}),
        ).pk
        for _n in range(cases)
    ]
    connection.close()
    connection.close_pool()  # a pool does not survive a fork
    context = multiprocessing.get_context("fork")
    barrier, told = context.Barrier(2), context.Queue()
    racers = [
        context.Process(target=run, args=(act, numbers, barrier, told, locked))
        for act in RACES[kind]
    ]
    for racer in racers:
        racer.start()
    answers = [told.get(timeout=100) for _racer in racers]
    for racer in racers:
        racer.join()
    found = [verdict(kind, number) for number in numbers]
    print(
        json.dumps(
            {
                "stuck": sum(stuck for stuck, _doubled in found),
                "doubled": sum(doubled for _stuck, doubled in found),
                "refused": sum(refused for refused, _crashed in answers),
                "crashed": sum(crashed for _refused, crashed in answers),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), "--without-lock" not in sys.argv)
