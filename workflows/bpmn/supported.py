"""The stage "supported set": walks the executable process with the allow-lists."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from workflows.bpmn import foreign
from workflows.bpmn.issues import Findings
from workflows.bpmn.places import place_of
from workflows.bpmn.source import Element
from workflows.bpmn.vocabulary import (
    ATTRIBUTES,
    BPMN,
    CHILDREN,
    CHOICES,
    COMMON,
    FIXED,
    LATER,
    NEVER,
    NOT_RUN,
    ONCE,
    OPAQUE,
    OUR_ATTRIBUTES,
    OURS,
    WAYS_OUT,
)

EVENT_WAYS = {
    "errorEventDefinition": "an error is thrown by an end event and caught at a boundary",
    "escalationEventDefinition": "catch an escalation at a boundary or in an event sub-process",
    "terminateEventDefinition": "only an end event terminates",
    "linkEventDefinition": "links join intermediate events only",
    "timerEventDefinition": "the clock is waited for, not told",
    "conditionalEventDefinition": "a condition is waited for, not told",
}
ALL_OURS = frozenset[str]().union(*OUR_ATTRIBUTES.values())


def look_at(element: Element, findings: Findings) -> None:
    """Reports everything in `element` and below that is on no list."""
    waiting = [element]
    while waiting:
        current = waiting.pop()
        _attributes(current, findings)
        foreign.look_at(current, place_of(current), findings)
        if current.name in OPAQUE:
            continue
        _once(current, findings)
        waiting.extend(child for child in reversed(current.children) if _child(child, findings))


def _once(element: Element, findings: Findings) -> None:
    seen: set[str] = set()
    for child in element.children:
        if child.namespace == BPMN and child.name in ONCE and child.name in seen:
            message = f"second {child.name} in one {element.name}"
            findings.add("B012", place_of(child), message, "keep one of them")
        seen.add(child.name)


def _child(child: Element, findings: Findings) -> bool:
    """Whether the child belongs where it is (and is worth looking into)."""
    parent = child.parent
    if parent is None:
        return False
    if child.namespace != BPMN:
        if parent.name != "definitions":
            where = child.namespace or "no namespace"
            _unknown(child, f"element {child.name} of {where}", findings)
        return False
    if child.name in CHILDREN.get(parent.name, ()):
        if child.name in NOT_RUN:
            message = f"{child.name} is kept but not run"
            findings.add("B019", place_of(child), message, NOT_RUN[child.name])
        return True
    _silence(child, findings)
    _refused(child, parent, findings)
    return False


def _refused(child: Element, parent: Element, findings: Findings) -> None:
    place = place_of(child)
    if child.name in NEVER:
        findings.add("B010", place, f"{child.name} is not supported", NEVER[child.name])
    elif child.name in LATER:
        findings.add("B011", place, f"{child.name} is not supported yet", LATER[child.name])
    elif child.name.endswith("EventDefinition"):
        message = f"{child.name} on a {parent.name} is not supported"
        findings.add("B010", place, message, EVENT_WAYS.get(child.name, "use another event"))
    elif child.name.endswith("LoopCharacteristics"):
        message = f"{child.name} on a {parent.name} is not supported"
        findings.add("B010", place, message, "only activities repeat")
    else:
        near = close(child.name, CHILDREN.get(parent.name, ()))
        _unknown(child, f"element {child.name} in {parent.name}", findings, near)


def _silence(child: Element, findings: Findings) -> None:
    """Later stages say nothing about a node that is refused already."""
    place = place_of(child)
    if place.element:
        findings.silent.add(place.element)
    parent = child.parent
    if parent is not None and (own := parent.get("id")) and parent.name.endswith("Event"):
        findings.silent.add(own)


def _unknown(child: Element, what: str, findings: Findings, near: str = "") -> None:
    hint = f"did you mean {near}?" if near else "remove it"
    findings.add("B012", place_of(child), f"unknown {what}", hint)


MAX_NAMES = 300
MAX_LENGTH = 80
"""Beyond these a guess costs more than it helps."""


def close(name: str, names: Collection[str], likeness: float = 0.6) -> str:
    """The nearest known name, upper and lower case not counted, or nothing."""
    if len(names) > MAX_NAMES or len(name) > MAX_LENGTH:
        return ""
    folded = {known.casefold(): known for known in sorted(names)}
    near = difflib.get_close_matches(name.casefold(), folded, 1, likeness)
    return folded[near[0]] if near else ""


def _attributes(element: Element, findings: Findings) -> None:
    for (namespace, name), value in element.attributes.items():
        if namespace == OURS:
            _ours(element, name, value, findings)
        elif namespace in {"", BPMN}:
            _plain(element, name, value, findings)
        elif namespace.startswith("urn:approval"):
            message = f"unknown namespace {namespace} of attribute {name}"
            findings.add("B014", place_of(element), message, f"did you mean {OURS}?")


def _plain(element: Element, name: str, value: str, findings: Findings) -> None:
    if element.name in OPAQUE:
        return
    known = ATTRIBUTES.get(element.name, COMMON)
    place = place_of(element)
    if name not in known:
        near = close(name, known)
        hint = WAYS_OUT.get(name) or (f"did you mean {near}?" if near else "remove it")
        findings.add("B013", place, f"attribute {name} of {element.name} is not supported", hint)
    elif name in FIXED and value.strip() not in FIXED[name][0]:
        message = f'{name}="{value}" of {element.name} is not supported'
        findings.add("B013", place, message, FIXED[name][1])
        if name == "isForCompensation" and place.element:
            findings.silent.add(place.element)  # it needs no arrows: that is no second fault
    elif name == "messageRef" and element.name == "sendTask":
        message = f'messageRef="{value}" of {element.name} is not used'
        findings.add("B018", place, message, "the handler decides what is sent")


def _ours(element: Element, name: str, value: str, findings: Findings) -> None:
    known = OUR_ATTRIBUTES.get(element.name, frozenset())
    place = place_of(element)
    if name in known:
        if name in CHOICES and value not in CHOICES[name]:
            near = close(value, CHOICES[name])
            choices = ", ".join(sorted(CHOICES[name]))
            hint = f"did you mean {near}? " if near else ""
            message = f'approval:{name}="{value}" is not one of the known values'
            findings.add("B016", place, message, f"{hint}known: {choices}")
        return
    if name in ALL_OURS:
        owners = ", ".join(sorted(e for e, names in OUR_ATTRIBUTES.items() if name in names))
        message = f"approval:{name} has no meaning on a {element.name}"
        findings.add("B015", place, message, f"it belongs on: {owners}")
        return
    near = close(name, known) or close(name, ALL_OURS)
    hint = f"did you mean approval:{near}?" if near else f"known: {', '.join(sorted(known))}"
    findings.add("B014", place, f"unknown attribute approval:{name} on {element.name}", hint)
