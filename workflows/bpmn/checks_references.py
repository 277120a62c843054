"""The stage "references": every id that is named exists and is of the right kind."""

from __future__ import annotations

from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.model import Node, ProcessModel, SequenceFlow
from workflows.bpmn.places import at
from workflows.bpmn.supported import close
from workflows.bpmn.vocabulary import ACTIVITIES, HUMAN_TASKS


def look_at(model: ProcessModel, findings: Findings) -> None:
    """Reports references that lead nowhere, and marks what they touch for the later stages."""
    for flow in model.flows.values():
        _flow(flow, model, findings)
    for node in model.nodes.values():
        if node.id in findings.silent:
            continue
        _boundary(node, model, findings)
        _default(node, model, findings)
        _people(node, model, findings)
    for lane in model.lanes.values():
        for reference in sorted(lane.nodes - model.nodes.keys() - findings.silent):
            message = f'lane "{lane.id}" holds "{reference}", which does not exist'
            findings.add("B030", Place(lane.line, lane.id, lane.name), message, "remove it")


def _flow(flow: SequenceFlow, model: ProcessModel, findings: Findings) -> None:
    ends = {"sourceRef": flow.source, "targetRef": flow.target}
    for attribute, reference in ends.items():
        if reference in model.nodes:
            continue
        is_known = reference in findings.silent
        findings.silent.update(ends.values())
        if is_known:
            continue
        if not reference:
            findings.add("B009", at(flow), f"sequence flow without {attribute}", "connect it")
        elif reference in _everything(model):
            message = f'{attribute}="{reference}" is not a step, gateway or event'
            findings.add("B031", at(flow), message, "connect the arrow to a flow node")
        else:
            near = close(reference, model.nodes.keys())
            message = f'{attribute}="{reference}" does not exist'
            findings.add("B030", at(flow), message, f"did you mean {near}?" if near else "")
    source, target = model.nodes.get(flow.source), model.nodes.get(flow.target)
    if source and target and source.scope != target.scope:
        findings.silent.update(ends.values())
        message = f"sequence flow crosses the border of a sub-process: {source.id} → {target.id}"
        hint = "end inside the sub-process, and go on from its border or a boundary event"
        findings.add("B032", at(flow), message, hint)


def _everything(model: ProcessModel) -> set[str]:
    return {*model.flows, *model.lanes, *model.artifacts, model.id}


def _boundary(node: Node, model: ProcessModel, findings: Findings) -> None:
    if node.kind != "boundaryEvent":
        return
    host = model.nodes.get(node.attached_to or "")
    if not node.attached_to:
        message = "boundary event without attachedToRef"
        findings.add("B009", at(node), message, "attach it to an activity")
    elif node.attached_to in findings.silent:
        return
    elif host is None:
        message = f'attachedToRef="{node.attached_to}" does not exist'
        findings.add("B030", at(node), message, "attach it to an activity")
    elif host.kind not in ACTIVITIES or host.scope != node.scope:
        message = f'attachedToRef="{host.id}" is a {host.kind}, not an activity beside it'
        findings.add("B031", at(node), message, "attach it to a task or sub-process")
    elif node.event and node.event.kind == "error" and not node.interrupting:
        message = 'cancelActivity="false" of a boundary error event is not supported'
        findings.add("B013", at(node), message, "an error always interrupts: remove it")
    if host is None:
        findings.silent.add(node.id)


def _default(node: Node, model: ProcessModel, findings: Findings) -> None:
    if node.default is None or node.default in node.outgoing:
        return
    flow = model.flows.get(node.default)
    if flow is None:
        message = f'default="{node.default}" does not exist'
        findings.add("B030", at(node), message, "name one of its outgoing sequence flows")
    elif flow.source not in findings.silent:
        message = f'default="{node.default}" is an arrow of {flow.source}'
        findings.add("B031", at(node), message, "name one of its own outgoing sequence flows")


def _people(node: Node, model: ProcessModel, findings: Findings) -> None:
    """`exclude` and `assign` name human tasks."""
    named = [("exclude", task) for task in node.attributes.get("exclude", "").split()]
    assign = node.attributes.get("assign")
    if assign is not None and assign.startswith("last:"):
        named.append(("assign", assign.removeprefix("last:")))
    elif assign is not None and assign != "starter":
        message = f'approval:assign="{assign}" is not known'
        findings.add("B016", at(node), message, "write starter or last:<id of a task>")
    for attribute, task in named:
        other = model.nodes.get(task)
        if other is None:
            near = close(task, [n.id for n in model.nodes.values() if n.kind in HUMAN_TASKS])
            message = f'approval:{attribute} names "{task}", which does not exist'
            findings.add("B030", at(node), message, f"did you mean {near}?" if near else "")
        elif other.kind not in HUMAN_TASKS and task not in findings.silent:
            message = f'approval:{attribute} names "{task}", a {other.kind}'
            findings.add("B031", at(node), message, "name a userTask or manualTask")
