"""Sending a case back to a step it has passed (退回, semantics C6).

Only to a step on the way that led here: one inside a sibling branch is refused, one before a split
closes every branch of the split. `replay` goes through all following steps again; `resume` goes
straight back to where the case was, opening first what relied on what has changed meanwhile. A
return is never an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from workflows import rewinding
from workflows.directory import APPLICANT_ROLES
from workflows.errors import WrongState
from workflows.execution import Execution
from workflows.lineage import Lineage, is_passed
from workflows.models import LIVE, Process, Task
from workflows.nodes.gateways import ExclusiveGateway
from workflows.nodes.seat import SIGNER
from workflows.operations.acts import Act, Step
from workflows.operations.opening import concluded
from workflows.reopened import REPLAY, RESUME, RETURNED, Reopening
from workflows.rewinding import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

MODES = (REPLAY, RESUME)
DEFAULT_MOST = 3
"""Returns to one step of one case, when the program says nothing else."""


class CannotResume(WrongState):
    """What was going on cannot be put back as it was: sub-processes, tokens held by a fault."""

    code = "cannot_resume"

    def __init__(self) -> None:
        super().__init__(
            _("退回后不能直接返回本环节：途中有子流程或者异常停留的环节，请选择重新办理。")
        )


@dataclass(frozen=True, slots=True)
class Target:
    """A step to which the case may go back; the nearest one first."""

    element: str
    title: str
    role: str
    may_resume: bool

    @property
    def is_applicant(self) -> bool:
        """A correction inside the review: only the named items open."""
        return self.role in APPLICANT_ROLES


def targets(task: Task) -> list[Target]:
    """Where the holder of this seat may send the case; one query. A signer only gives advice."""
    lineage = Lineage.of(task.process)
    found: dict[str, Target] = {}
    if SIGNER in task.data or task.role in APPLICANT_ROLES:
        return []
    for turn, inside in _turns(lineage, task):
        node = turn.node
        if node.element.id not in found:
            title = str(node.task_title)
            found[node.element.id] = Target(node.element.id, title, node.role, not inside)
    return list(found.values())


def returns_to(process: Process, element: str) -> int:
    """How often this case was sent back to the step; one query."""
    found = Task.objects.filter(process=process, element=element, data__return__why=RETURNED)
    numbers = {row.data["return"]["number"] for row in found if not row.data["return"]["of_chain"]}
    return len(numbers)


def return_to(
    act: Act,
    target: str,
    *,
    mode: str,
    reason: str,
    items: Sequence[Mapping[str, str]],
    most: int = DEFAULT_MOST,
    facts: Mapping[str, Any] | None = None,
) -> Step:
    """Closes what came after `target` and opens it again; the material version rises by one.

    Between `begin` and the caller's own rows, as `finish`. `items` say what is to be looked at.
    Raises WrongState: reason_missing, items_missing, unknown_mode, unknown_target (not in this
    flow), not_visited, sibling_branch, signer_only_advises, not_offered (the applicant answers what
    he was asked, he sends nothing back), cannot_resume, too_many_returns.
    """
    _said(reason, items, mode)
    if act.task.role in APPLICANT_ROLES:
        raise WrongState(_("申请人的办理环节不能使用这项操作。"), code="not_offered")
    if SIGNER in act.task.data:
        raise WrongState(
            _("加签人、受委派人只提出意见，退回由原承办人决定。"), code="signer_only_advises"
        )
    lineage = Lineage.of(act.process)
    turn, inside = _turn_to(lineage, act.task, target)
    _not_too_often(act.process, target, turn.node.task_title, most)
    act.process.material_version += 1
    act.process.save(update_fields=["material_version"])
    said = Reopening(
        number=rewinding.next_number(lineage),
        mode=mode,
        by=act.actor.pk,
        since=act.process.material_version,
        origin=act.task.element,
        of=turn.of.pk if turn.of is not None else None,
        outcome=turn.of.outcome if turn.of is not None else None,
        told={"reason": reason.strip(), "items": [dict(item) for item in items]},
    )

    def send_back(run: Execution) -> None:
        _send_back(run, Lineage.during(run), turn, said, inside=inside)

    told = {
        "target": target,
        "mode": mode,
        "material_version": act.process.material_version,
        **said.told,
    }
    return concluded(act, send_back, "return_case", {**told, **(facts or {})})


def _not_too_often(process: Process, target: str, title: str, most: int) -> None:
    if returns_to(process, target) >= most:
        raise WrongState(
            _(
                "本办件已%(most)d次退回到“%(step)s”，不能再次退回；请在本环节作出结论，或者提请督办。"
            )
            % {"most": most, "step": title},
            code="too_many_returns",
        )


def _said(reason: str, items: Sequence[Mapping[str, str]], mode: str) -> None:
    if not reason.strip():
        raise WrongState(_("请写明退回的理由。"), code="reason_missing")
    if not items:
        raise WrongState(_("请至少列明一项需要处理的内容。"), code="items_missing")
    if mode not in MODES:
        raise WrongState(_("退回后的办理方式只能是重新办理或者直接返回。"), code="unknown_mode")


def _send_back(
    run: Execution, lineage: Lineage, turn: Turn, said: Reopening, *, inside: bool
) -> None:
    scope = rewinding.scope_of(run, turn.place)
    rewound = rewinding.rewind(run, lineage, turn, said.number, RETURNED)
    back = [row for row in rewound.closed if row.parent_id == turn.place]
    if said.mode == RESUME and (inside or not all(_comes_again(row) for row in back)):
        raise CannotResume
    said.undone = sorted(rewound.undone)
    said.back = [row.pk for row in back] if said.mode == RESUME else []
    run.send(turn.node, via=turn.via, parent=scope, facts=said.as_data())


def _comes_again(row: Task) -> bool:
    return not row.flow_task.is_scope and "fault" not in row.data


def _turn_to(lineage: Lineage, task: Task, target: str) -> tuple[Turn, bool]:
    for turn, inside in _turns(lineage, task):
        if turn.node.element.id == target:
            return turn, inside
    flow = task.flow_task.flow_class
    visited = any(row.element == target and is_passed(row) for row in _counting(lineage))
    title = flow.at(target).task_title if target in flow.attributes else target
    if visited:
        raise WrongState(
            _("“%(step)s”在另一条并行分支上，不能从本环节退回；请退回到分支之前的环节。")
            % {"step": title},
            code="sibling_branch",
        )
    if target in flow.attributes:
        raise WrongState(
            _("本办件没有经过“%(step)s”，只能退回到已经办理过的环节。") % {"step": title},
            code="not_visited",
        )
    raise WrongState(
        _("流程中没有环节“%(step)s”，请重新选择。") % {"step": target}, code="unknown_target"
    )


def _counting(lineage: Lineage) -> Iterator[Task]:
    """Rows whose step counts now: the seats of a panel that a return has undone went with it. A
    copy for information is no step's."""
    present = {row.pk for row in lineage.present}
    for row in lineage.present:
        step = next(lineage.around(row), None)
        if step is not None and step.pk in present:
            yield row


def _turns(lineage: Lineage, task: Task) -> Iterator[tuple[Turn, bool]]:
    """Every place to go back to, the nearest first, and whether a sub-process would be left."""
    for depth, row in enumerate(lineage.around(lineage.rows[task.pk])):
        if row.status not in LIVE:
            return
        came_through = sorted(lineage.ancestors(row), reverse=True)
        for pk in came_through:
            visit = lineage.rows[pk]
            if _was_done(visit):
                yield rewinding.turn_at(lineage, visit), depth > 0
            elif isinstance(visit.flow_task, ExclusiveGateway):
                yield from ((turn, depth > 0) for turn in _to_applicant(lineage, visit))


def _was_done(visit: Task) -> bool:
    """A person's step, a panel as a whole, that somebody has finished."""
    return bool(visit.flow_task_type == "HUMAN" and visit.status == STATUS.DONE and not visit.item)


def _to_applicant(lineage: Lineage, gateway: Task) -> Iterator[Turn]:
    """A correction that the gateway leads to, though the case did not take that way."""
    for flow, node in gateway.flow_task.arrows:
        if node.task_type == "HUMAN" and node.role in APPLICANT_ROLES:
            bases = frozenset(lineage.visits_of(gateway))
            yield Turn(node, flow.id, lineage.place(gateway), bases, None)
