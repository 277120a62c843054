"""The beginning that all operations on a seat share, and their common end.

The order of the checks is the contract's (semantics C0): lock, key, sight, state, version, right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

import clock
from prepared import Rows, later
from workflows.cases import (
    Beside,
    World,
    execution,
    head_of,
    locked_for_act,
    run_through,
)
from workflows.errors import AlreadyDecided, KeyReused, NotAllowed, NotVisible, Stale, WrongState
from workflows.execution import Execution
from workflows.models import LIVE, OperationRecord, Process, Task
from workflows.nodes.seat import SAID, WAITS_FOR
from workflows.operations.acts import Act, Step, fingerprint, journalled, replay, step_of
from workflows.operations.agents import not_twice, note
from workflows.operations.on_case import CaseAct

if TYPE_CHECKING:
    from organizations.models import User
    from organizations.positions import Position

_RECORD = Rows(OperationRecord)

State = Callable[[Task], None]
Then = Callable[[Act, Step], None]
Right = Callable[[Task, "User", "Position | None", Iterable[Task]], None]


def opening(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int | None,
    payload: Mapping[str, Any],
    world: World | None = None,
    beside: Beside | None = None,
    state: State | None = None,
    right: Right | None = None,
    seen: bool = False,
    leaving: bool = False,
) -> Act:
    """Locks the case and checks everything that can refuse the act.

    `state` (default: the seat is open) and `right` (default: the actor holds it) are the
    operation's own questions; `leaving` skips whether the case is suspended or a recusal waits for
    its ruling; `seen` says that the caller answers for the sight (an administrator).
    With the same `key` and `payload` the earlier answer comes back in `Act.replayed`.
    `expected_version` None: the operation does not depend on the material.
    """
    around = world or World()
    process, rows = locked_for_act(task_id, actor, key, around.directory, beside)
    if process is None:
        raise NotVisible
    digest = fingerprint(task_id, actor.pk, payload)
    task = next(row for row in rows if row.pk == task_id)
    if task.record is not None:
        return Act(task, process, actor, None, _earlier(task.record, digest, process))
    position = None if seen else sight(task, process, actor, around)
    (state or undecided)(task)
    if not leaving:
        going_on(process)
    if not leaving and _awaits_ruling(actor, position, process, around):
        raise WrongState(
            _("对您的回避申请正在审查，决定作出前您不能办理本办件。"), code="recusal_pending"
        )
    if expected_version not in (None, process.material_version):
        raise Stale(process.material_version)
    principal = None if position is None else position.principal_id
    earlier = [*rows, *acts_of(process, principal)] if principal is not None else rows
    (right or allowed)(task, actor, position, earlier)
    if principal is not None:
        not_twice(task, actor, rows)
    run = execution(process, rows, around, cause=task)
    head = head_of(process, task)
    return Act(task, process, actor, position, None, run, around, key, digest, head)


def _awaits_ruling(actor: User, position: Position | None, process: Process, world: World) -> bool:
    """The seat of a person whose recusal was asked for cannot act, by his agent neither (C13)."""
    if world.directory.awaits_ruling(actor, process):
        return True
    if position is None or position.principal_id is None:
        return False
    principal = world.directory.person(position.principal_id)
    return principal is not None and world.directory.awaits_ruling(principal, process)


def acts_of(process: Process, person_id: int) -> list[Task]:
    """What somebody has done in a case; one query."""
    return list(Task.objects.filter(process=process, actor_id=person_id))


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


def acted_not(task: Task) -> None:
    """The seat is live and has not acted; it may wait."""
    said = task.data.get(SAID)
    if task.status == STATUS.DONE or said:
        at = datetime.fromisoformat(said["at"]) if said else task.finished
        raise AlreadyDecided(task.actor.name if task.actor else "", at)
    if task.status not in LIVE:
        raise WrongState(_("这项任务已关闭，不能再办理。"), code="task_closed")


def undecided(task: Task) -> None:
    """The seat is OPEN: it has not acted, is not closed, and waits for nobody."""
    acted_not(task)
    if task.status in LIVE and task.data.get(WAITS_FOR):
        raise WrongState(
            _("这项任务正在等待加签人或者受委派人的意见，收到意见后方可办理。"), code="seat_waits"
        )
    if not task.is_open:
        raise WrongState(_("这项任务已关闭，不能再办理。"), code="task_closed")


def going_on(process: Process) -> None:
    """No seat acts while the case is suspended."""
    if process.suspended_at is not None:
        raise WrongState(
            _("本办件已中止（%(reason)s），恢复办理前不能操作。")
            % {"reason": process.suspended_reason},
            code="suspended",
        )


def allowed(task: Task, actor: User, position: Position | None, case_rows: Iterable[Task]) -> None:
    """The right is checked at the act, not only when the task was taken.

    `case_rows` hold at least what the actor did in this case (four eyes). An agent passes the same
    checks as his principal, and his principal's too.
    """
    if position is None:
        raise NotAllowed(_("您目前没有办理这项任务的岗位，请联系管理员。"), code="no_position")
    people = {actor.pk, position.principal_id or actor.pk}
    if task.owner_id is not None and task.owner_id not in people:
        holder = task.owner.name if task.owner else ""
        raise NotAllowed(_("这项任务正由%s办理。") % holder, code="held_by_another")
    excluded = task.flow_task.excluded
    if any(row.element in excluded and _acted(row, people) for row in case_rows):
        raise NotAllowed(_("您已办理过同一申请的前一环节，按规定应由他人办理。"), code="four_eyes")


def _acted(row: Task, people: set[int]) -> bool:
    return bool(row.status == STATUS.DONE and row.actor_id in people)


def concluded(
    act: Act,
    doing: Callable[[Execution], None],
    verb: str,
    facts: Mapping[str, Any] | None = None,
    then: Then | None = None,
) -> Step:
    """Does it, writes everything, one journal entry, and keeps the answer under its key.

    `then` writes the caller's own rows in the same transaction; a repeated key does not call it.
    """
    if act.run is None:
        message = "an act that was replayed is not done again"
        raise ValueError(message)
    run = run_through(act.run, doing, act.world)
    step = step_of(run, None)
    about = {"task": act.task.pk, "element": act.task.element, **note(act.task, act.position)}
    journalled(step, verb, act.actor, {**about, **(facts or {})}, act.head)
    remember(act, step)
    if then is not None:
        then(act, step)
    return step


def remember(act: Act | CaseAct, step: Step) -> None:
    """The same key answers the same from now on."""
    record = _RECORD.new(
        key=act.key,
        payload_hash=act.payload_hash,
        answer=step.answer(),
        process_id=act.process.pk,
        actor_id=act.actor.pk,
        at=clock.now(),
    )
    later(_RECORD, record)
