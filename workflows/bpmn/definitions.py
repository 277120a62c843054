"""Event definitions: what an event waits for or tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.bpmn import texts
from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.model import Event, Timer, first_day
from workflows.bpmn.places import local, place_of
from workflows.bpmn.source import Element, ours
from workflows.bpmn.vocabulary import BPMN
from workflows.feel import Expression


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared at the top of a file: codes and names by id."""

    errors: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    signals: Mapping[str, str] = field(default_factory=dict)
    escalations: Mapping[str, str] = field(default_factory=dict)


def event_of(element: Element, declared: Declared, findings: Findings) -> Event:
    """The one definition inside an event; several are a fault."""
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
    return _defined(element, definitions[0], declared, findings)


def _defined(
    element: Element, definition: Element, declared: Declared, findings: Findings
) -> Event:
    kind, place = definition.name.removesuffix("EventDefinition"), place_of(definition)
    if kind == "timer":
        return Event(kind, timer=_timer(element, definition, findings))
    if kind == "error":
        return Event(kind, code=_error_code(element, definition, declared, findings))
    if kind == "message":
        return message_of(element, definition, declared, findings)
    if kind in {"signal", "escalation"}:
        return _told(element, definition, kind, declared, findings)
    if kind == "conditional":
        return Event(kind, condition=_condition(definition, place, findings))
    if kind == "link":
        name = (definition.get("name") or "").strip()
        if not name:
            findings.add("B009", place, "link event without a name", "its name joins both ends")
        return Event(kind, code=name)
    return Event(kind)


def _told(
    element: Element, definition: Element, kind: str, declared: Declared, findings: Findings
) -> Event:
    """An escalation may be caught without naming it."""
    if kind == "signal":
        return Event(kind, code=_named(definition, kind, declared.signals, findings))
    is_catch = element.name in {"boundaryEvent", "startEvent"}
    if is_catch and definition.get("escalationRef") is None:
        return Event(kind)
    return Event(kind, code=_named(definition, kind, declared.escalations, findings))


def message_of(
    element: Element, definition: Element, declared: Declared, findings: Findings
) -> Event:
    """A message is known by its name. One that is sent needs none: the case does not deliver it."""
    is_sent = element.name in {"intermediateThrowEvent", "endEvent"}
    if is_sent and definition.get("messageRef") is None:
        return Event("message")
    return Event("message", code=_named(definition, "message", declared.messages, findings))


def _named(
    definition: Element, kind: str, declared: Mapping[str, str], findings: Findings
) -> str | None:
    reference, place = definition.get(f"{kind}Ref"), place_of(definition)
    if reference is None:
        message = f"{definition.name} without {kind}Ref"
        findings.add("B009", place, message, f"declare a <bpmn:{kind}> and name it")
        return None
    found = declared.get(local(reference))
    if found is None:
        message = f'{kind}Ref="{reference}" names no {kind} of the file'
        findings.add("B030", place, message, f"declare <bpmn:{kind} id=… name=…>")
    return found


def _condition(definition: Element, place: Place, findings: Findings) -> Expression | None:
    if definition.first(BPMN, "condition") is None:
        findings.add("B009", place, "conditional event without condition", "write e.g. =score > 60")
    return formal(definition, "condition", place, findings)


_COUNTS = "it belongs to a timeDuration with approval:calendar; remove it, or add the calendar"


def _timer(element: Element, definition: Element, findings: Findings) -> Timer:
    """Exactly one of duration, date and cycle."""
    calendar = ours(definition).get("calendar") or ours(element).get("calendar")
    counted = ours(definition).get("countFrom") or ours(element).get("countFrom")
    given = definition.named(BPMN, "timeDuration", "timeDate", "timeCycle")
    place = place_of(definition)
    if not given:
        findings.add("B009", place, "timer without timeDuration", "write e.g. P5D")
        return Timer(calendar=calendar)
    if len(given) > 1:
        names = " and ".join(child.name for child in given)
        findings.add("B012", place, f"timer with {names}", "keep one of them")
    name, text = given[0].name, given[0].text.strip()
    if name == "timeDate" and calendar:
        message = f'approval:calendar="{calendar}" counts nothing in a timeDate'
        findings.add("B016", place, message, "remove it, or write a timeDuration")
    if counted and (name != "timeDuration" or not calendar):
        message = f'approval:countFrom="{counted}" counts nothing here'
        findings.add("B016", place, message, _COUNTS)
    if text.startswith("=") or "{" in text:
        valid = texts.expression(text, name, place, findings) is not None
    elif name == "timeDuration":
        valid = texts.duration(text, calendar, name, place, findings) is not None
    elif name == "timeDate":
        valid = texts.moment(text, name, place, findings)
    else:
        valid = texts.cycle(text, calendar, name, place, findings)
    kept = text if valid else None
    return Timer(
        duration=kept if name == "timeDuration" else None,
        date=kept if name == "timeDate" else None,
        cycle=kept if name == "timeCycle" else None,
        calendar=calendar,
        first=first_day(counted),
    )


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


def formal(parent: Element, name: str, place: Place, findings: Findings) -> Expression | None:
    """A child that holds FEEL text; None when it is absent or wrong."""
    element = parent.first(BPMN, name)
    if element is None:
        return None
    language = element.get("language")
    if language and "feel" not in language.casefold():
        message = f'{name} is written in "{language}", a foreign expression language'
        findings.add("B042", place, message, "write FEEL that begins with =")
        return None
    return texts.expression(element.text, name, place, findings)
