"""The locked case: the process row first, then its live task rows, once per act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

import clock
from journal.models import Stream
from prepared import (
    Asked,
    Given,
    Reading,
    Wanted,
    gathering,
    numbers,
    read_together,
    stored,
)
from workflows import handlers as flow_handlers
from workflows import vacating
from workflows.directory import Directory, OrganizationsDirectory, Person
from workflows.errors import StepLimit
from workflows.execution import Execution
from workflows.handlers import Handler
from workflows.models import LIVE, OperationRecord, Process, Task
from workflows.rows import TASKS, UNUSED
from workflows.undoing import UndoableHandlers


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


@dataclass(frozen=True, slots=True)
class Beside:
    """What an upper package reads with the process row: a one-to-one relation by its name.

    The engine knows nothing of it; the act that needs it saves a statement. `related` are further
    relations, `without` the columns that stay unread until they are asked for. The organs of the
    case are then read when they are asked for: most acts need their numbers only.
    """

    related: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    writes: Wanted = ()
    """Rows of the upper package that the act will write: their numbers are fetched ahead."""


_TASK, _PROCESS, _ACTOR = (Given(name, BigIntegerField()) for name in ("task", "process", "actor"))
_NEW_TASKS = 8
"""Numbers foreseen for an act's new rows. Most make two to four; with more it writes twice."""
_CASE_OF_TASK = Subquery(Task.objects.filter(pk=_TASK).values("process_id"))


def lock(process_id: int) -> Process | None:
    """The process row, locked until the transaction ends (SQLite: the one write lock at BEGIN)."""
    return _locked(_by_number(), process=process_id)


def lock_of_task(task_id: int, beside: Beside | None = None) -> Process | None:
    """The same by one of its tasks; one statement."""
    return _locked(_by_task(beside or Beside()), task=task_id)


def _locked(reading: Reading[Process], **which: int) -> Process | None:
    _inside_a_transaction()
    found = reading.run(**which)
    return found[0] if found else None


def _inside_a_transaction() -> None:
    if not connection.in_atomic_block:
        message = "a case is locked inside the transaction of the act"
        raise transaction.TransactionManagementError(message)


@lru_cache(maxsize=1)
def _by_number() -> Reading[Process]:
    return Reading(lambda: _locking(Beside()).filter(pk=_PROCESS))


@lru_cache(maxsize=32)
def _by_task(beside: Beside) -> Reading[Process]:
    return Reading(lambda: _locking(beside).filter(pk=_CASE_OF_TASK))


def _locking(beside: Beside) -> QuerySet[Process, Process]:
    rows = Process.objects.select_for_update(of=("self",))
    related = beside.related or ("county", "party")
    found: QuerySet[Process, Process] = rows.select_related(*related).defer(*beside.without)
    return found


def live_rows(process: Process, task_id: int | None = None) -> list[Task]:
    """The rows that hold a token, and the named one in whatever state; one statement."""
    wanted = Q(process=process, status__in=LIVE)
    if task_id is not None:
        wanted |= Q(pk=task_id)
    return list(Task.objects.filter(wanted))


def locked_for_act(
    task_id: int, actor: Person, key: str, directory: Directory, beside: Beside | None = None
) -> tuple[Process | None, list[Any]]:
    """The process row of a task, locked; the case's live rows, the named one, and what the actor
    did in this case before. (None, []) when there is no such task.

    Two statements, and a third for what the directory reads about him; PostgreSQL answers them all
    on one way. Each begins after the one before it, so what follows the lock sees what the lock's
    last holder wrote.

    Each row carries `record`: the number of the OperationRecord of this key, None when it is new;
    and `head`: the columns of the journal's head, locked.
    """
    _inside_a_transaction()
    locking = (_by_task(beside or Beside()), {"task": task_id})
    rows = (_OF_ACT, {"task": task_id, "actor": actor.pk, "key": key})
    standing = directory.foreseen(actor, task_id)
    ahead = _numbers_ahead(beside)
    more = [asked for asked in (standing, ahead and ahead[1]) if asked is not None]
    found, live, *told = read_together([locking, rows, *more])
    if not found:
        return None, []
    process: Process = found[0]
    if standing is not None:
        directory.told(actor, process, told[0])
    if ahead is not None:
        ahead[0](told[-1])
    return process, live


def _numbers_ahead(beside: Beside | None) -> tuple[Callable[[list[Any]], None], Asked] | None:
    """In an act whose writings are gathered: the numbers of its new rows, where that saves a way to
    the server; and who takes them."""
    act = gathering()
    if act is None or connection.vendor != "postgresql":
        return None
    wanted = ((TASKS, _NEW_TASKS), *(beside.writes if beside is not None else ()))
    return partial(act.foresee, wanted), (numbers(wanted), {})


def _of_act() -> QuerySet[Task, Task]:
    wanted = Q(status__in=LIVE) | Q(pk=_TASK) | Q(actor_id=_ACTOR)
    record = OperationRecord.objects.filter(key=Given("key", CharField()))
    stream = Process.objects.filter(pk=_CASE_OF_TASK).values("journal_stream")
    head = Stream.objects.select_for_update().filter(key=Subquery(stream))
    rows = Task.objects.filter(wanted, process_id=_CASE_OF_TASK).defer(*UNUSED)
    found: QuerySet[Task, Task] = rows.annotate(
        record=Subquery(record.values("pk")[:1]),
        head=Subquery(head.values(kept=JSONObject(id="pk", length="length", head="head"))[:1]),
    )
    return found


_OF_ACT: Reading[Any] = Reading(_of_act)


def head_of(process: Process, row: Any) -> Stream | None:
    """The journal's head as `locked_for_act` read it; None before the first entry."""
    if row.head is None:
        return None
    head: Stream = stored(Stream, key=process.journal_stream, **row.head)
    return head


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
    is kept, and its tokens are parked where they were going. The engine writes at the end only, so
    a savepoint is needed from the first handler on and not before.
    """
    run = first
    undo = UndoableHandlers(run.handlers)
    run.handlers = undo
    try:
        act(run)
        run.drain()
        vacating.vacate(run)
    except StepLimit as fault:
        undo.everything()
        process = run.process
        process.refresh_from_db()
        task_id = run.cause.pk if run.cause is not None else None
        rows = live_rows(process, task_id)
        cause = next((row for row in rows if row.pk == task_id), None)
        run = execution(process, rows, world, cause)
        act(run)
        run.park_tokens(fault.reason)
    undo.nothing()
    run.flush()
    return run
