"""Start, end and timer events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewflow.workflow.status import STATUS

from workflows.bpmn.model import Timer
from workflows.durations import after, moment
from workflows.errors import FlowFault
from workflows.nodes.base import FlowNode, StepActivation

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.execution import Execution


class Start(FlowNode):
    """The none start event."""

    task_type = "START"


class EndActivation(StepActivation):
    """A token ends here; what else ends with it depends on the event."""

    def perform(self) -> None:
        """The end's verdict and phase become the case's."""
        attributes = self.node.element.attributes
        self.run.enter_phase(attributes.get("phase"))
        if verdict := attributes.get("verdict"):
            self.process.verdict = verdict

    @StepActivation.status.transition(source=STATUS.DONE)
    def create_next(self) -> None:
        """No arrow leaves; terminate ends the whole scope, an error climbs to who catches it."""
        event = self.node.element.event
        kind = event.kind if event else "none"
        if kind == "terminate":
            self.run.terminate(self.scope)
        elif kind == "error":
            self.run.raise_error((event.code if event else None) or "", self.scope)


class End(FlowNode):
    """None, terminate and error end events."""

    activation_class = EndActivation
    task_type = "END"


def due_moment(timer: Timer, run: Execution) -> datetime:
    """When the timer that starts now fires; texts beginning with `=` are FEEL."""
    if timer.duration is not None:
        return after(run.at, run.value(timer.duration), timer.calendar)
    if timer.date is not None:
        return moment(run.value(timer.date))
    raise FlowFault("unsupported_timer: only a duration or a date")


class TimerCatchActivation(StepActivation):
    """Waits until its moment; the dispatcher fires it."""

    @StepActivation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self) -> None:
        """Writes down when it is due."""
        event = self.node.element.event
        if event is None or event.timer is None:
            raise FlowFault(f"no_timer: {self.node.element.id}")
        self.task.scheduled = self.task.due_at = due_moment(event.timer, self.run)

    def fire(self) -> None:
        """The moment has come."""
        self.complete()
        self.create_next()


class TimerCatch(FlowNode):
    """An intermediate timer catch event."""

    activation_class = TimerCatchActivation
    task_type = "TIMER"
    waits = True
