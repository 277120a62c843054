"""委派 (semantics C5): asking one colleague; the seat stays mine and his answer never decides.

He answers by `begin` + `finish` on his seat with the outcome `answered`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.cases import Beside, World
from workflows.eligibility import posts_of
from workflows.errors import WrongState
from workflows.execution import Execution
from workflows.models import LIVE, Task
from workflows.nodes.ballot import Rule
from workflows.nodes.seat import WAITS_FOR, HumanActivation
from workflows.nodes.signers import DELEGATE, SignersActivation, open_signers
from workflows.operations.acts import Step
from workflows.operations.opening import Then, concluded, opening
from workflows.operations.signers import not_too_deep, offered_here, said

if TYPE_CHECKING:
    from organizations.models import User

RECALLED = "recalled"


@transaction.atomic
def delegate_seat(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    reason: str,
    to: int,
    facts: Mapping[str, Any] | None = None,
    then: Then | None = None,
    world: World | None = None,
    beside: Beside | None = None,
) -> Step:
    """The actor's seat waits until `to` has answered or is recalled. `reason` is the question.

    Raises WrongState: reason_missing, not_offered, no_redelegation, depth_exceeded, unknown_user,
    already_counted, recused_user, no_position.
    """
    act = opening(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload={"operation": "delegate_seat", "to": to, "reason": reason},
        world=world,
        beside=beside,
    )
    if act.replayed is not None:
        return act.replayed
    said(reason)
    offered_here(act.task)
    not_too_deep(act.task)
    posts = posts_of(
        [to], task=act.task, process=act.process, by=actor.pk, world=act.world, same_duty=False
    )

    def doing(run: Execution) -> None:
        seat = cast(HumanActivation, run.activation(run.causing))
        if act.task.owner_id is None:
            seat.assign(actor)
        seat.wait(DELEGATE)
        open_signers(
            seat, DELEGATE, posts, Rule("ANY"), binding=False, by=actor.pk, question=reason
        )

    return concluded(
        act, doing, "delegate_seat", {"to": to, "reason": reason, **(facts or {})}, then
    )


@transaction.atomic
def recall_seat(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int | None,
    reason: str,
    facts: Mapping[str, Any] | None = None,
    then: Then | None = None,
    world: World | None = None,
    beside: Beside | None = None,
) -> Step:
    """The delegation ends without an answer; the actor's seat is open again.

    Raises WrongState `not_delegated` when the answer has come, or nobody was asked.
    """
    act = opening(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload={"operation": "recall_seat", "reason": reason},
        world=world,
        beside=beside,
        state=_is_delegated,
    )
    if act.replayed is not None:
        return act.replayed

    def doing(run: Execution) -> None:
        seat = cast(HumanActivation, run.activation(run.causing))
        for row in seat.signers():
            step = cast(SignersActivation, run.activation(row))
            if step.kind == DELEGATE:
                step.withdraw(RECALLED)

    return concluded(act, doing, "recall_seat", {"reason": reason, **(facts or {})}, then)


def _is_delegated(task: Task) -> None:
    if task.status not in LIVE or task.data.get(WAITS_FOR) != DELEGATE:
        raise WrongState(
            _("这项任务没有尚未答复的委派，可能对方已经答复，请刷新后查看。"), code="not_delegated"
        )
