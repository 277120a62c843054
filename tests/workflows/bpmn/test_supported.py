"""The supported set: everything else is refused by name, with the way out."""

from __future__ import annotations

import pytest

from tests.workflows.bpmn.checking import AND, PERSON, ROBOT, XOR, checked, found, issues, one_step
from tests.workflows.diagrams import diagram
from workflows.bpmn import Bindings, check, read
from workflows.bpmn.svg import draw

WAY = [("start", "step"), ("step", "end")]


def test_a_flow_of_every_supported_element_is_clean() -> None:
    inner = {
        "s": {"kind": "startEvent"},
        "t": PERSON,
        "x": XOR,
        "e": {"kind": "endEvent", "error": "E1"},
        "f": {"kind": "endEvent"},
    }
    inside = [
        ("s", "t"),
        ("t", "x"),
        ("x", "e", {"outcome": "wrong"}),
        ("x", "f", {"default": True}),
    ]
    nodes = {
        "start": {},
        "split": AND,
        "user": {
            **PERSON,
            "outcomes": "approve return",
            "due": "P5D",
            "calendar": "workdays",
            "result": "first",
        },
        "late": {
            "kind": "boundaryEvent",
            "attached_to": "user",
            "timer": "P5D",
            "calendar": "workdays",
        },
        "remind": {
            "kind": "boundaryEvent",
            "attached_to": "user",
            "timer": '=duration("P2D")',
            "interrupting": False,
        },
        "manual": {**PERSON, "kind": "manualTask"},
        "panel": {
            **PERSON,
            "multi": {
                "collection": "experts",
                "item": "expert",
                "mode": "QUORUM",
                "need": "2/3",
                "minQuorum": "3",
            },
            "holder": "=expert",
            "exclude": "user",
            "assign": "last:manual",
        },
        "robot": ROBOT,
        "failed": {"kind": "boundaryEvent", "attached_to": "robot", "error": "E1"},
        "any": {"kind": "boundaryEvent", "attached_to": "sub", "error": ""},
        "rule": {"kind": "businessRuleTask", "handler": "record"},
        "script": {"kind": "scriptTask", "handler": "record"},
        "send": {"kind": "sendTask", "handler": "record"},
        "wait": {"kind": "intermediateCatchEvent", "timer": "PT12H"},
        "sub": {"kind": "subProcess", "nodes": inner, "flows": inside},
        "choose": XOR,
        "join": AND,
        "end": {"verdict": "approved", "phase": "done_yes"},
        "end_stop": {"event": "terminate", "verdict": "lapsed"},
        "end_error": {"kind": "endEvent", "error": "E2"},
    }
    flows = [
        ("start", "split"),
        ("split", "user"), ("user", "choose"),
        ("choose", "rule", {"outcome": "approve"}), ("choose", "script", {"default": True}),
        ("rule", "merge"), ("script", "merge"), ("merge", "join"),
        ("split", "manual"), ("manual", "panel"), ("panel", "robot"), ("robot", "send"), ("send", "wait"),
        ("wait", "join"), ("join", "sub"), ("sub", "end"),
        ("late", "end_stop"), ("remind", "end_reminded"), ("failed", "end_error"), ("any", "end_error"),
    ]  # fmt: skip
    nodes |= {"merge": XOR, "end_reminded": {}}
    assert issues(nodes, flows) == []


def test_a_passing_task_is_a_warning() -> None:
    (issue,) = issues({"start": {}, "step": {"kind": "task"}, "end": {}}, WAY)
    assert (issue.code, issue.severity) == ("B019", "warning")


@pytest.mark.parametrize(
    "kind",
    ["complexGateway", "transaction", "adHocSubProcess", "choreographyTask", "callChoreography"],
)
def test_what_is_never_supported_is_refused_with_the_way_out(kind: str) -> None:
    (issue,) = issues({"start": {}, "step": {"kind": kind}, "end": {}}, WAY)
    assert (issue.code, issue.element) == ("B010", "step")
    assert kind in issue.message
    assert issue.hint


@pytest.mark.parametrize("kind", ["intermediateCatchEvent", "intermediateThrowEvent"])
@pytest.mark.parametrize("event", ["cancel", "compensate", "terminate", "error"])
def test_an_event_that_cannot_stand_there_is_refused_once(kind: str, event: str) -> None:
    (issue,) = issues({"start": {}, "step": {"kind": kind, "event": event}, "end": {}}, WAY)
    assert (issue.code, issue.element) == ("B010", "step")
    assert event in issue.message
    assert issue.hint


def test_several_definitions_in_one_event_are_refused() -> None:
    node = {
        "kind": "intermediateCatchEvent",
        "timer": "P1D",
        "raw": '<bpmn:timerEventDefinition id="second"><bpmn:timeDuration>P2D</bpmn:timeDuration></bpmn:timerEventDefinition>',
    }
    assert ("B010", "step") in found(issues({"start": {}, "step": node, "end": {}}, WAY))


@pytest.mark.parametrize(
    ("plain", "word"),
    [
        ({"startQuantity": "2"}, "startQuantity"),
        ({"completionQuantity": "3"}, "completionQuantity"),
        ({"isForCompensation": "true"}, "isForCompensation"),
        ({"implementation": "http://example.org/task"}, "implementation"),
        ({"operationRef": "op"}, "operationRef"),
        ({"fooBar": "1"}, "fooBar"),
    ],
)
def test_an_attribute_that_would_change_execution_is_refused(
    plain: dict[str, str], word: str
) -> None:
    (issue,) = one_step(plain=plain)
    assert (issue.code, issue.element) == ("B013", "step")
    assert word in issue.message
    assert issue.hint


def test_harmless_attributes_at_their_defaults_pass() -> None:
    assert (
        one_step(
            plain={
                "startQuantity": "1",
                "isForCompensation": "false",
                "implementation": "##unspecified",
            }
        )
        == []
    )


def test_script_text_is_never_run() -> None:
    node = {
        "kind": "scriptTask",
        "handler": "record",
        "raw": "<bpmn:script>import os</bpmn:script>",
    }
    (issue,) = issues({"start": {}, "step": node, "end": {}}, WAY)
    assert (issue.code, issue.element) == ("B010", "step")
    assert "approval:handler" in issue.hint


@pytest.mark.parametrize(
    ("node", "code", "hint"),
    [
        ({"rolle": "county"}, "B014", "approval:role"),
        ({"OUTCOMES": "a"}, "B014", "approval:outcomes"),
        ({"qqqqqq": "a"}, "B014", "known:"),
        ({"handler": "record"}, "B015", "serviceTask"),
        ({"due": "P1D", "calendar": "workday"}, "B016", "workdays"),
        ({"assign": "nobody"}, "B016", "starter"),
        ({"due": "5 days"}, "B045", "P5D"),
        ({"due": "PT5H", "calendar": "workdays"}, "B045", "P5D"),
        ({"calendar": "workdays"}, "B016", "approval:due"),
        ({"due": "P5D", "countFrom": "publication_day"}, "B016", "add both"),
        ({"holder": "item"}, "B040", "=item"),
        ({"result": "two words"}, "B016", "one name"),
    ],
)
def test_our_attributes_are_checked(node: dict[str, str], code: str, hint: str) -> None:
    (issue,) = one_step(**node)
    assert (issue.code, issue.element) == (code, "step")
    assert hint in issue.hint


def test_a_misspelt_namespace_of_ours_is_not_ignored() -> None:
    text = diagram({"start": {}, "step": PERSON, "end": {}}, WAY).replace(
        "urn:approvals:bpmn:1", "urn:approvals:bpmn:2"
    )
    codes = {i.code for i in check([("x", text.encode())], Bindings()).issues}
    assert "B014" in codes


def test_the_process_attributes_are_checked() -> None:
    wrong = {"validFrom": "2026-02-30", "titel": "x"}
    assert {
        i.code for i in issues({"start": {}, "step": PERSON, "end": {}}, WAY, attributes=wrong)
    } == {"B014", "B016"}
    text = diagram({"start": {}, "step": PERSON, "end": {}}, WAY).replace(
        'approval:version="1"', 'approval:version="0"'
    )
    assert {i.code for i in read(text.encode(), "x").issues} == {"B016"}


CAMUNDA = "http://camunda.org/schema/1.0/bpmn"


def with_attribute(attribute: str, namespace: str) -> list[tuple[str, str]]:
    text = diagram({"start": {}, "step": PERSON, "end": {}}, WAY)
    text = text.replace(
        '<bpmn:userTask id="step"', f'<bpmn:userTask xmlns:o="{namespace}" o:{attribute} id="step"'
    )
    return [(i.code, i.severity) for i in read(text.encode(), "x").issues]


def test_another_engines_attribute_that_would_execute_is_refused() -> None:
    assert with_attribute('assignee="demo"', CAMUNDA) == [("B017", "error")]
    assert with_attribute('delegateExpression="${x}"', CAMUNDA) == [("B017", "error")]


def test_another_tools_notes_are_warned_of_or_passed() -> None:
    assert with_attribute('asyncBefore="true"', CAMUNDA) == [("B018", "warning")]
    assert with_attribute('fill="red"', "http://bpmn.io/schema/bpmn/biocolor/1.0") == []
    assert with_attribute('executionPlatform="x"', "http://camunda.org/schema/modeler/1.0") == []


def test_another_engines_extension_elements_are_looked_at() -> None:
    raw = f'<bpmn:extensionElements><c:taskListener xmlns:c="{CAMUNDA}" event="create"/><c:properties xmlns:c="{CAMUNDA}"/></bpmn:extensionElements>'
    assert [i.code for i in one_step(raw=raw)] == ["B017", "B018"]
    ours = "<bpmn:extensionElements><approval:role>county</approval:role></bpmn:extensionElements>"
    assert [i.code for i in one_step(raw=ours)] == ["B014"]


def test_performers_and_data_mappings_are_not_ignored() -> None:
    assert [i.code for i in one_step(raw="<bpmn:potentialOwner/>")] == ["B010"]
    assert [i.code for i in one_step(raw="<bpmn:ioSpecification/>")] == ["B019"]
    mapped = '<bpmn:dataInputAssociation id="d"><bpmn:assignment/></bpmn:dataInputAssociation>'
    assert one_step(raw=mapped)[0].code in {"B010", "B012"}


@pytest.mark.parametrize("kind", ['isExecutable="false"', ""])
def test_a_file_without_an_executable_process_is_refused(kind: str) -> None:
    text = diagram({"start": {}, "end": {}}, [("start", "end")]).replace(
        'isExecutable="true"', kind
    )
    (issue,) = read(text.encode(), "x").issues
    assert (issue.code, issue.element) == ("B006", None)


def test_other_pools_are_a_drawing() -> None:
    text = diagram({"start": {}, "step": PERSON, "end": {}}, WAY)
    other = (
        '<bpmn:process id="other"><bpmn:complexGateway id="odd"/></bpmn:process></bpmn:definitions>'
    )
    issues_found = check(
        [("x", text.replace("</bpmn:definitions>", other).encode())], Bindings()
    ).issues
    assert not [i for i in issues_found if i.severity == "error"]
    second = other.replace('id="other"', 'id="other" isExecutable="true"')
    both = check([("x", text.replace("</bpmn:definitions>", second).encode())], Bindings()).issues
    assert [i.code for i in both if i.severity == "error"] == ["B006"]


def test_a_duplicate_id_is_reported_once_at_its_second_use() -> None:
    text = diagram(
        {"start": {}, "step": PERSON, "again": PERSON, "end": {}}, [*WAY, ("again", "end")]
    )
    text = text.replace('<bpmn:userTask id="again"', '<bpmn:userTask id="step"')
    errors = [i for i in check([("x", text.encode())], Bindings()).issues if i.severity == "error"]
    assert [i.code for i in errors] == ["B030", "B008"] or [i.code for i in errors] == [
        "B008",
        "B030",
    ]
    duplicate = next(i for i in errors if i.code == "B008")
    assert "duplicate id" in duplicate.message
    assert "again" in text.splitlines()[duplicate.line - 1]


def test_malformed_and_missing_ids_are_refused() -> None:
    text = diagram({"start": {}, "step": PERSON, "end": {}}, WAY)
    assert "B007" in {i.code for i in read(text.replace('"step"', '"9step"').encode(), "x").issues}
    assert "B007" in {
        i.code for i in read(text.replace(' id="start_to_step"', "").encode(), "x").issues
    }


def test_nothing_is_returned_when_anything_is_wrong() -> None:
    good = checked({"start": {}, "step": PERSON, "end": {}}, WAY)
    assert list(good.models) == ["flow"]
    assert not good.has_errors
    bad = checked({"start": {}, "step": {**PERSON, "x": "y"}, "end": {}}, WAY)
    assert bad.models == {}
    assert bad.has_errors


def test_a_second_definition_that_would_be_ignored_is_refused() -> None:
    second = '<bpmn:multiInstanceLoopCharacteristics id="second" approval:collection="y"/>'
    assert ("B012", "second") in found(one_step(multi={"collection": "x"}, raw=second))


def test_what_another_engine_said_instead_of_us_is_one_fault() -> None:
    text = diagram({"start": {}, "step": {"kind": "serviceTask"}, "end": {}}, WAY)
    text = text.replace(
        '<bpmn:serviceTask id="step"',
        f'<bpmn:serviceTask xmlns:c="{CAMUNDA}" c:topic="t" id="step"',
    )
    errors = [i for i in check([("x", text.encode())], Bindings()).issues if i.severity == "error"]
    assert [(i.code, i.hint) for i in errors] == [("B017", "use approval:handler")]


def test_a_file_without_an_executable_process_tells_its_other_faults_too() -> None:
    text = diagram({"start": {}, "step": {**PERSON, "rolle": "x"}, "end": {}}, WAY)
    text = text.replace('isExecutable="true"', "")
    assert {i.code for i in read(text.encode(), "x").issues} == {"B006", "B014"}


def test_a_sub_process_with_the_id_of_its_process_does_not_hang_the_reader() -> None:
    inner = {"kind": "subProcess", "nodes": {"s": {"kind": "startEvent"}}, "flows": []}
    text = diagram({"start": {}, "flow2": inner, "end": {}}, [("start", "flow2"), ("flow2", "end")])
    reading = read(text.replace('"flow2"', '"flow"').encode(), "x")
    assert "B008" in {i.code for i in reading.issues}
    assert reading.model is not None
    assert draw(reading.model)
