"""User and manual tasks: a row that waits for a person's outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.nodes.base import FlowNode, StepActivation
from workflows.nodes.seat import ADDRESSED, COPY, SIGNER, SIGNERS, HumanActivation
from workflows.nodes.signers import SignerActivation, SignersActivation

if TYPE_CHECKING:
    from workflows.bpmn.model import Node as Element
    from workflows.execution import Execution
    from workflows.models import Task

__all__ = ["ADDRESSED", "HumanActivation", "HumanTask"]

_FAILING = ("reject", "not_accept", "disagree")
"""Outcomes that refuse, the plainest first."""


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

    def activation(self, task: Task, run: Execution) -> StepActivation:
        """Signers' steps and their seats are rows of the node whose seat asked for them."""
        if task.flow_task_type == COPY:
            return StepActivation(task, run)
        if task.flow_task_type == SIGNERS:
            return SignersActivation(task, run)
        if task.data.get(SIGNER):
            return SignerActivation(task, run)
        return self.own_activation(task, run)

    def own_activation(self, task: Task, run: Execution) -> StepActivation:
        """The activation for a row that the diagram made."""
        return HumanActivation(task, run)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What may be answered; empty = anything."""
        return tuple(self.element.attributes.get("outcomes", "").split())

    @property
    def failing(self) -> str:
        """The outcome by which binding signers fail the step; "" when it cannot refuse."""
        if not self.outcomes:
            return _FAILING[0]
        return next((outcome for outcome in _FAILING if outcome in self.outcomes), "")

    @property
    def excluded(self) -> tuple[str, ...]:
        """Ids of tasks whose actor may not act here (four eyes)."""
        return tuple(self.element.attributes.get("exclude", "").replace(",", " ").split())
