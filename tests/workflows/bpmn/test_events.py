"""Checks of events, event gateways, event sub-processes, links and loops."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.workflows.bpmn.checking import AND, CATCH, PERSON, ROBOT, XOR, found, issues, one_step
from tests.workflows.diagrams import diagram
from workflows.bpmn import Bindings, check

WAY = [("start", "step"), ("step", "end")]
BASE = {"start": {}, "step": PERSON, "end": {}}
EVENTS = {"kind": "eventBasedGateway"}
MESSAGE = {"kind": "intermediateCatchEvent", "message": "M"}
LINK = '<bpmn:linkEventDefinition name="L"/>'
COME, GO = (
    {"kind": "intermediateCatchEvent", "raw": LINK},
    {"kind": "intermediateThrowEvent", "raw": LINK},
)


def codes(nodes: dict[str, Any], flows: list[tuple[Any, ...]]) -> list[tuple[str, str | None]]:
    return found(issues(nodes, flows))


def event_sub(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    inner = {"on": {"kind": "startEvent", **event}, "t": PERSON, "off": {"kind": "endEvent"}}
    return {
        "kind": "subProcess",
        "triggeredByEvent": True,
        "nodes": inner,
        "flows": [("on", "t"), ("t", "off")],
        **more,
    }


def test_every_event_of_the_second_tier_is_clean() -> None:
    nodes = {
        **BASE, "g": EVENTS, "m": MESSAGE, "pause": CATCH, "x": XOR, "tell": {"kind": "intermediateThrowEvent", "signal": "S"},
        "up": {"kind": "intermediateThrowEvent", "escalation": "E"}, "when": {"kind": "intermediateCatchEvent", "condition": "=outcome = \"a\""},
        "day": {"kind": "intermediateCatchEvent", "date": "2026-03-31T17:30:00+08:00"},
        "again": {"kind": "boundaryEvent", "attached_to": "step", "cycle": "R3/PT1H", "interrupting": False}, "end_again": {"message": "M"},
        "loop": {**ROBOT, "raw": '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'},
        "receive": {"kind": "receiveTask", "plain": {"messageRef": "message_M"}}, "esp": event_sub({"escalation": "E", "isInterrupting": "false"}),
    }  # fmt: skip
    flows = [("start", "step"), ("step", "g"), ("g", "m"), ("g", "pause"), ("m", "x"), ("pause", "x"), ("x", "tell"), ("tell", "up"), ("up", "when"),
             ("when", "day"), ("day", "loop"), ("loop", "receive"), ("receive", "end"), ("again", "end_again")]  # fmt: skip
    assert issues(nodes, flows) == []


@pytest.mark.parametrize(
    ("event", "code", "word"),
    [({"cycle": "every day"}, "B045", "timeCycle"), ({"cycle": "R0/PT1H"}, "B045", "never"), ({"cycle": "R3/PT0S"}, "B045", "repetition"),
     ({"cycle": "0 0 * * *"}, "B045", "timeCycle"), ({"date": "tomorrow"}, "B045", "timeDate"), ({"date": "2026-01-01", "calendar": "days"}, "B016", "calendar"),
     ({"timer": "P5D", "countFrom": "publication_day"}, "B016", "countFrom"), ({"timer": "P5D", "calendar": "workdays", "countFrom": "today"}, "B016", "countFrom"),
     ({"cycle": "R3/P1D", "calendar": "workdays", "countFrom": "publication_day"}, "B016", "countFrom"),
     ({"message": ""}, "B009", "messageRef"), ({"signal": ""}, "B009", "signalRef"), ({"raw": "<bpmn:linkEventDefinition/>"}, "B009", "link"),
     ({"raw": "<bpmn:conditionalEventDefinition/>"}, "B009", "condition"), ({"condition": "x > 1"}, "B040", "x > 1"),
     ({"raw": '<bpmn:messageEventDefinition messageRef="nobody"/>'}, "B030", "nobody")],
)  # fmt: skip
def test_an_event_that_says_nothing_usable_is_refused(
    event: dict[str, str], code: str, word: str
) -> None:
    faults = issues({**BASE, "step": {"kind": "intermediateCatchEvent", **event}}, WAY)
    assert [(i.code, i.element) for i in faults][:1] == [(code, "step")]
    assert word in faults[0].message


def test_behind_an_event_gateway_stand_events_only() -> None:
    nodes = {**BASE, "g": EVENTS, "m": MESSAGE, "a": PERSON}
    flows = [("start", "g"), ("g", "m"), ("g", "a"), ("m", "end"), ("a", "end")]
    assert ("B031", "g_to_a") in codes({k: v for k, v in nodes.items() if k != "step"}, flows)
    alone = [("start", "g"), ("g", "m"), ("m", "end")]
    assert codes({"start": {}, "g": EVENTS, "m": MESSAGE, "end": {}}, alone) == [("B009", "g")]


def test_a_deadlock_behind_an_event_gateway_is_found() -> None:
    nodes = {"start": {}, "g": EVENTS, "m": MESSAGE, "t": CATCH, "j": AND, "end": {}}
    assert codes(
        nodes, [("start", "g"), ("g", "m"), ("g", "t"), ("m", "j"), ("t", "j"), ("j", "end")]
    ) == [("B070", "j")]


def test_links_have_two_ends_and_no_arrows_between() -> None:
    assert (
        codes(
            {"start": {}, "step": GO, "come": COME, "end": {}}, [("start", "step"), ("come", "end")]
        )
        == []
    )
    assert codes({"start": {}, "step": GO, "end": {}}, [("start", "step")]) == [
        ("B030", "step"),
        ("B051", "end"),
    ]
    assert codes(
        {"start": {}, "step": PERSON, "come": COME, "end": {}},
        [("start", "step"), ("step", "end"), ("come", "end")],
    ) == [("B051", "come")]
    assert ("B054", "come") in codes(
        {"start": {}, "come": COME, "end": {}}, [("start", "come"), ("come", "end")]
    )
    two = {"start": {}, "step": GO, "come": COME, "come2": COME, "end": {}}
    assert ("B008", "come2") in codes(two, [("start", "step"), ("come", "end"), ("come2", "end")])


def test_an_event_sub_process_starts_by_its_event_and_by_no_arrow() -> None:
    assert codes({**BASE, "esp": event_sub({"message": "M"})}, WAY) == []
    assert codes({**BASE, "esp": event_sub({})}, WAY) == [("B050", "on")]
    assert ("B054", "esp") in codes(
        {**BASE, "esp": event_sub({"message": "M"})}, [*WAY, ("step", "esp")]
    )
    assert codes({**BASE, "esp": event_sub({"error": "E", "isInterrupting": "false"})}, WAY) == [
        ("B013", "on")
    ]
    assert codes({**BASE, "esp": event_sub({"message": "M"}, multi={"collection": "x"})}, WAY) == [
        ("B020", "esp")
    ]


def test_an_ordinary_sub_process_begins_at_a_none_start() -> None:
    inner = {"on": {"kind": "startEvent", "message": "M"}, "off": {"kind": "endEvent"}}
    assert codes(
        {**BASE, "step": {"kind": "subProcess", "nodes": inner, "flows": [("on", "off")]}}, WAY
    ) == [("B050", "on")]
    assert codes({**BASE, "start": {"error": "E"}}, WAY) == [("B050", "start")]
    assert codes({**BASE, "start": {"isInterrupting": "false"}}, WAY) == [("B013", "start")]


def test_several_event_starts_are_rivals_and_a_call_needs_a_none_start() -> None:
    nodes = {
        "a": {"kind": "startEvent", "message": "M"},
        "b": {"kind": "startEvent", "timer": "P1D"},
        "x": XOR,
        "step": PERSON,
        "end": {},
    }
    flows = [("a", "x"), ("b", "x"), ("x", "step"), ("step", "end")]
    assert codes(nodes, flows) == []
    calling = diagram(
        {"start": {}, "step": {"kind": "callActivity", "called": "other"}, "end": {}}, WAY
    )
    other = diagram(nodes, flows, key="other")
    errors = [
        i
        for i in check([("a", calling.encode()), ("b", other.encode())], Bindings()).issues
        if i.severity == "error"
    ]
    assert [(i.code, i.element) for i in errors] == [("B031", "step")]


@pytest.mark.parametrize(
    ("loop", "code"),
    [("<bpmn:standardLoopCharacteristics/>", "B020"), ('<bpmn:standardLoopCharacteristics loopMaximum="none"/>', "B016"),
     ('<bpmn:standardLoopCharacteristics loopMaximum="0"/>', "B016"), ('<bpmn:standardLoopCharacteristics testBefore="x" loopMaximum="1"/>', "B013"),
     ("<bpmn:standardLoopCharacteristics><bpmn:loopCondition>${x}</bpmn:loopCondition></bpmn:standardLoopCharacteristics>", "B042"),
     ('<bpmn:standardLoopCharacteristics loopMaximum="1"/><bpmn:multiInstanceLoopCharacteristics approval:collection="x"/>', "B020")],
)  # fmt: skip
def test_a_loop_that_cannot_run_is_refused(loop: str, code: str) -> None:
    assert code in {issue.code for issue in one_step(raw=loop)}


def test_arrows_with_conditions_out_of_an_activity_are_a_split() -> None:
    nodes = {**BASE, "a": PERSON, "j": AND}
    flows = [
        ("start", "step"),
        ("step", "a", '=outcome = "x"'),
        ("step", "end", {"default": True}),
        ("a", "end"),
    ]
    assert codes({k: v for k, v in nodes.items() if k != "j"}, flows) == []
    joined = [
        ("start", "step"),
        ("step", "a", '=outcome = "x"'),
        ("step", "j"),
        ("a", "j"),
        ("j", "end"),
    ]
    assert codes(nodes, joined) == [("B070", "j")], "the condition may not hold"


def test_what_an_event_sub_process_interrupts_is_no_deadlock_and_its_own_inside_is_searched() -> (
    None
):
    bad = {
        "on": {"kind": "startEvent", "message": "M"},
        "s": XOR,
        "t": PERSON,
        "u": PERSON,
        "j": AND,
        "off": {"kind": "endEvent"},
    }
    flows = [
        ("on", "s"),
        ("s", "t", "=n = 1"),
        ("s", "u", {"default": True}),
        ("t", "j"),
        ("u", "j"),
        ("j", "off"),
    ]
    esp = {"kind": "subProcess", "triggeredByEvent": True, "nodes": bad, "flows": flows}
    assert codes({**BASE, "esp": esp}, WAY) == [("B070", "j")]


def test_a_modelers_empty_definitions_are_refused_each_by_name_and_none_crashes() -> None:
    """The shape of a drawing made to show every symbol: definitions without content."""
    hollow = ["signal", "message", "timer", "link"]
    nodes: dict[str, Any] = {
        "start": {},
        "box": {"kind": "subProcess"},
        "g": EVENTS,
        "call": {"kind": "callActivity"},
        "r": {"kind": "receiveTask"},
    }
    nodes |= {f"c_{kind}": {"kind": "intermediateCatchEvent", "event": kind} for kind in hollow}
    nodes |= {
        f"b_{kind}": {"kind": "boundaryEvent", "attached_to": "call", "event": kind}
        for kind in ("compensate", "cancel", "signal")
    }
    nodes["when"] = {
        "kind": "intermediateCatchEvent",
        "raw": "<bpmn:conditionalEventDefinition><bpmn:condition/></bpmn:conditionalEventDefinition>",
    }
    nodes["many"] = {"kind": "task", "raw": "<bpmn:multiInstanceLoopCharacteristics/>"}
    nodes["complex"] = {"kind": "complexGateway"}
    names = [name for name in nodes if name not in {"start", "box"} and not name.startswith("b_")]
    flows = [("start", "box"), ("box", names[0]), *pairwise(names)]
    text = diagram(nodes, flows).replace(
        'isExecutable="true"', 'isExecutable="false" isClosed="false" processType="None"'
    )
    told = {
        (issue.code, issue.element)
        for issue in check([("sink", text.encode())], Bindings()).issues
        if issue.severity == "error"
    }
    assert {("B006", None), ("B050", "box"), ("B009", "call"), ("B009", "r"), ("B009", "c_signal"), ("B009", "c_message"), ("B009", "c_timer"), ("B009", "c_link"),
            ("B010", "b_compensate"), ("B010", "b_cancel"), ("B009", "b_signal"), ("B040", "when"), ("B020", "many"), ("B010", "complex")} <= told  # fmt: skip
