"""A person decides: `begin` locks and checks, the caller writes its own rows, `finish` moves.

Both run in one transaction of the caller (`approvals.reviews`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _

from workflows.cases import Beside, World, run_through
from workflows.choices import offered
from workflows.errors import WrongState
from workflows.execution import Execution
from workflows.models import Task
from workflows.nodes.human import HumanActivation
from workflows.operations.acts import Act, Step, journalled, step_of
from workflows.operations.agents import note
from workflows.operations.opening import allowed, opening, remember, sight

if TYPE_CHECKING:
    from organizations.models import User

__all__ = ["allowed", "begin", "finish", "remember", "sight"]


Facts = Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None
"""The caller's own words for the journal, or what gives them once the rows are written."""


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
    act = opening(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload=payload,
        world=world,
        beside=beside,
    )
    outcome = payload.get("outcome")
    if outcome and act.replayed is None:
        _outcome_fits(act.task, str(outcome))
    return act


def _outcome_fits(task: Task, outcome: str) -> None:
    """A seat of a panel with a decision rule votes; elsewhere the task's outcomes say what fits."""
    choices, obligatory = offered(task)
    if (outcome or obligatory) and choices and outcome not in choices:
        raise WrongState(
            _("办理结果“%(outcome)s”不适用于这项任务，可选：%(outcomes)s。")
            % {"outcome": outcome, "outcomes": "、".join(choices)},
            code="unknown_outcome",
        )


def finish(
    act: Act,
    outcome: str,
    data: Mapping[str, Any] | None = None,
    facts: Facts = None,
) -> Step:
    """Records the outcome, merges `data` into the variables, moves the tokens, writes everything.

    `facts` are the caller's own words for the one journal entry of this act, or give them once the
    rows are written and have their numbers. A fault of the flow does not undo the person's work:
    the answer's `blocked` says that the case is parked.
    """
    if act.replayed is not None:
        return act.replayed
    if not outcome and act.world.outcome_required and act.task.flow_task.outcomes:
        raise WrongState(_("请选择办理结果。"), code="outcome_missing")
    _outcome_fits(act.task, outcome)
    given = dict(data or {})
    deputed = note(act.task, act.position)

    def decide(run: Execution) -> None:
        run.acted.append(run.causing)
        seat = cast(HumanActivation, run.activation(run.causing))
        seat.decide(outcome, given, act.actor.pk)

    run = run_through(cast(Execution, act.run), decide, act.world)
    run.causing.actor = act.actor
    step = step_of(run, run.causing)
    told = facts() if callable(facts) else facts
    journalled(step, "complete_task", act.actor, {**deputed, **(told or {})}, act.head)
    remember(act, step)
    return step
