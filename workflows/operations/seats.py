"""Taking a task from the office's queue and putting it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.cases import World, execution, lock_of_task
from workflows.errors import NotAllowed, NotVisible, WrongState
from workflows.models import Task
from workflows.nodes.human import ADDRESSED, HumanActivation
from workflows.operations.acts import Step, journalled, step_of
from workflows.operations.deciding import allowed, sight

if TYPE_CHECKING:
    from organizations.models import User
    from organizations.positions import Position


@transaction.atomic
def claim(task_id: int, *, actor: User, world: World | None = None) -> Task:
    """The task is the actor's; taking one's own again changes nothing, nor does an agent's taking
    of what his principal holds: either may act (semantics C5)."""
    activation, position = _open_seat(task_id, actor, world or World())
    task = activation.task
    earlier = Task.objects.filter(process=activation.process, actor=actor)
    allowed(task, actor, position, earlier if task.flow_task.excluded else ())
    if task.owner_id is not None:
        return task
    activation.assign(actor)
    return _write(activation, actor, "claim_task")


@transaction.atomic
def release(task_id: int, *, actor: User, world: World | None = None) -> Task:
    """Back to the colleagues; a task addressed to one person stays his."""
    activation, _position = _open_seat(task_id, actor, world or World())
    task = activation.task
    if task.owner_id != actor.pk:
        raise NotAllowed(_("只有签收人本人可以退回任务。"), code="held_by_another")
    if task.data.get(ADDRESSED):
        raise WrongState(_("这项任务指定由您办理，不能退回。"), code="addressed")
    activation.unassign()
    return _write(activation, actor, "release_task")


def _open_seat(task_id: int, actor: User, world: World) -> tuple[HumanActivation, Position | None]:
    process = lock_of_task(task_id)
    if process is None:
        raise NotVisible
    task = Task.objects.select_related("organ", "owner", "actor").get(pk=task_id)
    position = sight(task, process, actor, world)
    if not task.is_open:
        raise WrongState(_("这项任务已关闭，不能再办理。"), code="task_closed")
    activation = execution(process, [task], world, cause=task).activation(task)
    return cast(HumanActivation, activation), position


def _write(activation: HumanActivation, actor: User, verb: str) -> Task:
    task: Task = activation.task
    task.save(update_fields=["status", "owner", "assigned"])
    run = activation.run
    step: Step = step_of(run, task)
    journalled(step, verb, actor)
    return task
