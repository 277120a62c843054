"""XML elements to nodes, events, timers, loops and sequence flows of the model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.bpmn import texts
from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.model import Event, MultiInstance, Need, Node, SequenceFlow, Timer
from workflows.bpmn.places import local, place_of
from workflows.bpmn.source import Element
from workflows.bpmn.vocabulary import BPMN, OURS
from workflows.feel import Expression


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared at the top of a file: codes and names by id."""

    errors: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)


def ours(element: Element) -> dict[str, str]:
    """Our namespace's attributes by local name."""
    return {name: value for (ns, name), value in element.attributes.items() if ns == OURS}


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
        event=_event(element, declared, findings) if element.name.endswith("Event") else None,
        attached_to=local(attached) if attached is not None else None,
        interrupting=texts.is_true(element.get("cancelActivity"), otherwise=True),
        loop=_loop(element, findings),
        called=element.get("calledElement"),
        holder=(
            texts.expression(holder, "approval:holder", place, findings)
            if holder is not None
            else None
        ),
    )


def _event(element: Element, declared: Declared, findings: Findings) -> Event:
    definitions = [
        c for c in element.children if c.namespace == BPMN and c.name.endswith("EventDefinition")
    ]
    if len(definitions) > 1:
        message = f"multiple events: {', '.join(d.name for d in definitions)}"
        findings.add("B010", place_of(element), message, "draw one event for each")
    if not definitions:
        if element.name in {"boundaryEvent", "intermediateCatchEvent"}:
            message = f"{element.name} without an event definition waits for nothing"
            findings.add("B009", place_of(element), message, "add a timerEventDefinition")
        return Event()
    definition = definitions[0]
    kind = definition.name.removesuffix("EventDefinition")
    if kind == "timer":
        return Event(kind, timer=_timer(element, definition, findings))
    if kind == "error":
        return Event(kind, code=_error_code(element, definition, declared, findings))
    return Event(kind)


def _timer(element: Element, definition: Element, findings: Findings) -> Timer:
    calendar = ours(definition).get("calendar") or ours(element).get("calendar")
    given = definition.first(BPMN, "timeDuration")
    place = place_of(definition)
    if given is None:
        if not definition.named(BPMN, "timeDate", "timeCycle"):
            findings.add("B009", place, "timer without timeDuration", "write e.g. P5D")
        return Timer(calendar=calendar)
    text = given.text.strip()
    if text.startswith("=") or "{" in text:
        valid = texts.expression(text, "timeDuration", place, findings) is not None
    else:
        valid = texts.duration(text, calendar, "timeDuration", place, findings) is not None
    return Timer(duration=text if valid else None, calendar=calendar)


def _error_code(
    element: Element, definition: Element, declared: Declared, findings: Findings
) -> str | None:
    reference = definition.get("errorRef")
    place = place_of(definition)
    if reference is None:
        if element.name == "endEvent":
            findings.add("B009", place, "error end event without errorRef", "name the error")
        return None
    code = declared.errors.get(local(reference))
    if code is None:
        message = f'errorRef="{reference}" names no error of the file'
        findings.add("B030", place, message, "declare <bpmn:error id=… errorCode=…>")
    elif not code:
        message = f'error "{reference}" has no errorCode'
        findings.add("B009", place, message, "add errorCode to the declared error")
    return code or None


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
    quorum = 1
    if "minQuorum" in given:
        what = "approval:minQuorum"
        quorum = texts.whole(given["minQuorum"], 1, what, place, findings) or 1
    return MultiInstance(
        sequential=texts.is_true(loop.get("isSequential")),
        collection=name("collection"),
        item=name("item") or "item",
        cardinality=_cardinality(loop, place, findings),
        completion=_formal(loop, "completionCondition", place, findings),
        output=name("output"),
        output_item=name("outputItem"),
        mode=given.get("mode"),
        need=need,
        min_quorum=quorum,
        on_reject=given.get("onReject", "first"),
    )


def _formal(parent: Element, name: str, place: Place, findings: Findings) -> Expression | None:
    element = parent.first(BPMN, name)
    if element is None:
        return None
    language = element.get("language")
    if language and "feel" not in language.casefold():
        message = f'{name} is written in "{language}", a foreign expression language'
        findings.add("B042", place, message, "write FEEL that begins with =")
        return None
    return texts.expression(element.text, name, place, findings)


def _cardinality(loop: Element, place: Place, findings: Findings) -> Expression | None:
    """A plain number is accepted too: modelers write it without "="."""
    element = loop.first(BPMN, "loopCardinality")
    if element is not None and element.text.strip().isdecimal():
        return texts.expression(f"={element.text.strip()}", "loopCardinality", place, findings)
    return _formal(loop, "loopCardinality", place, findings)


def flow_of(element: Element, findings: Findings) -> SequenceFlow:
    """A sequence flow; `outcome` and `conditionExpression` together must both hold."""
    place = place_of(element)
    outcome = ours(element).get("outcome")
    condition = _formal(element, "conditionExpression", place, findings)
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
