"""The stage "graph": starts, ends, arrows and conditions are where the engine looks at them."""

from __future__ import annotations

from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.model import Node, ProcessModel
from workflows.bpmn.places import at
from workflows.bpmn.vocabulary import ACTIVITIES, GATEWAYS

DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})


def look_at(model: ProcessModel, findings: Findings) -> None:
    """Reports node by node, then what no path from a start leads to."""
    for scope in model.scopes():
        if scope not in findings.silent:
            _starts(scope, model, findings)
    is_torn = any(flow.source not in model.nodes for flow in model.flows.values())
    for node in model.nodes.values():
        if node.id not in findings.silent:
            _ends(node, findings, is_torn)
            if not _gateway(node, findings):
                _conditions(node, model, findings)
    _unreached(model, findings)
    _wishes(model, findings)


def _place_of_scope(scope: str, model: ProcessModel) -> Place:
    node = model.nodes.get(scope)
    return at(node) if node else Place(model.line, model.id, model.title)


def _starts(scope: str, model: ProcessModel, findings: Findings) -> None:
    starts = model.starts(scope)
    if not starts:
        findings.silent.update(n.id for n in model.nodes.values() if n.scope == scope)
        message = f'"{scope}" has no start event (implicit start)'
        findings.add("B050", _place_of_scope(scope, model), message, "draw one none start event")
    if scope == model.id:  # rivals of different events are legal: the first that happens begins
        starts = tuple(start for start in starts if not start.event or start.event.kind == "none")
    for start in starts[1:]:
        message = f"several start events: {starts[0].id} and {start.id}"
        findings.add("B050", at(start), message, "keep one, and split behind it with a gateway")


def _ends(node: Node, findings: Findings, is_torn: bool) -> None:
    """An arrow that begins nowhere may be the one a node lacks: that is one fault, not two."""
    if node.kind in {"startEvent", "boundaryEvent"} and node.incoming:
        message = f"an arrow leads into the {node.kind} {node.id}"
        findings.add("B054", at(node), message, "lead it to the step behind")
    if node.kind == "endEvent" and node.outgoing:
        message = f"an arrow leads out of the end event {node.id}"
        findings.add("B054", at(node), message, "remove it, or make the end a task")
    is_link = node.event is not None and node.event.kind == "link"
    if node.kind != "endEvent" and not (node.outgoing or node.triggered or is_link or is_torn):
        message = f"implicit end: no arrow leads out of the {node.kind} {node.id}"
        findings.add("B052", at(node), message, "draw an arrow to an end event")


def _gateway(node: Node, findings: Findings) -> bool:
    """Whether the gateway both joins and splits: its arrows are not looked at then."""
    is_merge = node.kind == "eventBasedGateway"  # it waits once for each token that comes
    if node.kind not in GATEWAYS or is_merge or min(len(node.incoming), len(node.outgoing)) < 2:
        return False
    message = f"join and split in one gateway: {node.id}"
    findings.add("B053", at(node), message, "draw two gateways, one to join and one to split")
    return True


def _conditions(node: Node, model: ProcessModel, findings: Findings) -> None:
    if node.kind in DECIDING:
        if len(node.outgoing) > 1:
            _split(node, model, findings)
        return
    if node.kind in ACTIVITIES:
        _implicit_split(node, model, findings)
        return
    for flow_id in node.outgoing:
        flow = model.flows[flow_id]
        if flow.condition is None and flow.outcome is None:
            continue
        message = f"condition on an arrow out of the {node.kind} {node.id} is not looked at"
        findings.add("B056", at(flow), message, "use an exclusive or inclusive gateway")


def _implicit_split(node: Node, model: ProcessModel, findings: Findings) -> None:
    """Arrows out of an activity: all without a condition, and those whose condition holds."""
    for flow_id in node.outgoing:
        if flow_id == node.default and model.flows[flow_id].condition is not None:
            message = f"the condition on the default flow of {node.id} is not looked at"
            findings.add("B057", at(model.flows[flow_id]), message, "remove the condition")
    conditional = [f for f in node.outgoing if model.flows[f].condition is not None]
    if node.default and not conditional:
        message = f'default="{node.default}" of {node.id}: no other arrow has a condition'
        findings.add("B057", at(node), message, "it is taken as any other arrow")


def _split(node: Node, model: ProcessModel, findings: Findings) -> None:
    for flow_id in node.outgoing:
        flow = model.flows[flow_id]
        conditional = flow.condition is not None or flow.outcome is not None
        if flow_id == node.default:
            if conditional:
                message = f"the condition on the default flow of {node.id} is not looked at"
                findings.add("B057", at(flow), message, "remove the condition")
        elif not conditional and not _has_issue(flow_id, findings):
            message = f"arrow of the {node.kind} {node.id} without a condition"
            hint = "write a condition or an outcome, or make it the default flow"
            findings.add("B055", at(flow), message, hint)


def _has_issue(element: str, findings: Findings) -> bool:
    """A condition that could not be read is not a missing one."""
    return any(issue.element == element for issue in findings.issues)


def _unreached(model: ProcessModel, findings: Findings) -> None:
    """Each part that no start leads to is reported at its first node only.

    Nothing is said while an arrow leads nowhere: it may be the one that is missing.
    """
    if any(flow.target not in model.nodes for flow in model.flows.values()):
        return
    reached: set[str] = set()
    _reach([n.id for n in model.nodes.values() if n.kind == "startEvent"], model, reached)
    _reach([n for n in model.nodes if n in findings.silent], model, reached)
    entered = {"startEvent", "boundaryEvent"}
    rest = [n for n in model.nodes.values() if n.kind not in entered and not n.triggered]
    for only_without_arrow in (True, False):
        for node in rest:
            if node.id in reached or (only_without_arrow and node.incoming):
                continue
            _reach([node.id], model, reached)
            message = f"never reached: no path from a start leads to the {node.kind} {node.id}"
            findings.add("B051", at(node), message, "draw an arrow to it, or remove it")


def _reach(starts: list[str], model: ProcessModel, seen: set[str]) -> None:
    """Adds the nodes the arrows lead to; a step leads to its boundary events too."""
    waiting = list(starts)
    while waiting:
        node_id = waiting.pop()
        node = model.nodes.get(node_id)
        if node is None or node_id in seen:
            continue
        seen.add(node_id)
        waiting.extend(model.flows[flow].target for flow in node.outgoing)
        waiting.extend(model.attached.get(node_id, ()))


def _wishes(model: ProcessModel, findings: Findings) -> None:
    place = Place(model.line, model.id, model.title)
    for node in model.nodes.values():
        top_end = node.kind == "endEvent" and node.scope == model.id
        failed = node.event is not None and node.event.kind == "error"
        if top_end and not failed and not node.attributes.get("verdict"):
            message = f"end event {node.id} has no verdict"
            findings.add("B080", at(node), message, "add approval:verdict, e.g. approved")
        if node.kind == "task":
            message = f"task {node.id} does nothing: it is passed at once"
            findings.add("B019", at(node), message, "make it a userTask or serviceTask")
    drawn = model.diagram.shapes.keys()
    missing = [n.id for n in model.nodes.values() if n.id not in drawn]
    if missing and len(missing) == len(model.nodes):
        message = "no diagram interchange: the flow cannot be drawn"
        findings.add("B081", place, message, "save it in a BPMN modeler")
    elif missing:
        message = f"not drawn: {', '.join(missing)}"
        findings.add("B081", place, message, "lay the diagram out in a BPMN modeler")
    if not model.lanes:
        findings.add("B082", place, "no lanes: the picture does not say who acts", "draw lanes")
