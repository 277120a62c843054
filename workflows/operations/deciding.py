"""A person decides: `begin` locks and checks, the caller writes its own rows, `finish` moves.

Both run in one transaction of the caller (`approvals.reviews`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

import clock
from prepared import Rows
from workflows.cases import (
    Beside,
    World,
    execution,
    head_of,
    lock_of_task,
    rows_for_act,
    run_through,
)
from workflows.errors import (
    AlreadyDecided,
    KeyReused,
    NotAllowed,
    NotVisible,
    Stale,
    WrongState,
)
from workflows.execution import Execution
from workflows.models import OperationRecord, Process, Task
from workflows.nodes.human import HumanActivation
from workflows.nodes.panel import VOTES
from workflows.operations.acts import Act, Step, fingerprint, journalled, replay, step_of

if TYPE_CHECKING:
    from organizations.models import User
    from organizations.positions import Position

_RECORD = Rows(OperationRecord)


def begin(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    payload: Mapping[str, Any],
    world: World | None = None,
    beside: Beside | None = None,
) -> Act:
    """Locks the case and checks everything that can refuse the act, in the contract's order.

    Raises the errors of `workflows.errors`. `payload` is what the person sent: with the same `key`
    and the same payload the earlier answer comes back in `Act.replayed`. `beside` is read with the
    process row.
    """
    process = lock_of_task(task_id, beside)
    if process is None:
        raise NotVisible
    digest = fingerprint(task_id, actor.pk, payload)
    rows = rows_for_act(process, task_id, actor.pk, key)
    task = next(row for row in rows if row.pk == task_id)
    if task.record is not None:
        return Act(task, process, actor, None, _earlier(task.record, digest, process))
    around = world or World()
    position = sight(task, process, actor, around)
    _undecided(task)
    if expected_version != process.material_version:
        raise Stale(process.material_version)
    allowed(task, actor, position, rows)
    if outcome := payload.get("outcome"):
        _outcome_fits(task, str(outcome))
    run = execution(process, rows, around, cause=task)
    head = head_of(process, task)
    return Act(task, process, actor, position, None, run, around, key, digest, head)


def _earlier(record_id: int, digest: str, process: Process) -> Step:
    record = OperationRecord.objects.get(pk=record_id)
    if record.payload_hash != digest or record.process_id != process.pk:
        raise KeyReused
    return replay(record, process)


def sight(task: Task, process: Process, actor: User, world: World) -> Position | None:
    """Who may not know of the task is told the same as for a missing one (semantics C0)."""
    position = world.directory.position(actor, task, process)
    involved = actor.pk in (task.owner_id, task.actor_id)
    if task.flow_task_type != "HUMAN" or (position is None and not involved):
        raise NotVisible
    if world.directory.barred(actor, task, process):
        raise NotVisible
    return position


def _undecided(task: Task) -> None:
    if task.status == STATUS.DONE:
        raise AlreadyDecided(task.actor.name if task.actor else "", task.finished)
    if not task.is_open:
        raise WrongState(_("这项任务已关闭，不能再办理。"), code="task_closed")


def allowed(task: Task, actor: User, position: Position | None, case_rows: Iterable[Task]) -> None:
    """The right is checked at the act, not only when the task was taken.

    `case_rows` hold at least what the actor did in this case (four eyes).
    """
    if position is None:
        raise NotAllowed(_("您目前没有办理这项任务的岗位，请联系管理员。"), code="no_position")
    if task.owner_id not in (None, actor.pk):
        holder = task.owner.name if task.owner else ""
        raise NotAllowed(_("这项任务正由%s办理。") % holder, code="held_by_another")
    excluded = task.flow_task.excluded
    if any(row.element in excluded and _acted(row, actor) for row in case_rows):
        raise NotAllowed(_("您已办理过同一申请的前一环节，按规定应由他人办理。"), code="four_eyes")


def _acted(row: Task, actor: User) -> bool:
    return bool(row.status == STATUS.DONE and row.actor_id == actor.pk)


def _outcome_fits(task: Task, outcome: str) -> None:
    """A seat of a panel with a decision rule votes; elsewhere the task's outcomes say what fits."""
    loop = task.flow_task.element.loop
    choices: tuple[str, ...] = task.flow_task.outcomes
    votes = loop is not None and loop.mode is not None
    if votes:
        choices = tuple(choice for choice in choices if choice in VOTES) or VOTES
    if (outcome or votes) and choices and outcome not in choices:
        raise WrongState(
            _("办理结果“%(outcome)s”不适用于这项任务，可选：%(outcomes)s。")
            % {"outcome": outcome, "outcomes": "、".join(choices)},
            code="unknown_outcome",
        )


def finish(
    act: Act,
    outcome: str,
    data: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Step:
    """Records the outcome, merges `data` into the variables, moves the tokens, writes everything.

    `facts` are the caller's own words for the one journal entry of this act. A fault of the flow
    does not undo the person's work: the answer's `blocked` says that the case is parked.
    """
    if act.replayed is not None:
        return act.replayed
    if not outcome and act.world.outcome_required and act.task.flow_task.outcomes:
        raise WrongState(_("请选择办理结果。"), code="outcome_missing")
    _outcome_fits(act.task, outcome)
    given = dict(data or {})

    def decide(run: Execution) -> None:
        run.acted.append(run.causing)
        seat = cast(HumanActivation, run.activation(run.causing))
        seat.decide(outcome, given, act.actor.pk)

    run = run_through(cast(Execution, act.run), decide, act.world)
    run.causing.actor = act.actor
    step = step_of(run, run.causing)
    journalled(step, "complete_task", act.actor, facts, act.head)
    _RECORD.write([_record(act, step)])
    return step


def _record(act: Act, step: Step) -> OperationRecord:
    return OperationRecord(
        key=act.key,
        payload_hash=act.payload_hash,
        answer=step.answer(),
        process=act.process,
        actor_id=act.actor.pk,
        at=clock.now(),
    )
