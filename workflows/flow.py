"""The base of every compiled flow: our rows, and the lock that makes joins safe."""

from __future__ import annotations

from typing import Any, ClassVar

from viewflow.workflow.flow import Flow
from viewflow.workflow.lock import SelectForUpdateLock

from workflows.bpmn.model import ProcessModel
from workflows.models import Process, Task


class ApprovalFlow(Flow):
    """A compiled diagram is a subclass; nobody instantiates this one."""

    process_class = Process
    task_class = Task
    lock_impl = SelectForUpdateLock(nowait=False)

    model: ClassVar[ProcessModel]
    attributes: ClassVar[dict[str, str]] = {}
    """BPMN id to attribute name."""

    @classmethod
    def at(cls, element: str) -> Any:
        """The node of a BPMN element."""
        return getattr(cls, cls.attributes[element])

    @classmethod
    def start_of(cls, scope: str) -> Any:
        """The none start event of the process or of a sub-process."""
        for node in cls.model.nodes.values():
            kind = node.event.kind if node.event else "none"
            if node.kind == "startEvent" and node.scope == scope and kind == "none":
                return cls.at(node.id)
        message = f"{scope}: no none start event"
        raise LookupError(message)
