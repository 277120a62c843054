"""Events: which may stand where, and what belongs together (links, event gateways, starts)."""

from __future__ import annotations

from workflows.bpmn.issues import Findings
from workflows.bpmn.model import Node, ProcessModel
from workflows.bpmn.places import at

HANDLER_STARTS = frozenset(
    {"timer", "message", "signal", "conditional", "error", "escalation"},
)
PROCESS_STARTS = frozenset({"none", "timer", "message", "signal", "conditional"})


def look_at(model: ProcessModel, findings: Findings) -> None:
    """Reports node by node; what is refused already is left out."""
    for node in model.nodes.values():
        if node.id in findings.silent:
            continue
        if node.kind == "startEvent":
            _start(node, model, findings)
        elif node.kind == "eventBasedGateway":
            _event_gateway(node, model, findings)
        elif node.triggered:
            _event_subprocess(node, model, findings)
        elif kind_of(node) == "link":
            _link(node, model, findings)
        if node.loop is not None and node.repeat is not None:
            message = "multiInstanceLoopCharacteristics and standardLoopCharacteristics together"
            findings.add("B020", at(node), message, "keep one of them")


def kind_of(node: Node) -> str:
    """The definition inside an event; none for everything else."""
    return node.event.kind if node.event else "none"


def _start(node: Node, model: ProcessModel, findings: Findings) -> None:
    kind, outer = kind_of(node), model.nodes.get(node.scope)
    if outer is not None and outer.triggered:
        if kind == "error" and not node.interrupting:
            message = 'isInterrupting="false" of an error start event is not supported'
            findings.add("B013", at(node), message, "an error always interrupts: remove it")
        return
    if not node.interrupting:
        message = 'isInterrupting="false" outside an event sub-process is not supported'
        findings.add("B013", at(node), message, "remove it")
    if outer is not None and kind != "none":
        message = f"a {kind} start event in a sub-process that an arrow enters"
        hint = 'make it a none start event, or the sub-process triggeredByEvent="true"'
        findings.add("B050", at(node), message, hint)
    elif outer is None and kind not in PROCESS_STARTS:
        message = f"a {kind} start event of a process: nothing outside throws it"
        findings.add("B050", at(node), message, "use a none or message start event")


def _event_subprocess(node: Node, model: ProcessModel, findings: Findings) -> None:
    for start in model.starts(node.id):
        if kind_of(start) not in HANDLER_STARTS:
            message = f"event sub-process {node.id} starts by no event"
            findings.add("B050", at(start), message, "give its start event a definition")
    if node.incoming or node.outgoing:
        message = f"an arrow at the event sub-process {node.id}: its event starts it"
        findings.add("B054", at(node), message, "remove the arrow")
    if node.loop or node.repeat:
        message = f"event sub-process {node.id} with loop characteristics"
        findings.add("B020", at(node), message, "put the loop inside")
    if model.boundaries(node.id):
        message = f"boundary event on the event sub-process {node.id}"
        findings.add("B031", at(node), message, "attach it to an activity inside")


def _event_gateway(node: Node, model: ProcessModel, findings: Findings) -> None:
    if len(node.outgoing) < 2:
        message = f"event gateway {node.id} with fewer than two events"
        findings.add("B009", at(node), message, "draw an arrow to each event it waits for")
    for flow in node.outgoing:
        target = model.nodes.get(model.flows[flow].target)
        if target is None or target.id in findings.silent:
            continue
        is_event = target.kind == "intermediateCatchEvent" and kind_of(target) != "link"
        is_task = target.kind == "receiveTask" and not (target.loop or target.repeat)
        if not (is_event or is_task) or model.boundaries(target.id):
            message = f"event gateway {node.id} leads to the {target.kind} {target.id}"
            hint = "behind it stand catch events or plain receive tasks"
            findings.add("B031", at(model.flows[flow]), message, hint)
        elif len(target.incoming) > 1:
            message = f"{target.id} waits behind the event gateway {node.id} and elsewhere too"
            findings.add("B031", at(target), message, "draw an event of its own for each way")


def _link(node: Node, model: ProcessModel, findings: Findings) -> None:
    name = node.event.code if node.event else ""
    if not name:
        return
    ends = [
        other
        for other in model.nodes.values()
        if kind_of(other) == "link" and other.scope == node.scope and other.event is not None
    ]
    same = [other for other in ends if other.event is not None and other.event.code == name]
    catches = [other for other in same if other.kind == "intermediateCatchEvent"]
    if node.kind == "intermediateThrowEvent":
        if not catches:
            message = f'link "{name}" leads nowhere: no catching link of that name beside it'
            findings.add("B030", at(node), message, "draw the other end, or correct the name")
        if any(model.flows[flow].target not in {c.id for c in catches} for flow in node.outgoing):
            message = f"an arrow leads out of the throwing link {node.id}"
            findings.add("B054", at(node), message, "remove the arrow")
        return
    if catches[0] is not node:
        message = f'several catching links "{name}": {catches[0].id} and {node.id}'
        findings.add("B008", at(node), message, "one link has one end to arrive at")
    throws = {other.id for other in same} - {other.id for other in catches}
    if any(model.flows[flow].source not in throws for flow in node.incoming):
        message = f"an arrow leads into the catching link {node.id}"
        findings.add("B054", at(node), message, "remove the arrow")
