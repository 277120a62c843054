"""Shapes that other tools write, drawn here anew: each loads, or every reason is told once with a way out."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest

from tests.workflows.diagrams import diagram
from workflows.bpmn import SHORT_ROLES, Bindings, check, read
from workflows.bpmn.model import Issue

BINDINGS = Bindings(roles=SHORT_ROLES, handlers=frozenset({"record"}))
HEAD = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:drools="http://www.jboss.org/drools" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
)
PLAIN = (
    '<startEvent id="s"/><userTask id="t" xmlns:approval="urn:approvals:bpmn:1" approval:role="county"/><endEvent id="e"/>'
    '<sequenceFlow id="a" sourceRef="s" targetRef="t"/><sequenceFlow id="b" sourceRef="t" targetRef="e"/>'
)


def told(
    inside: str, *, head: str = "", process: str = 'id="p" isExecutable="true"', before: str = ""
) -> list[Issue]:
    text = f"<definitions {HEAD} {head}>{before}<process {process}>{inside}</process></definitions>"
    return check([("x.bpmn", text.encode())], BINDINGS).issues


def errors(issues: list[Issue]) -> list[tuple[str, str | None]]:
    return [(issue.code, issue.element) for issue in issues if issue.severity == "error"]


def test_a_namespace_with_a_blank_in_it_is_a_namespace() -> None:
    """A tool that makes a namespace of the folder's name."""
    assert errors(told(PLAIN, head='xmlns:q="http://A.3.0/Initial Import/Process"')) == []


def test_a_host_named_with_its_prefix_is_found() -> None:
    edge = '<boundaryEvent id="late" attachedToRef="q:t"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="e2"/><sequenceFlow id="c" sourceRef="late" targetRef="e2"/>'
    assert errors(told(PLAIN + edge, head='xmlns:q="urn:q"')) == []


@pytest.mark.parametrize(
    "language",
    [
        "http://www.w3.org/1999/XPath",
        "http://www.w3.org/TR/XPath",
        "https://www.omg.org/spec/FEEL/",
    ],
)
def test_the_language_that_tools_write_when_nobody_chose_one_is_no_fault(language: str) -> None:
    assert (
        errors(
            told(
                PLAIN,
                head=f'expressionLanguage="{language}" typeLanguage="http://www.w3.org/2001/XMLSchema"',
            )
        )
        == []
    )


def test_a_language_that_was_chosen_is_told() -> None:
    assert [
        code for code, _ in errors(told(PLAIN, head='expressionLanguage="http://www.mvel.org/2.0"'))
    ] == ["B042"]


def test_a_drawing_that_is_not_executable_is_still_read_to_its_end() -> None:
    """The drawing tools' default; all that would have to be done is told at once."""
    split = (
        '<startEvent id="s"/><exclusiveGateway id="x" gatewayDirection="Diverging"/><task id="a" startQuantity="1" completionQuantity="1"/>'
        '<task id="b"/><endEvent id="e"/><sequenceFlow id="f0" isImmediate="true" sourceRef="s" targetRef="x"/>'
        '<sequenceFlow id="f1" sourceRef="x" targetRef="a"/><sequenceFlow id="f2" sourceRef="x" targetRef="b"/>'
        '<sequenceFlow id="f3" sourceRef="a" targetRef="e"/><sequenceFlow id="f4" sourceRef="b" targetRef="e"/>'
    )
    issues = told(split, process='id="p" isExecutable="false" isClosed="false" processType="None"')
    assert errors(issues) == [("B006", None), ("B055", "f1"), ("B055", "f2")]
    assert {(i.code, i.element) for i in issues} >= {("B019", "a"), ("B019", "b")}


def test_two_pools_of_which_none_runs_are_one_fault() -> None:
    other = '<process id="q" isExecutable="false"><startEvent id="s2"/><endEvent id="e2"/><sequenceFlow id="f2" sourceRef="s2" targetRef="e2"/></process>'
    assert errors(told(PLAIN, process='id="p" isExecutable="false"', before=other)) == [
        ("B006", None)
    ]


def test_a_collapsed_sub_process_with_nothing_inside_is_told_once() -> None:
    inside = PLAIN.replace("<userTask", '<subProcess id="box"/><userTask').replace(
        'targetRef="t"', 'targetRef="box"'
    )
    inside += '<sequenceFlow id="c" sourceRef="box" targetRef="t"/>'
    assert errors(told(inside)) == [("B050", "box")]


def test_an_implementation_that_is_refused_is_not_told_to_lack_a_handler_as_well() -> None:
    inside = PLAIN.replace(
        "<endEvent", '<serviceTask id="w" implementation="${services.get()}"/><endEvent'
    ).replace('sourceRef="t"', 'sourceRef="w"')
    inside += '<sequenceFlow id="c" sourceRef="t" targetRef="w"/>'
    (issue,) = [i for i in told(inside) if i.severity == "error"]
    assert (issue.code, issue.element) == ("B013", "w")
    assert "approval:handler" in issue.hint


def test_an_activity_for_compensation_needs_no_arrows_and_is_told_once() -> None:
    inside = PLAIN + '<serviceTask id="undo" isForCompensation="true" camunda:class="x.Y"/>'
    assert errors(told(inside)) == [("B013", "undo"), ("B017", "undo")]


def test_a_package_name_is_a_note_and_an_ad_hoc_switch_counts_when_it_is_on() -> None:
    off = told(
        PLAIN,
        process='id="p" isExecutable="true" drools:packageName="com.example" drools:adHoc="false"',
    )
    assert errors(off) == []
    assert [i.message for i in off if i.code == "B018"] == [
        "not used: packageName (http://www.jboss.org/drools)"
    ]
    assert errors(told(PLAIN, process='id="p" isExecutable="true" drools:adHoc="true"')) == [
        ("B017", "p")
    ]


def test_ids_that_begin_with_a_digit_are_told_one_by_one_and_nothing_follows_from_them() -> None:
    inside = PLAIN.replace('"s"', '"1-s"').replace('"a"', '"4-a"')
    assert errors(told(inside)) == [("B007", "1-s"), ("B007", "4-a")]


def test_messages_that_were_never_named_are_told_where_they_are() -> None:
    inside = (
        '<startEvent id="s"><messageEventDefinition id="m0"/></startEvent><eventBasedGateway id="g"/><receiveTask id="r1"/><receiveTask id="r2"/><endEvent id="e"/>'
        '<sequenceFlow id="a" sourceRef="s" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="r1"/><sequenceFlow id="c" sourceRef="g" targetRef="r2"/>'
        '<sequenceFlow id="d" sourceRef="r1" targetRef="e"/><sequenceFlow id="f" sourceRef="r2" targetRef="e"/><laneSet/>'
    )
    assert errors(told(inside)) == [("B009", "m0"), ("B009", "r1"), ("B009", "r2")]


# Hostile files are bounded

STEP = diagram(
    {"start": {}, "step": {"role": "county"}, "end": {}}, [("start", "step"), ("step", "end")]
)


def answer(content: bytes) -> list[str]:
    """The codes of the errors. The bound on time is generous: it is a bound, not a measurement."""
    begun = time.monotonic()
    codes = [i.code for i in check([("x.bpmn", content)], BINDINGS).issues if i.severity == "error"]
    assert time.monotonic() - begun < 60
    return codes


def wide(count: int) -> bytes:
    nodes: dict[str, Any] = {
        "start": {},
        **{f"t{n}": {"role": "county"} for n in range(count)},
        "end": {},
    }
    names = list(nodes)
    return diagram(nodes, list(pairwise(names)), drawn=False).encode()


def nested(depth: int) -> bytes:
    inner = (
        '<startEvent id="s"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/>'
    )
    for level in range(depth):
        inner = (
            f'<startEvent id="s{level}"/><subProcess id="box{level}">{inner}</subProcess><endEvent id="e{level}"/>'
            f'<sequenceFlow id="a{level}" sourceRef="s{level}" targetRef="box{level}"/><sequenceFlow id="b{level}" sourceRef="box{level}" targetRef="e{level}"/>'
        )
    return f'<definitions {HEAD}><process id="p" isExecutable="true">{inner}</process></definitions>'.encode()


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]>' + STEP.encode(), ["B002"]),
        (STEP.replace("<bpmn:process", '<!-- <!DOCTYPE --><bpmn:process').encode(), ["B002"]),
        (b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(b'<!ENTITY %c "&%c;&%c;">' % (98 + n, 97 + n, 97 + n) for n in range(20)) + b"]><l>&u;</l>", ["B002"]),
        (STEP.encode() + b" " * (50 * 1024 * 1024), ["B001"]),
        (wide(4_000), []),
        (nested(90), []),
        (nested(150), []),
        (nested(300), ["B004"]),
        (b"<a>" * 1_000_000, ["B004"]),
        (STEP.encode("utf-16"), []),
        (STEP.encode("utf-8-sig"), []),
        (('<?xml version="1.0" encoding="ISO-8859-1"?>' + STEP).encode("latin-1"), []),
        (('<?xml version="1.0" encoding="UTF-8"?>' + STEP.replace('name="step"', 'name="Prüfung"')).encode("latin-1"), ["B003"]),
        (('<?xml version="1.0" encoding="UTF-16"?>' + STEP).encode(), ["B003"]),
        (('<?xml version="1.0" encoding="no-such"?>' + STEP).encode(), ["B003"]),
    ],
    ids=["doctype", "doctype-in-comment", "bomb", "50MB", "4000-tasks", "90-deep", "150-deep", "300-deep", "flood", "utf-16", "bom", "latin-1", "latin-1-undeclared", "utf-16-only-said", "unknown"],
)  # fmt: skip
def test_a_hostile_or_odd_file_is_answered(content: bytes, codes: list[str]) -> None:
    assert answer(content) == codes


def test_deep_feel_and_a_very_long_condition_are_one_fault_each() -> None:
    for condition in ("=" + "(" * 500 + "1" + ")" * 500, "=" + "n + " * 3_000 + "1 > 0"):
        flows = [
            ("start", "x"),
            ("x", "end", condition),
            ("x", "b", {"default": True}),
            ("b", "end"),
        ]
        text = diagram(
            {"start": {}, "x": {"kind": "exclusiveGateway"}, "b": {"role": "county"}, "end": {}},
            flows,
        )
        assert answer(text.encode()) == ["B040"]


def test_many_loops_around_an_inclusive_join_are_bounded() -> None:
    nodes: dict[str, Any] = {
        "start": {},
        "o": {"kind": "inclusiveGateway"},
        "j": {"kind": "inclusiveGateway"},
        "end": {},
    }
    flows: list[tuple[Any, ...]] = [("start", "o"), ("j", "end")]
    for n in range(400):
        nodes |= {f"m{n}": {"kind": "exclusiveGateway"}, f"d{n}": {"kind": "exclusiveGateway"}}
        flows += [
            ("o", f"m{n}", f"=n > {n}"),
            (f"m{n}", f"d{n}"),
            (f"d{n}", f"m{n}", "=n = 1"),
            (f"d{n}", "j", {"default": True}),
        ]
    assert answer(diagram(nodes, flows, drawn=False).encode()) == []


def test_a_reading_keeps_what_is_drawn_of_other_pools_and_runs_one() -> None:
    text = (
        f'<definitions {HEAD}><collaboration id="c"><participant id="pa" name="Ours" processRef="p"/><participant id="pb" name="Theirs" processRef="q"/>'
        f'<messageFlow id="mf" sourceRef="t" targetRef="pb"/></collaboration><process id="q"/><process id="p" isExecutable="true">{PLAIN}</process></definitions>'
    )
    model = read(text.encode(), "x").model
    assert model is not None
    assert set(model.nodes) == {"s", "t", "e"}
