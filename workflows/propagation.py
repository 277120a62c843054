"""How what is thrown finds who catches it: errors, escalations, signals, messages, conditions.

Errors and escalations climb from where they arise outwards, scope by scope: first to the event
sub-processes of the scope, then to the boundary events of the activity that holds it (BPMN 2.0,
10.5.1 and 13.5.4). Signals reach everything in the case that waits for them, called flows
included; a message wakes the oldest that waits for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from viewflow.workflow.status import STATUS

from workflows import rows as task_rows
from workflows.errors import FlowFault
from workflows.flows import compiled
from workflows.models import LIVE, ProcessStatus, Task
from workflows.nodes.boundary import BoundaryActivation, BoundaryEvent
from workflows.nodes.events import AWAITED, CatchActivation, Start, StartActivation

if TYPE_CHECKING:
    from workflows.execution import Execution
    from workflows.nodes.base import FlowNode
    from workflows.nodes.events import CatchNode

Catcher = tuple["Task | None", "CatchNode"]
"""The host (of a boundary event) or the scope (of an event sub-process), and the event."""


def raise_error(run: Execution, code: str, origin: Task | None) -> None:
    """A business error ends what it leaves; one that nobody catches ends the case as failed."""
    found = next(_catchers(run, "error", code, origin), None)
    if found is None:
        run.variables["_error"] = code
        run.end(ProcessStatus.FAILED)
    else:
        _catch(run, *found)


def escalate(run: Execution, code: str, origin: Task | None) -> None:
    """An escalation interrupts only where the diagram says so; uncaught it changes nothing."""
    found = next(_catchers(run, "escalation", code, origin), None)
    if found is not None:
        _catch(run, *found)


def _catch(run: Execution, where: Task | None, node: CatchNode) -> None:
    if isinstance(node, BoundaryEvent) and where is not None:
        if node.element.interrupting:
            run.activation(where).cancel()
        caught = task_rows.new(run, node, via="", parent=where)
        run.keep(caught)
        boundary = cast(BoundaryActivation, run.activation(caught))
        boundary.catch()
        boundary.create_next()
        return
    start = cast(Start, node)
    caught = task_rows.new(run, start, via="", parent=where)
    run.keep(caught)
    cast(StartActivation, run.activation(caught)).catch()
    if start.event_subprocess is not None:
        run.trigger(start.event_subprocess, start, where)


def _catchers(run: Execution, kind: str, code: str, origin: Task | None) -> Iterator[Catcher]:
    """From the inside out. What an event sub-process throws is not caught beside it again."""
    inner: Task | None = None
    place = origin
    while True:
        is_handler = inner is not None and inner.flow_task.element.triggered
        if not is_handler and (place is None or place.flow_task.is_scope):
            yield from ((place, node) for node in _handlers(run, place, kind, code))
        if place is None:
            return
        if not place.item:
            hit = [n for n in place.flow_task.boundaries if _matches(n, kind, code)]
            yield from ((place, node) for node in _exact_first(hit))
        inner, place = place, place.parent


def _handlers(run: Execution, scope: Task | None, kind: str, code: str) -> list[CatchNode]:
    """The starts of a scope's event sub-processes that catch it."""
    flow_class, scope_id = _inside_of(run, scope)
    model = flow_class.model
    starts = [
        flow_class.at(start.id)
        for handler in model.event_subprocesses(scope_id)
        for start in model.starts(handler.id)
    ]
    return _exact_first([node for node in starts if _matches(node, kind, code)])


def _inside_of(run: Execution, scope: Task | None) -> tuple[Any, str]:
    """Whose diagram is inside a scope, and the scope's id in it."""
    if scope is None:
        flow_class = run.process.flow_class
        return flow_class, flow_class.model.id
    if called := scope.data.get("flow"):
        flow_class = compiled(called)
        return flow_class, flow_class.model.id
    return scope.flow_task.flow_class, scope.flow_task.element.id


def _matches(node: FlowNode, kind: str, code: str) -> bool:
    """No code of its own catches any."""
    event = node.element.event
    return event is not None and event.kind == kind and event.code in (None, "", code)


def _exact_first(nodes: list[Any]) -> list[Any]:
    return sorted(nodes, key=lambda node: not node.element.event.code)


def listen(run: Execution, flow_class: Any, scope: str, parent: Task | None) -> None:
    """Arms the event sub-processes of a scope that wait for something."""
    for handler in flow_class.model.event_subprocesses(scope):
        for start in flow_class.event_starts(handler.id):
            if start.element.event.kind in AWAITED:
                run.arm(start, parent)


def trigger(run: Execution, handler: FlowNode, start: FlowNode, scope: Task | None) -> None:
    """Starts an event sub-process beside what goes on in the scope, or instead of it."""
    if start.element.interrupting:
        run.interrupted.append(scope)
        run.tokens = deque(token for token in run.tokens if token.parent is not scope)
        for row in run.children(scope):
            if scope is None or row.flow_task.element.attached_to != scope.element:
                run.activation(row).cancel()
    body = task_rows.new(run, handler, via="", parent=scope)
    run.activation(body).activate()
    run.keep(body)
    for flow, target in start.arrows:
        run.send(target, via=flow.id, parent=body)


def broadcast(run: Execution, name: str) -> None:
    """A signal wakes everything that waits for it at this moment."""
    for row in waiting(run, "signal", name):
        if row.status == STATUS.STARTED:
            cast(CatchActivation, run.activation(row)).fire()


def waiting(run: Execution, kind: str, name: str) -> list[Task]:
    """Rows that wait for the message or signal; events and tasks on the way before those at an
    edge, the oldest first."""
    found = [row for row in run.rows if row.status == STATUS.STARTED and _listens(row, kind, name)]
    return sorted(found, key=lambda row: row.flow_task.passive)


def _listens(row: Task, kind: str, name: str) -> bool:
    node = row.flow_task
    awaits = getattr(node, "awaits", None)
    return awaits is not None and not is_body(row) and bool(awaits(kind, name))


def is_body(row: Task) -> bool:
    """The row of a repeated activity as a whole."""
    element = row.flow_task.element
    return not row.item and (element.loop is not None or element.repeat is not None)


def receive(run: Execution, row: Task, given: dict[str, Any]) -> None:
    """A message has come: its data are merged before the outgoing arrow is chosen."""
    activation = cast(CatchActivation, run.activation(row))
    if row.item:
        given = activation.body.taken(row, given)
    activation.merge(given)
    activation.fire()


def watch(run: Execution) -> None:
    """Looks at every condition that is waited for; one fires when it becomes true."""
    run.unsettled = False
    for row in [row for row in run.rows if _is_conditional(row)]:
        if row.status != STATUS.STARTED:
            continue
        activation = cast(CatchActivation, run.activation(row))
        try:
            holds = run.is_true(row.flow_task.element.event.condition, run.local_names(row))
        except FlowFault as fault:
            activation.park(fault.reason)
            continue
        if holds != row.data.get("was_true", False):
            row.data["was_true"] = holds
            run.touch(row)
            if holds:
                activation.fire()


def _is_conditional(row: Task) -> bool:
    event = row.flow_task.element.event
    return row.status in LIVE and event is not None and event.kind == "conditional"
