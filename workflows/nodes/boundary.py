"""Boundary events: timers armed with their host, errors that exist only when they are caught."""

from __future__ import annotations

from typing import cast

from viewflow.workflow.status import STATUS

from workflows.models import Task
from workflows.nodes.base import FlowNode, StepActivation
from workflows.nodes.events import TimerCatchActivation


class BoundaryActivation(TimerCatchActivation):
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
        self.create_next()

    @StepActivation.status.transition(source=STATUS.NEW)
    def catch(self) -> None:
        """An error was caught: the host is already cancelled."""
        self.complete()


class BoundaryEvent(FlowNode):
    """A boundary timer or boundary error."""

    activation_class = BoundaryActivation
    task_type = "BOUNDARY"
    waits = True

    @property
    def is_timer(self) -> bool:
        """Armed together with its host."""
        return self.element.event is not None and self.element.event.kind == "timer"

    def catches(self, code: str) -> bool:
        """Whether an error with this code is caught here; no code of its own catches any."""
        event = self.element.event
        return event is not None and event.kind == "error" and event.code in (None, "", code)
