"""Outcomes: an arrow asks for one the task has, none is forgotten, none is read behind a join."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.bpmn.issues import Findings
from workflows.bpmn.model import Node, ProcessModel, SequenceFlow
from workflows.bpmn.places import at
from workflows.bpmn.supported import close
from workflows.bpmn.vocabulary import HUMAN_TASKS

MODE_OUTCOMES = frozenset({"approve", "reject"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the variable `outcome` at a node was written last."""

    tasks: tuple[Node, ...]
    through_join: bool
    certain: bool
    """False when something besides the tasks may have written it (a called flow, a handler)."""


def look_at(model: ProcessModel, findings: Findings) -> None:
    """Reports on every arrow that reads `outcome`, and on tasks whose outcome leads nowhere."""
    for flow in model.flows.values():
        if flow.condition is None or "outcome" not in flow.condition.names:
            continue
        origin = origin_of(flow.source, model)
        if origin.through_join:
            message = "outcome is read behind a join: the task that completed last decides"
            hint = "give the tasks approval:result and ask for those variables"
            findings.add("B043", at(flow), message, hint)
        if flow.outcome is not None:
            _known(flow, flow.outcome, origin, findings)
    for node in model.nodes.values():
        _forgotten(node, model, findings)


def outcomes_of(task: Node) -> frozenset[str] | None:
    """What a completion of the task can leave in `outcome`; None = anything."""
    if task.loop is not None and task.loop.mode is not None:
        return MODE_OUTCOMES
    declared = task.attributes.get("outcomes")
    return None if declared is None else frozenset(declared.split())


def origin_of(node_id: str, model: ProcessModel) -> Origin:
    """Walks against the arrows to the nearest human tasks."""
    tasks: dict[str, Node] = {}
    through_join, certain = False, True
    seen: set[str] = set()
    waiting = [node_id]
    while waiting:
        node = model.nodes.get(waiting.pop())
        if node is None or node.id in seen:
            continue
        seen.add(node.id)
        if node.kind in HUMAN_TASKS:
            tasks[node.id] = node
            continue
        if node.kind in {"parallelGateway", "inclusiveGateway"} and len(node.incoming) > 1:
            through_join = True
        if node.kind not in {"exclusiveGateway", "intermediateCatchEvent"}:
            certain = False
        waiting.extend(model.flows[flow].source for flow in node.incoming)
    return Origin(tuple(tasks.values()), through_join and bool(tasks), certain)


def _known(flow: SequenceFlow, outcome: str, origin: Origin, findings: Findings) -> None:
    declared = [outcomes_of(task) for task in origin.tasks]
    if not origin.certain or not declared or None in declared:
        return
    known = frozenset[str]().union(*(names for names in declared if names is not None))
    if outcome in known:
        return
    near = close(outcome, known)
    tasks = ", ".join(task.id for task in origin.tasks)
    message = f'approval:outcome="{outcome}" is not an outcome of {tasks}'
    hint = (f"did you mean {near}? " if near else "") + f"known: {', '.join(sorted(known))}"
    findings.add("B044", at(flow), message, hint)


def _forgotten(node: Node, model: ProcessModel, findings: Findings) -> None:
    """Only where every arrow of the gateway behind a task asks for an outcome, with no default."""
    outcomes = outcomes_of(node) if node.kind in HUMAN_TASKS else None
    if outcomes is None or len(node.outgoing) != 1:
        return
    gateway = model.nodes.get(model.flows[node.outgoing[0]].target)
    if gateway is None or gateway.kind != "exclusiveGateway" or gateway.default:
        return
    arrows = [model.flows[flow] for flow in gateway.outgoing]
    taken = {arrow.outcome for arrow in arrows}
    if None in taken or len(arrows) < 2 or gateway.id in findings.silent:
        return
    for outcome in sorted(outcomes - taken):
        message = f'outcome "{outcome}" of {node.id} is taken by no arrow of {gateway.id}'
        findings.add("B058", at(node), message, "draw an arrow for it, or a default flow")
