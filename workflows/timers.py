"""Timers: due rows fire exactly once, in order of their moment, under the case's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

import clock
from workflows.cases import World, execution, live_rows, lock_of_task, run_through
from workflows.errors import NotAllowed, WrongState
from workflows.execution import Execution
from workflows.models import Process, Task
from workflows.nodes.events import CatchActivation
from workflows.operations.acts import Step, journalled, step_of
from workflows.rows import JOB_KIND

if TYPE_CHECKING:
    from organizations.models import User

__all__ = ["JOB_KIND", "armed", "fire", "fire_due", "run_forward"]


@transaction.atomic
def fire(task_id: int, *, world: World | None = None) -> Step | None:
    """Fires the timer if it is still scheduled and due; None when there was nothing to do.

    Two dispatchers may both call it: the second one waits for the lock and then finds it done.
    """
    return _fire(task_id, world or World(), by=None, early=False)


def fire_due(process: Process, *, world: World | None = None) -> list[Step]:
    """Every due timer of one case in order of its moment, also those that become due thereby."""
    steps: list[Step] = []
    while True:
        due = (
            Task.objects.filter(
                process=process, status=STATUS.SCHEDULED, scheduled__lte=clock.now()
            )
            .order_by("scheduled", "id")
            .values_list("pk", flat=True)
            .first()
        )
        step = fire(due, world=world) if due is not None else None
        if step is None:
            return steps
        steps.append(step)


def armed(task: Task) -> Task | None:
    """The next timer at the edge of an open task (of its panel, for a seat)."""
    hosts = [task.pk] if task.parent_id is None else [task.pk, task.parent_id]
    attached = Task.objects.filter(
        parent__in=hosts, status=STATUS.SCHEDULED, flow_task_type="BOUNDARY"
    )
    found: Task | None = attached.order_by("scheduled", "id").first()
    return found


@transaction.atomic
def run_forward(task_id: int, by: User) -> Step | None:
    """Fires a timer before its moment. Demonstrations only, journalled with the person's name."""
    if not settings.DEMO_MODE:
        raise NotAllowed(_("只有演示环境可以快进期限。"), code="demo_only")
    return _fire(task_id, World(), by=by, early=True)


def _fire(task_id: int, world: World, *, by: User | None, early: bool) -> Step | None:
    process = lock_of_task(task_id)
    if process is None:
        return None
    if process.suspended_at is not None:
        return None
    rows = live_rows(process, task_id)
    timer = next(row for row in rows if row.pk == task_id)
    if timer.status != STATUS.SCHEDULED or timer.scheduled is None:
        if early:
            raise WrongState(_("该期限已到或已取消。"), code="timer_closed")
        return None
    if timer.scheduled > clock.now() and not early:
        return None

    def strike(run: Execution) -> None:
        cast(CatchActivation, run.activation(run.causing)).fire()

    run = run_through(execution(process, rows, world, cause=timer), strike, world)
    step = step_of(run, run.cause)
    due = timer.scheduled.isoformat()
    journalled(step, "run_timer_forward" if early else "fire_timer", by, {"due": due})
    return step
