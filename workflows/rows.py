"""Task rows in memory and on disk: made, linked to each other, written in bulk."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from viewflow.workflow.status import STATUS

from jobs.services import enqueue
from prepared import Change, Rows, attach, due, gathering, together
from workflows.models import LIVE, Process, Task

if TYPE_CHECKING:
    from workflows.execution import Execution
    from workflows.nodes.base import FlowNode

JOB_KIND = "fire_timer"
_CHANGING = (
    "status",
    "data",
    "is_open",
    "owner",
    "assigned",
    "finished",
    "outcome",
    "actor",
)
UNUSED = (
    "external_task_id",
    "owner_permission",
    "owner_permission_content_type",
    "owner_permission_obj_pk",
)
"""Columns of viewflow that nothing here fills; they stay NULL, and unread."""

TASKS = Rows(Task, changing=_CHANGING, without=UNUSED)
_OF_PROCESS: Any = Task._meta.get_field("process")
_INSIDE: Any = Task._meta.get_field("parent")
_PROCESS = Change(Process, ("status", "finished", "data", "phase", "verdict", "blocked_reason"))


def new(run: Execution, node: FlowNode, *, via: str, parent: Task | None) -> Task:
    """A row that is not written yet."""
    return TASKS.new(
        process=run.process,
        flow_task=node,
        flow_task_type=node.task_type,
        element=node.element.id,
        parent=parent,
        cause=run.cause,
        via=via,
        created=run.at,
        entered_at=run.at,
        started=run.at,
    )


def linked(process: Process, live: Iterable[Task]) -> list[Task]:
    """The rows with `process` and `parent` pointing at the very objects of this pass."""
    rows = sorted((row for row in live if row.status in LIVE), key=lambda row: row.pk)
    by_number = {row.pk: row for row in rows}
    for row in rows:
        attach(row, _OF_PROCESS, process)
        if row.parent_id is not None and row.parent_id in by_number:
            attach(row, _INSIDE, by_number[row.parent_id])
    return rows


def waits(row: Task) -> bool:
    """Whether the row waits for a person or the clock (a panel's body through its seats)."""
    return row.is_open or row.status == STATUS.SCHEDULED


def write(process: Process, created: list[Task], changed: Collection[Task]) -> None:
    """What is new and what has changed in one statement, with the process and what the
    caller of the act wants written now.

    A row needs the number of its scope, so what is inside a new scope follows in a second one. In
    an act that has foreseen the numbers all of it goes with the act's last writing.
    """
    _write(process, created, changed)
    for row in created:
        if row.status == STATUS.SCHEDULED:
            enqueue(JOB_KIND, {"task": row.pk}, run_at=row.scheduled)


def _write(process: Process, created: list[Task], changed: Collection[Task]) -> None:
    act = gathering()
    foreseen = act is not None and act.numbered(TASKS, created)
    written = act.hold if act is not None and foreseen else together
    beside = [*due(), _PROCESS.statement(process)]
    ready, pending = [*changed], created
    while ready or pending:
        ready += [row for row in pending if row.parent is None or row.parent.pk is not None]
        pending = [row for row in pending if row.parent is not None and row.parent.pk is None]
        for row in ready:
            if row.parent is not None and row.parent_id is None:
                row.parent_id = row.parent.pk
        written([*beside, *TASKS.statements(ready)])
        ready, beside = [], []
    written(beside)
