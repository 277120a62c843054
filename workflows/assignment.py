"""Whose task it is: role and organ of the lane, or the person whom holder and assign name."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from viewflow.workflow.status import STATUS

from workflows.errors import FlowFault
from workflows.models import Task

if TYPE_CHECKING:
    from organizations.models import Organ
    from workflows.directory import Person
    from workflows.execution import Execution
    from workflows.nodes.human import HumanTask


@dataclass(frozen=True, slots=True)
class Seat:
    """One obligation: the role, where it is held, and the person if only one may act."""

    role: str
    organ: Organ | None
    owner: Person | None = None


def seat_of(node: HumanTask, run: Execution, task: Task) -> Seat:
    """Resolves holder, assign, organ, role and scope, in this order of strength."""
    key = node.element.attributes.get("organ")
    if node.element.holder is not None:
        held = run.evaluate(node.element.holder, run.local_names(task))
        return _held_by(held, node, run, key)
    assign = node.element.attributes.get("assign", "")
    if assign:
        return _addressed(node, run, key, _person(run, assigned_to(assign, run), assign))
    return Seat(node.role, _organ(node, run, key))


def _organ(node: HumanTask, run: Execution, key: str | None) -> Organ | None:
    return run.directory.organ(run.process, role=node.role, scope=node.role_scope, key=key)


def _addressed(node: HumanTask, run: Execution, key: str | None, owner: Person) -> Seat:
    """A named person needs no organ; it is kept where the role has one."""
    try:
        organ = _organ(node, run, key)
    except FlowFault:
        organ = None
    return Seat(node.role, organ, owner)


def _held_by(held: Any, node: HumanTask, run: Execution, key: str | None) -> Seat:
    """A number is a user, a text a user name or else an organ's key in the case's city."""
    if isinstance(held, str) and held:
        person = run.directory.person(held)
        if person is None:
            return Seat(node.role, _organ(node, run, held))
        return _addressed(node, run, key, person)
    number = isinstance(held, (int, Decimal)) and not isinstance(held, bool)
    if not number or int(held) != held:
        raise FlowFault(f"missing_holder: {node.element.id}")
    return _addressed(node, run, key, _person(run, int(held), str(held)))


def _person(run: Execution, number: int | None, named: str) -> Person:
    person = None if number is None else run.directory.person(number)
    if person is None:
        raise FlowFault(f"missing_holder: {named}")
    return person


_ADVISORY = ("before", "after", "delegate")
"""Signers who only gave advice did not act on the step."""


def assigned_to(assign: str, run: Execution) -> int | None:
    """`starter`, or `last:<id>`: who acted last on that task."""
    if assign == "starter":
        starter: int | None = run.process.started_by_id
        return starter
    element = assign.removeprefix("last:").strip()
    for row in reversed(run.acted):
        if row.element == element and row.data.get("signer") not in _ADVISORY:
            actor: int | None = row.actor_id
            return actor
    acts = Task.objects.filter(process=run.process, element=element, status=STATUS.DONE)
    own = acts.exclude(parent__flow_task_type="SIGNERS", parent__item__in=_ADVISORY)
    last = own.filter(actor__isnull=False).order_by("-finished", "-id")
    found: int | None = last.values_list("actor_id", flat=True).first()
    return found
