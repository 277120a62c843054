"""Getting a case out of a fault that a retry cannot heal: its step is skipped, or its token moved.

Both leave the step the way every step is left, so its boundary timers and what is open inside end
with it. Who may do this, and that two people agreed, is the caller's to ask (`approvals`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from workflows.bpmn.model import Node, SequenceFlow
from workflows.cases import World, execution, live_rows, lock_of_task, run_through
from workflows.errors import NotVisible, WrongState
from workflows.execution import Execution
from workflows.models import Process, ProcessStatus, Task
from workflows.nodes.gateways import JOINED, JoinGateway
from workflows.operations.acts import Step, journalled, step_of

if TYPE_CHECKING:
    from organizations.models import User

SKIPPED = "skipped"
"""Outcome of a parked row that was taken as passed."""
MOVED = "moved"
"""Outcome of a parked row whose token went elsewhere; an open task that is left has none."""

DEADLOCK = "deadlock"
"""How the reason of a case begins whose tokens all wait for each other."""

_NEVER_ENTERED = frozenset({"startEvent", "boundaryEvent"})


def is_parked(task: Task) -> bool:
    """A fault of the flow holds the token here, or it waits in vain at a join (a deadlock)."""
    if task.status == STATUS.STARTED and isinstance(task.flow_task, JoinGateway):
        return bool(task.process.blocked_reason.startswith(DEADLOCK))
    return bool(task.status == STATUS.ERROR)


def is_movable(task: Task) -> bool:
    """Parked tokens, and those of human steps; a panel goes as a whole, never one of its seats."""
    if task.item:
        return False
    at_work = task.flow_task_type == "HUMAN" and task.status in (
        STATUS.NEW,
        STATUS.ASSIGNED,
        STATUS.STARTED,
    )
    return is_parked(task) or at_work


def exits(task: Task) -> list[SequenceFlow]:
    """The arrows by which a skip may leave, in document order."""
    return [flow for flow, _target in task.flow_task.arrows]


def targets(task: Task) -> list[Node]:
    """Where its token may be put: any other node of the same scope that an arrow enters.

    A gateway that joins several arrows is left out, since it counts arrivals by arrow: put the
    token before it (or skip along an arrow that leads to it).
    """
    here = task.flow_task
    flow_class = here.flow_class
    entered: dict[str, int] = {}
    for flow in flow_class.model.flows.values():
        entered[flow.target] = entered.get(flow.target, 0) + 1
    return [
        node
        for node in flow_class.model.nodes.values()
        if node.scope == here.element.scope
        and node.id != here.element.id
        and node.kind not in _NEVER_ENTERED
        and entered.get(node.id)
        and not (isinstance(flow_class.at(node.id), JoinGateway) and entered[node.id] > 1)
    ]


def mendable(process: Process) -> list[Task]:
    """The rows of a running case that may be moved, the parked ones first; one query."""
    if process.status != ProcessStatus.NEW:
        return []
    live = live_rows(process)
    for row in live:
        row.process = process
    rows = [row for row in live if is_movable(row)]
    return sorted(rows, key=lambda row: (not is_parked(row), row.pk))


def skip(
    task_id: int,
    *,
    flow: str,
    outcome: str = "",
    by: User | None,
    facts: Mapping[str, Any] | None = None,
    world: World | None = None,
) -> Step:
    """Takes the parked step as passed: its token leaves along the arrow `flow`.

    `outcome` is written where the step's own outcome would have been (the variable `outcome` and
    the one that `result` names); conditions of the arrow are not asked again.
    """

    def pass_by(run: Execution) -> None:
        task = run.causing
        arrow = _arrow(task, flow)
        _fits(task, outcome)
        _take_along_arrivals(run, task)
        _leave(run, task, SKIPPED)
        if outcome:
            result = task.flow_task.element.attributes.get("result")
            run.merge({"outcome": outcome, **({result: outcome} if result else {})})
        run.send(arrow[1], via=arrow[0].id, parent=run.activation(task).scope)

    told = {"flow": flow, **({"given_outcome": outcome} if outcome else {}), **(facts or {})}
    return _mend(task_id, pass_by, is_parked, "skip_step", by, told, world)


def move(
    task_id: int,
    *,
    target: str,
    by: User | None,
    facts: Mapping[str, Any] | None = None,
    world: World | None = None,
) -> Step:
    """Puts the token of a parked or open step on another node of the same scope."""

    def carry(run: Execution) -> None:
        task = run.causing
        if target not in {node.id for node in targets(task)}:
            raise WrongState(
                _("办件不能移到环节“%(target)s”：只能移到同一层级中另一个可进入的环节。")
                % {"target": target},
                code="unknown_target",
            )
        scope = run.activation(task).scope
        _leave(run, task, MOVED)
        run.send(task.flow_task.flow_class.at(target), via="", parent=scope)

    told = {"target": target, **(facts or {})}
    return _mend(task_id, carry, is_movable, "move_token", by, told, world)


@transaction.atomic
def _mend(
    task_id: int,
    act: Callable[[Execution], None],
    fits: Callable[[Task], bool],
    verb: str,
    by: User | None,
    facts: Mapping[str, Any],
    world: World | None,
) -> Step:
    """Locks the case, asks whether the token is still there, acts, journals once."""
    process = lock_of_task(task_id)
    if process is None:
        raise NotVisible
    rows = live_rows(process, task_id)
    task = next(row for row in rows if row.pk == task_id)
    task.process = process
    if process.status != ProcessStatus.NEW or not fits(task) or task.item:
        raise WrongState(_("办件已不在这一环节，请刷新后重试。"), code="not_here")
    reason, around = process.blocked_reason, world or World()
    run = run_through(execution(process, rows, around, cause=task), act, around)
    step = step_of(run, None)
    told = {"task": task_id, "element": task.element, "was": reason, **facts}
    journalled(step, verb, by, {name: value for name, value in told.items() if value != ""})
    return step


def _leave(run: Execution, task: Task, outcome: str) -> None:
    """A parked row is revived (viewflow's word for it), an open one cancelled."""
    activation = run.activation(task)
    if task.status == STATUS.ERROR:
        task.outcome = outcome
        activation.revive()
    else:
        activation.cancel()


def _take_along_arrivals(run: Execution, task: Task) -> None:
    """A join that is skipped fires with what has come, one arrival of each arrow, as it would."""
    if not isinstance(task.flow_task, JoinGateway):
        return
    taken = {task.via}
    for row in run.waiting_at(task.flow_task, task.parent):
        if row is not task and row.via not in taken:
            taken.add(row.via)
            row.outcome = JOINED
            run.activation(row).complete()


def _arrow(task: Task, flow: str) -> tuple[SequenceFlow, Any]:
    for arrow in task.flow_task.arrows:
        if arrow[0].id == flow:
            found: tuple[SequenceFlow, Any] = arrow
            return found
    raise WrongState(_("环节没有出口“%(flow)s”。") % {"flow": flow}, code="unknown_flow_out")


def _fits(task: Task, outcome: str) -> None:
    choices = tuple(getattr(task.flow_task, "outcomes", ()))
    if outcome and choices and outcome not in choices:
        raise WrongState(
            _("办理结果“%(outcome)s”不适用于这项任务，可选：%(outcomes)s。")
            % {"outcome": outcome, "outcomes": "、".join(choices)},
            code="unknown_outcome",
        )
