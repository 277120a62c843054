"""User and manual tasks: a row that waits for a person's outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from viewflow.workflow.status import STATUS

from workflows.assignment import seat_of
from workflows.durations import after
from workflows.nodes.base import FlowNode, StepActivation

if TYPE_CHECKING:
    from workflows.bpmn.model import Node as Element
    from workflows.directory import Person


ADDRESSED = "addressed"
"""Key in a row's data: the diagram named the person, so nobody may put it back."""


class HumanActivation(StepActivation):
    """NEW = in the office's queue, ASSIGNED = taken by or addressed to one person."""

    node: HumanTask

    @StepActivation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        """Finds who is to act and until when."""
        attributes = self.node.element.attributes
        self.run.enter_phase(attributes.get("phase"))
        seat = seat_of(self.node, self.run, self.task)
        self.task.role, self.task.organ = seat.role, seat.organ
        if due := attributes.get("due"):
            duration = self.run.value(due, self.task)
            self.task.due_at = after(self.run.at, duration, attributes.get("calendar"))
        self.run.opened.append(self.task)
        self.task.is_open = True
        if seat.owner is not None:
            self.task.data[ADDRESSED] = True
            self.assign(seat.owner)

    @StepActivation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.ASSIGNED)
    def assign(self, person: Person) -> None:
        """The task is now this person's."""
        self.task.owner_id = person.pk
        self.task.assigned = self.run.at
        self.run.touch(self.task)

    @StepActivation.status.transition(source=STATUS.ASSIGNED, target=STATUS.NEW)
    def unassign(self) -> None:
        """Back into the office's queue."""
        self.task.owner = None
        self.task.assigned = None
        self.run.touch(self.task)

    def decide(self, outcome: str, given: Mapping[str, Any], actor_id: int | None) -> None:
        """The person has acted: recorded, merged, and the token goes on."""
        self.task.outcome = outcome
        self.task.actor_id = actor_id
        self.complete()
        self.merge(given)
        self.record_outcome(outcome)
        self.create_next()

    def record_outcome(self, outcome: str) -> None:
        """Into the variable `outcome` and the one that `result` names."""
        if not outcome:
            return
        result = self.node.element.attributes.get("result")
        self.merge({"outcome": outcome, **({result: outcome} if result else {})})


class HumanTask(FlowNode):
    """userTask and manualTask. Role and scope are the task's own or its lane's."""

    activation_class = HumanActivation
    task_type = "HUMAN"
    waits = True

    def __init__(self, element: Element, *, role: str, scope: str | None) -> None:
        """`scope` county or city; None = any holder of the role."""
        super().__init__(element)
        self.role = role
        self.role_scope = scope

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What may be answered; empty = anything."""
        return tuple(self.element.attributes.get("outcomes", "").split())

    @property
    def excluded(self) -> tuple[str, ...]:
        """Ids of tasks whose actor may not act here (four eyes)."""
        return tuple(self.element.attributes.get("exclude", "").replace(",", " ").split())
