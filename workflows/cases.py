"""The locked case: the process row first, then its live task rows, once per act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, Subquery

import clock
from workflows import handlers as flow_handlers
from workflows.directory import Directory, OrganizationsDirectory
from workflows.errors import StepLimit
from workflows.execution import Execution
from workflows.handlers import Handler
from workflows.models import LIVE, OperationRecord, Process, Task


class World:
    """Whom and what an execution asks: the real directory and handlers unless a simulation gives
    its own."""

    def __init__(
        self,
        directory: Directory | None = None,
        handlers: Mapping[str, Handler] | None = None,
        *,
        outcome_required: bool = True,
    ) -> None:
        """Without arguments the real world. A simulated person may finish without an outcome."""
        self.outcome_required = outcome_required
        self.directory: Directory = directory or OrganizationsDirectory()
        self.handlers = flow_handlers.registry() if handlers is None else handlers


def lock(process_id: int) -> Process | None:
    """The process row, locked until the transaction ends (SQLite: the one write lock at BEGIN)."""
    return _locked(Q(pk=process_id))


def lock_of_task(task_id: int) -> Process | None:
    """The same by one of its tasks; one statement."""
    return _locked(Q(pk__in=Task.objects.filter(pk=task_id).values("process_id")))


def _locked(which: Q) -> Process | None:
    if not connection.in_atomic_block:
        message = "a case is locked inside the transaction of the act"
        raise transaction.TransactionManagementError(message)
    rows = Process.objects.select_for_update(of=("self",)).select_related("county", "party")
    found: Process | None = rows.filter(which).first()
    return found


def live_rows(process: Process, task_id: int | None = None) -> list[Task]:
    """The rows that hold a token, and the named one in whatever state; one statement."""
    wanted = Q(process=process, status__in=LIVE)
    if task_id is not None:
        wanted |= Q(pk=task_id)
    return list(Task.objects.filter(wanted))


def rows_for_act(process: Process, task_id: int, actor_id: int, key: str) -> list[Any]:
    """The live rows, the named one, and what the actor did in this case before; one statement.

    Each carries `record`: the number of the OperationRecord of this key, None when it is new. It is
    read after the lock, in a statement of its own, so it sees what the lock's last holder wrote.
    """
    wanted = Q(status__in=LIVE) | Q(pk=task_id) | Q(actor_id=actor_id)
    record = OperationRecord.objects.filter(key=key).values("pk")[:1]
    rows = Task.objects.filter(wanted, process=process)
    return list(rows.annotate(record=Subquery(record)))


def execution(
    process: Process, rows: Iterable[Task], world: World, cause: Task | None = None
) -> Execution:
    """A pass over the locked case."""
    return Execution(
        process,
        rows,
        directory=world.directory,
        handlers=world.handlers,
        at=clock.now(),
        cause=cause,
    )


def run_through(first: Execution, act: Callable[[Execution], None], world: World) -> Execution:
    """Does the act and moves the tokens; writes everything.

    When an automatic loop exceeds the step limit everything the loop did is undone, the act itself
    is kept, and its tokens are parked where they were going.
    """
    run = first
    try:
        with transaction.atomic():
            act(run)
            run.drain()
    except StepLimit as fault:
        process = run.process
        process.refresh_from_db()
        task_id = run.cause.pk if run.cause is not None else None
        rows = live_rows(process, task_id)
        cause = next((row for row in rows if row.pk == task_id), None)
        run = execution(process, rows, world, cause)
        act(run)
        run.park_tokens(fault.reason)
    run.flush()
    return run
