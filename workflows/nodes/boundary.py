"""Boundary events: rows that wait beside their host, errors that exist only when caught."""

from __future__ import annotations

from typing import cast

from viewflow.workflow.status import STATUS

from workflows.models import Task
from workflows.nodes.base import StepActivation
from workflows.nodes.events import AWAITED, CatchActivation, CatchNode


class BoundaryActivation(CatchActivation):
    """The row's parent is its host, so every way the host ends takes the row with it."""

    @property
    def host(self) -> Task:
        """The step to whose edge this event is attached."""
        return cast(Task, self.task.parent)

    @property
    def scope(self) -> Task | None:
        """The path goes on beside the host."""
        return self.host.parent

    def fire(self) -> None:
        """An interrupting event ends its host (and with it the host's other timers) first."""
        self.complete()
        if self.node.element.interrupting:
            self.run.activation(self.host).cancel()
        else:
            self.again()
        self.create_next()

    @StepActivation.status.transition(source=STATUS.NEW)
    def catch(self) -> None:
        """An error or escalation was caught; an interrupted host is already cancelled."""
        self.complete()


class BoundaryEvent(CatchNode):
    """A boundary event of any kind."""

    activation_class = BoundaryActivation
    task_type = "BOUNDARY"

    @property
    def passive(self) -> bool:
        """It goes with its host."""
        return True

    @property
    def is_armed(self) -> bool:
        """A row of it waits while its host is at work."""
        return self.element.event is not None and self.element.event.kind in AWAITED
