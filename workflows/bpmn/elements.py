"""XML elements to nodes, events, timers, loops and sequence flows of the model."""

from __future__ import annotations

import json

from workflows.bpmn import texts
from workflows.bpmn.definitions import Declared, event_of, formal, message_of
from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.model import Event, MultiInstance, Need, Node, SequenceFlow, StandardLoop
from workflows.bpmn.places import local, place_of
from workflows.bpmn.source import Element, ours
from workflows.bpmn.vocabulary import BPMN, CATCHING
from workflows.feel import Expression


def node_of(element: Element, scope: str, declared: Declared, findings: Findings) -> Node:
    """A flow node with everything that hangs on it; arrows are added by the reader."""
    place = place_of(element)
    attributes = ours(element)
    holder = attributes.get("holder")
    attached = element.get("attachedToRef")
    return Node(
        id=element.get("id") or "",
        kind=element.name,
        name=element.get("name") or "",
        line=element.line,
        scope=scope,
        attributes=attributes,
        default=local(element.get("default") or "") or None,
        event=_event(element, declared, findings),
        attached_to=local(attached) if attached is not None else None,
        interrupting=_interrupting(element),
        loop=_loop(element, findings),
        repeat=_repeat(element, findings),
        triggered=texts.is_true(element.get("triggeredByEvent")),
        called=element.get("calledElement"),
        holder=(
            texts.expression(holder, "approval:holder", place, findings)
            if holder is not None
            else None
        ),
    )


def _event(element: Element, declared: Declared, findings: Findings) -> Event | None:
    """A receive task waits like a message event."""
    if element.name == "receiveTask":
        return message_of(element, element, declared, findings)
    return event_of(element, declared, findings) if element.name.endswith("Event") else None


def _interrupting(element: Element) -> bool:
    attribute = "isInterrupting" if element.name == "startEvent" else "cancelActivity"
    return element.name not in CATCHING or texts.is_true(element.get(attribute), otherwise=True)


def _repeat(element: Element, findings: Findings) -> StandardLoop | None:
    loop = element.first(BPMN, "standardLoopCharacteristics")
    if loop is None:
        return None
    place, maximum = place_of(loop), loop.get("loopMaximum")
    most = None
    if maximum is not None:
        most = texts.whole(maximum, 1, "loopMaximum", place, findings)
    condition = formal(loop, "loopCondition", place, findings)
    if maximum is None and loop.first(BPMN, "loopCondition") is None:
        message = "standard loop without loopCondition and without loopMaximum"
        findings.add("B020", place, message, "say when it goes on, or how often at most")
    return StandardLoop(texts.is_true(loop.get("testBefore")), most, condition)


def _loop(element: Element, findings: Findings) -> MultiInstance | None:
    loop = element.first(BPMN, "multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    place, given = place_of(loop), ours(loop)

    def name(attribute: str) -> str | None:
        what = f"approval:{attribute}"
        return texts.variable(given.get(attribute), what, place, findings)

    need: Need | None = None
    if "need" in given:
        need = texts.need(given["need"], place, findings)
    elif given.get("mode") == "QUORUM":
        message = 'approval:mode="QUORUM" without approval:need'
        findings.add("B020", place, message, "say how many approvals are enough, e.g. 2/3")
    quorum = 1
    if "minQuorum" in given:
        what = "approval:minQuorum"
        quorum = texts.whole(given["minQuorum"], 1, what, place, findings) or 1
    return MultiInstance(
        sequential=texts.is_true(loop.get("isSequential")),
        collection=name("collection"),
        item=name("item") or "item",
        cardinality=_cardinality(loop, place, findings),
        completion=formal(loop, "completionCondition", place, findings),
        output=name("output"),
        output_item=name("outputItem"),
        mode=given.get("mode"),
        need=need,
        min_quorum=quorum,
        on_reject=given.get("onReject", "first"),
        weight=(
            texts.expression(given["weight"], "approval:weight", place, findings)
            if "weight" in given
            else None
        ),
    )


def _cardinality(loop: Element, place: Place, findings: Findings) -> Expression | None:
    """A plain number is accepted too: modelers write it without "="."""
    element = loop.first(BPMN, "loopCardinality")
    if element is not None and element.text.strip().isdecimal():
        return texts.expression(f"={element.text.strip()}", "loopCardinality", place, findings)
    return formal(loop, "loopCardinality", place, findings)


def flow_of(element: Element, findings: Findings) -> SequenceFlow:
    """A sequence flow; `outcome` and `conditionExpression` together must both hold."""
    place = place_of(element)
    outcome = ours(element).get("outcome")
    condition = formal(element, "conditionExpression", place, findings)
    if outcome is not None:
        text = f"=outcome = {json.dumps(outcome, ensure_ascii=False)}"
        if condition is not None:
            text += f" and ({condition.source})"
        condition = texts.expression(text, "approval:outcome", place, findings)
    return SequenceFlow(
        id=element.get("id") or "",
        source=local(element.get("sourceRef") or ""),
        target=local(element.get("targetRef") or ""),
        name=element.get("name") or "",
        line=element.line,
        condition=condition,
        outcome=outcome,
    )
