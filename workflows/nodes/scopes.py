"""Activities that hold others: the embedded sub-process and the call of another flow."""

from __future__ import annotations

from typing import Any

from viewflow.workflow.status import STATUS

from workflows.errors import FlowFault
from workflows.nodes.base import FlowNode, StepActivation


class ScopeActivation(StepActivation):
    """Its row stays STARTED while a token is inside; it ends by itself when none is left."""

    @StepActivation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def activate(self) -> None:
        """Puts a token on the inner start event."""
        self.run.enter_phase(self.node.element.attributes.get("phase"))
        self.run.send(self.inner_start(), via="", parent=self.task)

    def inner_start(self) -> FlowNode:
        """The none start event inside."""
        inner: FlowNode = self.node.flow_class.start_of(self.node.element.id)
        return inner


class SubProcess(FlowNode):
    """An embedded sub-process: reads and writes the case's variables."""

    activation_class = ScopeActivation
    task_type = "SUBPROCESS"
    is_scope = True


class HandlerActivation(ScopeActivation):
    """An event sub-process: its start event has happened already."""

    @StepActivation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def activate(self) -> None:
        """The token goes on behind the start event."""


class EventSubProcess(SubProcess):
    """Starts by its event, beside what goes on in its scope or instead of it."""

    activation_class = HandlerActivation


class CallActivation(ScopeActivation):
    """The called version is bound at the call."""

    def inner_start(self) -> FlowNode:
        """The start of the newest valid version; its name is kept on the row."""
        called = self.node.element.called or ""
        flow_class: Any = self.run.called_flow(called)
        if flow_class is None:
            raise FlowFault(f"unknown_process: {called}")
        self.task.data["flow"] = flow_class.__name__
        start: FlowNode = flow_class.start_of(flow_class.model.id)
        return start


class CallActivity(SubProcess):
    """Runs another flow inside this case."""

    activation_class = CallActivation
    task_type = "CALL"
