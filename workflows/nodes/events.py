"""Start, end, catch and throw events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewflow.workflow.status import STATUS

from workflows.bpmn.model import Timer
from workflows.durations import after, cycle, moment
from workflows.errors import FlowFault
from workflows.nodes.base import FlowNode, StepActivation

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.bpmn.model import Node as Element
    from workflows.execution import Execution
    from workflows.models import Task

AWAITED = frozenset({"timer", "message", "signal", "conditional"})
"""Kinds of events of which a waiting row exists; errors and escalations find their catcher."""


def due_moment(timer: Timer, run: Execution, task: Task) -> datetime:
    """When the timer that starts now fires first; texts beginning with `=` are FEEL."""
    if timer.duration is not None:
        duration = run.value(timer.duration, task)
        return after(run.at, duration, timer.calendar, run.workdays, timer.first)
    if timer.date is not None:
        return moment(run.value(timer.date, task))
    if timer.cycle is not None:
        return cycle(run.value(timer.cycle, task)).first(run.at, timer.calendar)
    raise FlowFault("no_timer: neither duration, date nor cycle")


class CatchActivation(StepActivation):
    """Waits for the clock (SCHEDULED) or for a message, a signal or a condition (STARTED)."""

    @StepActivation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        """Writes down when it is due, or that it listens now."""
        event = self.node.element.event
        if event is not None and event.timer is not None:
            if event.timer.cycle is not None:
                self.task.data["cycle"] = str(self.run.value(event.timer.cycle, self.task))
            self.schedule(due_moment(event.timer, self.run, self.task))
        else:
            self.listen()

    @StepActivation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def schedule(self, due: datetime) -> None:
        """The dispatcher fires it at this moment."""
        self.task.scheduled = self.task.due_at = due

    @StepActivation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def listen(self) -> None:
        """A condition is looked at as soon as this pass comes to rest between two steps."""
        event = self.node.element.event
        if event is not None and event.kind == "conditional":
            self.run.unsettled = True

    def fire(self) -> None:
        """What was waited for has happened. Behind an event gateway the rivals end first."""
        self.complete()
        if self.rival_gateway is not None:
            self.run.activation(self.rival_gateway).complete()
        self.create_next()

    @property
    def rival_gateway(self) -> Task | None:
        """The row of the event gateway whose first event wins, when this one hangs on it."""
        parent = self.task.parent
        is_rival = parent is not None and parent.flow_task.element.kind == "eventBasedGateway"
        return parent if is_rival else None

    @property
    def scope(self) -> Task | None:
        """Behind an event gateway the path goes on beside the gateway."""
        gateway = self.rival_gateway
        return gateway.parent if gateway is not None else self.task.parent

    def again(self) -> None:
        """What does not interrupt may happen again: a new row waits (a timer: while it recurs)."""
        event = self.node.element.event
        if event is None or event.timer is None:
            self.run.arm(self.node, self.task.parent, was_true=True)
            return
        rhythm, fired = self.task.data.get("cycle"), self.task.data.get("fired", 0) + 1
        if rhythm is None or self.task.scheduled is None:
            return
        due = cycle(rhythm).next(self.task.scheduled, fired, event.timer.calendar)
        if due is not None:
            self.run.arm(self.node, self.task.parent, due=due, fired=fired, cycle=rhythm)


class CatchNode(FlowNode):
    """Anything of which a row may wait for an event; `awaits` says for what."""

    activation_class = CatchActivation
    waits = True

    def awaits(self, kind: str, name: str) -> bool:
        """Whether a waiting row of this node is woken by the message or signal of this name."""
        event = self.element.event
        return event is not None and event.kind == kind and event.code == name


class CatchEvent(CatchNode):
    """An intermediate catch event, a link's arrival included."""

    task_type = "TIMER"

    def __init__(self, element: Element) -> None:
        """A link event waits for nothing: its token passes."""
        super().__init__(element)
        if element.event is not None and element.event.kind == "link":
            self.activation_class = StepActivation
            self.waits = False


class ReceiveTask(CatchNode):
    """An activity that waits for a message."""

    task_type = "RECEIVE"


class StartActivation(CatchActivation):
    """A none start passes its token; an event start waits, and begins its scope when it fires."""

    @StepActivation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        """The starts of one process are rivals: the first event begins the case."""
        if self.node.is_none:
            self.perform()
            self.complete()
            return
        super().activate()
        if not self.task.data.get("rival"):
            for rival in self.node.flow_class.event_starts(self.node.element.scope):
                if rival is not self.node:
                    self.run.arm(rival, self.task.parent, rival=True)

    def perform(self) -> None:
        """The scope begins: its event sub-processes listen from now on."""
        self.run.arm_event_subprocesses(
            self.node.flow_class, self.node.element.scope, self.task.parent
        )

    def fire(self) -> None:
        """Of an event sub-process: starts it beside or instead of what goes on in its scope."""
        self.complete()
        handler = self.node.event_subprocess
        if handler is not None:
            self.run.trigger(handler, self.node, self.task.parent)
            if not self.node.element.interrupting:
                self.again()
            return
        for row in self.run.children(self.task.parent):
            if isinstance(row.flow_task, Start):
                self.run.activation(row).cancel()
        self.perform()
        self.create_next()

    @StepActivation.status.transition(source=STATUS.NEW)
    def catch(self) -> None:
        """An error or escalation was caught by an event sub-process."""
        self.complete()


class Start(CatchNode):
    """A start event of a process, a sub-process or an event sub-process."""

    activation_class = StartActivation
    task_type = "START"

    @property
    def is_none(self) -> bool:
        """Without a definition: entered by the token of its scope."""
        return self.element.event is None or self.element.event.kind == "none"

    @property
    def event_subprocess(self) -> FlowNode | None:
        """The event sub-process that begins here, if it is one."""
        outer = self.flow_class.model.nodes.get(self.element.scope)
        found: FlowNode | None = None
        if outer is not None and outer.triggered:
            found = self.flow_class.at(outer.id)
        return found

    @property
    def passive(self) -> bool:
        """A listening event sub-process does not keep its scope going."""
        return self.event_subprocess is not None and not self.is_none


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
        else:
            self.run.throw(kind, (event.code if event else None) or "", self.scope)


class End(FlowNode):
    """None, terminate, error, message, signal and escalation end events."""

    activation_class = EndActivation
    task_type = "END"


class ThrowActivation(StepActivation):
    """Something is told, then the token goes on, unless who heard it has ended its scope."""

    @StepActivation.status.transition(source=STATUS.DONE)
    def create_next(self) -> None:
        """A message goes to no one inside the case: BPMN sends messages to other pools only."""
        event, before = self.node.element.event, len(self.run.interrupted)
        if event is not None:
            self.run.throw(event.kind, event.code or "", self.scope)
        if not any(scope is self.scope for scope in self.run.interrupted[before:]):
            self.run.follow(self)


class ThrowEvent(FlowNode):
    """None, message, signal, escalation and link throw events."""

    activation_class = ThrowActivation
    task_type = "THROW"
