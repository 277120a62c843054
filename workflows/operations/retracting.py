"""取回: a person takes his own last opinion back before anybody has built on it (semantics C7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from workflows import reopening, rewinding
from workflows.cases import Beside, World
from workflows.directory import APPLICANT_ROLES
from workflows.errors import NotAllowed, OperationError, WrongState
from workflows.execution import Execution
from workflows.lineage import Lineage
from workflows.models import LIVE, ProcessStatus, Task
from workflows.nodes.panel import PanelTask
from workflows.nodes.seat import SAID, SIGNER
from workflows.operations.acts import Act, Step
from workflows.operations.opening import concluded, opening
from workflows.reopened import REPLAY, RETRACTED, Reopening

if TYPE_CHECKING:
    from organizations.models import User
    from organizations.positions import Position


__all__ = ["Lineage", "TooLate", "begin_retraction", "came_of", "check", "retract"]


class TooLate(OperationError):
    """Somebody or something has built on the opinion already; the state is another one now."""

    code = "next_has_acted"
    status = 409


@transaction.atomic
def begin_retraction(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int | None,
    reason: str,
    world: World | None = None,
    beside: Beside | None = None,
) -> Act:
    """Locks the case and checks that the opinion is the actor's own last one in it."""
    return opening(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload={"operation": "retract_opinion", "reason": reason},
        world=world,
        beside=beside,
        state=_acted,
        right=_own_last,
    )


def retract(act: Act, reason: str, facts: Mapping[str, Any] | None = None) -> Step:
    """Closes what the opinion has opened and gives its author the seat again, as a new row.

    In a panel that is still open only the seat is opened again. Raises WrongState
    (already_undone, signer_only_advises, process_ended) and TooLate (next_has_acted,
    time_has_passed).
    """
    lineage = Lineage.of(act.process)
    check(lineage, act.task)
    said = Reopening(
        number=rewinding.next_number(lineage),
        mode=REPLAY,
        by=act.actor.pk,
        since=act.process.material_version,
        origin=act.task.element,
        why=RETRACTED,
        told={"reason": reason},
    )

    def take_back(run: Execution) -> None:
        now = Lineage.during(run)
        reopening.open_again(run, now, now.rows[act.task.pk], said, RETRACTED, act.actor.pk)

    return concluded(act, take_back, "retract_opinion", {"reason": reason, **(facts or {})})


def check(lineage: Lineage, task: Task) -> None:
    """What refuses a retraction; the page asks it too."""
    _is_an_opinion(task)
    step = reopening.step_of_seat(lineage, task)
    if step.pk != task.pk and not isinstance(task.flow_task, PanelTask):
        raise WrongState(_("重复办理的环节不能取回意见。"), code="cannot_retract")
    if step.pk not in {row.pk for row in lineage.present} or "uncounted" in task.data:
        raise WrongState(_("该意见已因退回不再计入，不能取回。"), code="already_undone")
    if _later_have_acted(lineage, step, task):
        raise TooLate(_("依次会签中排在您之后的人员已经办理，不能取回。请联系对方退回。"))
    gone = lineage.descendants(lineage.visits_of(step)) if step.status not in LIVE else set()
    for row in _inside(lineage, gone):
        if row.flow_task_type == "HUMAN" and _has_acted(row):
            raise TooLate(
                _("“%(step)s”已由%(by)s办理，不能取回。请联系对方退回。")
                % {"step": row.title, "by": row.actor.name if row.actor else _("系统")}
            )
        if row.flow_task.waits and row.flow_task_type != "HUMAN" and row.status == STATUS.DONE:
            raise TooLate(_("后续环节的期限已届满，不能取回。"), code="time_has_passed")


def _is_an_opinion(task: Task) -> None:
    """An office's own, in a case that goes on."""
    if task.role in APPLICANT_ROLES:
        raise WrongState(_("申请人的办理环节不能使用这项操作。"), code="not_offered")
    if task.process.status != ProcessStatus.NEW:
        raise WrongState(_("该办件已办结，不能取回意见。"), code="process_ended")
    if SIGNER in task.data:
        raise WrongState(
            _("加签、委派的意见由原承办人采用，不能自行取回。"), code="signer_only_advises"
        )


def came_of(lineage: Lineage, task: Task) -> tuple[frozenset[str], frozenset[str]]:
    """Handlers that have run and phases that were entered since the opinion let the case go on."""
    step = reopening.step_of_seat(lineage, lineage.rows[task.pk])
    gone = lineage.descendants(lineage.visits_of(step)) if step.status not in LIVE else set()
    handlers, phases = set(), set()
    for row in _inside(lineage, gone):
        attributes = row.flow_task.element.attributes
        if row.status == STATUS.DONE and "handler" in attributes:
            handlers.add(attributes["handler"])
        if "phase" in attributes:
            phases.add(attributes["phase"])
    return frozenset(handlers), frozenset(phases)


def _inside(lineage: Lineage, gone: set[int]) -> Iterable[Task]:
    within = set(gone)
    for row in lineage.rows.values():
        if row.pk in within or row.parent_id in within:
            within.add(row.pk)
            yield row


def _later_have_acted(lineage: Lineage, step: Task, seat: Task) -> bool:
    """In a sequence who comes later builds on who came before (semantics C2, SEQUENCE)."""
    loop = seat.flow_task.element.loop
    if step.pk == seat.pk or loop is None or not loop.sequential:
        return False
    return any(
        row.parent_id == step.pk
        and row.data.get("seat", -1) > seat.data["seat"]
        and _has_acted(row)
        and "uncounted" not in row.data
        for row in lineage.rows.values()
    )


def _has_acted(row: Task) -> bool:
    return row.actor_id is not None and (row.status == STATUS.DONE or SAID in row.data)


def _acted(task: Task) -> None:
    if task.status in LIVE and SAID in task.data:
        raise WrongState(
            _("您已提出意见并请人加签，请先减签，再修改意见。"), code="signers_are_asked"
        )
    if task.status != STATUS.DONE:
        raise WrongState(_("这项任务还没有办理意见可以取回。"), code="not_acted")


def _own_last(task: Task, actor: User, position: Position | None, rows: Iterable[Task]) -> None:
    """`rows` hold what the actor did in this case."""
    if task.actor_id != actor.pk:
        raise NotAllowed(_("只能取回本人的意见。"), code="not_own_opinion")
    if position is None:
        raise NotAllowed(_("您目前没有办理这项任务的岗位，请联系管理员。"), code="no_position")
    done = [row for row in rows if row.actor_id == actor.pk and row.status == STATUS.DONE]
    if any(_after(row, task) for row in done):
        raise WrongState(_("只能取回您在本办件中最近一次的意见。"), code="not_the_last")


def _after(row: Task, task: Task) -> bool:
    if row.finished is None or task.finished is None:
        return False
    return (row.finished, row.pk) > (task.finished, task.pk)
