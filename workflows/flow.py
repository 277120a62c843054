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
        """The none start event of the process or of a sub-process, else its first event start."""
        starts = [cls.at(start.id) for start in cls.model.starts(scope)]
        for start in [*(start for start in starts if start.is_none), *starts]:
            return start
        message = f"{scope}: no start event"
        raise LookupError(message)

    @classmethod
    def event_starts(cls, scope: str) -> list[Any]:
        """The start events of a scope that wait for something."""
        starts = [cls.at(start.id) for start in cls.model.starts(scope)]
        return [start for start in starts if not start.is_none]
