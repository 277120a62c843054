"""The stage "expressions": the variables they read, and the texts that hold times."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.bpmn import texts
from workflows.bpmn.bindings import Bindings
from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.model import Node, ProcessModel
from workflows.bpmn.places import at
from workflows.bpmn.supported import close
from workflows.bpmn.vocabulary import HUMAN_TASKS, LOOP_COUNTER, LOOP_NAMES
from workflows.feel import Expression, parse


def look_at(model: ProcessModel, bindings: Bindings, findings: Findings) -> None:
    """Reports names that nothing writes (once each) and deadlines that are no durations."""
    written = _written(model) | bindings.known_variables
    reported: set[str] = set()
    for place, read, local_names in _reads(model):
        for name in sorted(read - written - local_names - reported):
            reported.add(name)
            near = close(name, written | local_names, likeness=0.75)
            hint = f"did you mean {near}? " if near else ""
            message = f'variable "{name}" is read, but nothing in the flow writes it'
            findings.add("B041", place, message, f"{hint}a start value or a handler may write it")
    for node in model.nodes.values():
        _times(node, findings)


def _written(model: ProcessModel) -> set[str]:
    names: set[str] = set()
    for node in model.nodes.values():
        if node.kind in HUMAN_TASKS:
            names.add("outcome")
        if result := node.attributes.get("result"):
            names.add(result)
        if node.loop and node.loop.output:
            names.add(node.loop.output)
        if node.loop and node.kind not in HUMAN_TASKS:
            names.add(node.loop.item)
        if node.event and node.event.kind == "error" and node.kind == "boundaryEvent":
            names.add("_error")
    return names


Read = tuple[Place, frozenset[str], frozenset[str]]


def _reads(model: ProcessModel) -> Iterator[Read]:
    """Place, names read, and names that exist there only."""
    nothing = frozenset[str]()
    for flow in model.flows.values():
        if flow.condition:
            yield at(flow), flow.condition.names, nothing
    for node in model.nodes.values():
        item = frozenset({node.loop.item}) if node.loop else nothing
        if node.holder:
            yield at(node), node.holder.names, item
        if node.loop:
            yield from _loop_reads(node, item)
        if node.repeat and node.repeat.condition:
            yield at(node), node.repeat.condition.names, frozenset({LOOP_COUNTER})
        yield from ((at(node), read.names, nothing) for read in _awaited(node))


def _loop_reads(node: Node, item: frozenset[str]) -> Iterator[Read]:
    loop = node.loop
    if loop is None:
        return
    if loop.collection:
        yield at(node), frozenset({loop.collection}), frozenset()
    if loop.cardinality:
        yield at(node), loop.cardinality.names, frozenset()
    if loop.completion:
        yield at(node), loop.completion.names, LOOP_NAMES | item
    if loop.weight:
        yield at(node), loop.weight.names, item


def _awaited(node: Node) -> list[Expression]:
    """What an event waits for, as far as it is computed."""
    condition = node.event.condition if node.event else None
    return [read for read in (condition, _timer_expression(node)) if read is not None]


def _timer_expression(node: Node) -> Expression | None:
    """The timer's FEEL; texts that do not parse were reported by the reader and left out."""
    timer = node.event.timer if node.event else None
    if timer is None:
        return None
    text = timer.duration or timer.date or timer.cycle or ""
    return parse(text[1:]) if text.startswith("=") else None


def _times(node: Node, findings: Findings) -> None:
    due = node.attributes.get("due")
    calendar = node.attributes.get("calendar")
    if due is not None:
        texts.duration(due, calendar, "approval:due", at(node), findings)
    elif calendar is not None and node.kind in HUMAN_TASKS:
        message = "approval:calendar without approval:due counts nothing"
        findings.add("B016", at(node), message, "add approval:due, e.g. P5D, or remove it")
    counted = node.attributes.get("countFrom")
    if counted is not None and node.kind in HUMAN_TASKS and (due is None or calendar is None):
        message = "approval:countFrom without approval:due and approval:calendar counts nothing"
        findings.add("B016", at(node), message, "add both, or remove it")
    result = node.attributes.get("result")
    if result is not None:
        texts.variable(result, "approval:result", at(node), findings)
