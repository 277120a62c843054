"""Turns a checked diagram into a real viewflow Flow class."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from viewflow.workflow.base import FlowMetaClass

from workflows.bpmn.model import Lane, Node, ProcessModel
from workflows.flow import ApprovalFlow
from workflows.nodes.automatic import AutomaticTask, PassThroughTask
from workflows.nodes.base import FlowNode
from workflows.nodes.boundary import BoundaryEvent
from workflows.nodes.events import CatchEvent, End, ReceiveTask, Start, ThrowEvent
from workflows.nodes.gateways import (
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from workflows.nodes.human import HumanTask
from workflows.nodes.members import RepeatedNode
from workflows.nodes.panel import LoopedHumanTask, PanelTask
from workflows.nodes.scopes import CallActivity, EventSubProcess, SubProcess

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
_HASHED_NAME = re.compile(r".*_h[0-9a-f]{10}")
_LONGEST = 90


class NotCompilableError(ValueError):
    """An element the engine cannot run reached the compiler: the checks should have refused it."""


_SIMPLE: dict[str, Callable[[Node], FlowNode]] = {
    "startEvent": Start,
    "endEvent": End,
    "intermediateCatchEvent": CatchEvent,
    "intermediateThrowEvent": ThrowEvent,
    "boundaryEvent": BoundaryEvent,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "eventBasedGateway": EventGateway,
    "receiveTask": ReceiveTask,
    "serviceTask": AutomaticTask,
    "businessRuleTask": AutomaticTask,
    "scriptTask": AutomaticTask,
    "sendTask": AutomaticTask,
    "task": PassThroughTask,
    "subProcess": SubProcess,
    "callActivity": CallActivity,
}
_HUMAN = frozenset({"userTask", "manualTask"})


def attribute_name(element: str) -> str:
    """A safe attribute of a Flow class for a BPMN id.

    One id has one name and no two ids share one: an id that is not plain ASCII, is too long, ends
    like a hashed one or like viewflow's own `…_path` is replaced by its readable part and a hash.
    """
    ordinary = _PLAIN_NAME.fullmatch(element) and not _HASHED_NAME.fullmatch(element)
    if ordinary and len(element) <= _LONGEST and not element.endswith(("_path", "_url", "_urls")):
        return f"at_{element}"
    readable = re.sub(r"[^A-Za-z0-9]+", "_", element).strip("_")[:40]
    return f"at_{readable}_h{hashlib.sha256(element.encode()).hexdigest()[:10]}"


def class_name(key: str, version: int) -> str:
    """`<key>_v<version>`, made safe as an attribute of `workflows.flows` in the same way."""
    safe = attribute_name(key).removeprefix("at_")
    return f"{safe}_v{version}"


def compile_flow(model: ProcessModel, name: str | None = None) -> type[ApprovalFlow]:
    """The Flow class; `name` differs from `<key>_v<version>` in simulations only."""
    attributes = {element: attribute_name(element) for element in model.nodes}
    namespace: dict[str, object] = {
        "__module__": "workflows.flows",
        "__doc__": model.title or model.key,
        "process_title": model.title or model.key,
        "model": model,
        "attributes": attributes,
    }
    for element, node in model.nodes.items():
        namespace[attributes[element]] = _node(node, model)
    made: type[ApprovalFlow] = FlowMetaClass(
        name or class_name(model.key, model.version), (ApprovalFlow,), namespace
    )
    return made


def _node(node: Node, model: ProcessModel) -> FlowNode:
    if node.kind in _HUMAN:
        role, scope = role_of(node, model)
        kind = PanelTask if node.loop is not None else HumanTask
        return (LoopedHumanTask if node.repeat else kind)(node, role=role, scope=scope)
    factory = EventSubProcess if node.triggered else _SIMPLE.get(node.kind)
    if factory is None:
        message = f"{node.id}: {node.kind} cannot be compiled"
        raise NotCompilableError(message)
    single = factory(node)
    is_repeated = node.loop is not None or node.repeat is not None
    return RepeatedNode(node, single) if is_repeated else single


def role_of(node: Node, model: ProcessModel) -> tuple[str, str | None]:
    """The task's own role, else its innermost lane's that names one; also of what encloses it."""
    role: str | None = node.attributes.get("role")
    scope: str | None = None
    around: Node | None = node
    while around is not None:
        for lane in _lanes_of(around, model):
            role = role or lane.role
            scope = scope or lane.scope
        around = model.nodes.get(around.scope)
    return role or "", scope


def _lanes_of(node: Node, model: ProcessModel) -> list[Lane]:
    """Lanes that hold the node, the smallest (innermost) first."""
    holding = [
        lane for lane in model.lanes.values() if node.id in lane.nodes or lane.id == node.lane
    ]
    return sorted(holding, key=lambda lane: (lane.id != node.lane, len(lane.nodes)))
