"""References, expressions, outcomes and bindings: every name leads somewhere."""

from __future__ import annotations

import pytest

from tests.workflows.bpmn.checking import AND, PERSON, ROBOT, XOR, checked, found, issues, one_step
from tests.workflows.diagrams import diagram
from workflows.bpmn import SHORT_ROLES, Bindings, check

WAY = [("start", "step"), ("step", "end")]
BASE = {"start": {}, "step": PERSON, "end": {}}


def test_an_arrow_to_nowhere_is_one_issue_with_a_suggestion() -> None:
    (issue,) = issues(BASE, [("start", "stap"), ("step", "end")])
    assert (issue.code, issue.element) == ("B030", "start_to_stap")
    assert '"stap"' in issue.message
    assert issue.hint == "did you mean start?" or issue.hint == "did you mean step?"


def test_an_arrow_over_the_border_of_a_sub_process_is_refused() -> None:
    inner = {"s": {"kind": "startEvent"}, "t": PERSON, "e": {"kind": "endEvent"}}
    nodes = {
        "start": {},
        "sub": {"kind": "subProcess", "nodes": inner, "flows": [("s", "t"), ("t", "e")]},
        "end": {},
    }
    assert ("B032", "start_to_t") in found(
        issues(nodes, [("start", "sub"), ("sub", "end"), ("start", "t")])
    )


def test_a_boundary_event_needs_a_host() -> None:
    late = {"kind": "boundaryEvent", "timer": "P1D"}
    nodes = {"start": {}, "step": PERSON, "late": {**late, "attached_to": "stepp"}, "end": {}}
    assert found(issues(nodes, [*WAY, ("late", "end")])) == [("B030", "late")]
    nodes["late"] = {**late, "attached_to": "start"}
    assert found(issues(nodes, [*WAY, ("late", "end")])) == [("B031", "late")]
    del nodes["late"]["attached_to"]
    assert found(issues(nodes, [*WAY, ("late", "end")])) == [("B009", "late")]


def test_an_error_boundary_always_interrupts() -> None:
    err = {"kind": "boundaryEvent", "attached_to": "step", "error": "E", "interrupting": False}
    assert found(
        issues({"start": {}, "step": ROBOT, "err": err, "end": {}}, [*WAY, ("err", "end")])
    ) == [("B013", "err")]


def test_a_default_must_be_an_own_arrow() -> None:
    nodes = {"start": {}, "x": XOR, "a": PERSON, "b": PERSON, "end": {}}
    flows = [("start", "x"), ("x", "a", "=n > 1"), ("x", "b", "=n < 1"), ("a", "end"), ("b", "end")]
    text = diagram(nodes, flows)
    for wrong, code in (("absent", "B030"), ("a_to_end", "B031")):
        changed = text.replace(
            '<bpmn:exclusiveGateway id="x"', f'<bpmn:exclusiveGateway default="{wrong}" id="x"'
        )
        errors = [
            i for i in check([("x", changed.encode())], Bindings()).issues if i.severity == "error"
        ]
        assert found(errors) == [(code, "x")]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"exclude": "step absent"}, "B030"),
        ({"exclude": "start"}, "B031"),
        ({"assign": "last:absent"}, "B030"),
        ({"assign": "last:end"}, "B031"),
    ],
)
def test_people_rules_name_human_tasks(given: dict[str, str], code: str) -> None:
    assert found(one_step(**given)) == [(code, "step")]


def test_a_called_process_is_found_by_id_or_key() -> None:
    called = diagram(BASE, WAY, key="child").replace(
        'approval:key="child"', 'approval:key="other_name"'
    )
    for name in ("child", "other_name"):
        caller = diagram(
            {"start": {}, "call": {"kind": "callActivity", "called": name}, "end": {}},
            [("start", "call"), ("call", "end")],
        )
        files = [("caller", caller.encode()), ("called", called.encode())]
        assert list(check(files, Bindings(roles=SHORT_ROLES)).models) == ["flow", "child"]
        (error,) = [i for i in check(files[:1], Bindings()).issues if i.severity == "error"]
        assert (error.code, error.element) == ("B033", "call")


def test_a_process_that_calls_itself_is_a_warning() -> None:
    nodes = {"start": {}, "call": {"kind": "callActivity", "called": "flow"}, "end": {}}
    assert [i.code for i in issues(nodes, [("start", "call"), ("call", "end")])] == ["B035"]


def test_two_files_with_the_same_key_and_version_clash_and_two_versions_do_not() -> None:
    first = ("a.bpmn", diagram(BASE, WAY).encode())
    assert "B034" in {i.code for i in check([first, ("b.bpmn", first[1])], Bindings()).issues}
    second = ("b.bpmn", diagram(BASE, WAY, version=2).encode())
    assert list(check([first, second], Bindings(roles=SHORT_ROLES)).models) == ["flow", "flow_v2"]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("${score > 60}", "B042"),
        ("score > 60", "B040"),
        ("=score >", "B040"),
        ("=score.x > 1", "B040"),
        ("=a = 'b'", "B040"),
    ],
)
def test_a_condition_that_is_not_feel_is_quoted_at_its_arrow(condition: str, code: str) -> None:
    nodes = {"start": {}, "x": XOR, "step": PERSON, "end": {}}
    (issue,) = issues(
        nodes,
        [
            ("start", "x"),
            ("x", "step", condition),
            ("x", "end", {"default": True}),
            ("step", "end"),
        ],
    )
    assert (issue.code, issue.element) == (code, "x_to_step")
    assert condition in issue.message
    assert issue.hint


def test_a_variable_nothing_writes_is_a_warning_once() -> None:
    nodes = {"start": {}, "step": {**PERSON, "result": "verdict"}, "x": XOR, "y": XOR, "end": {}}
    flows = [("start", "step"), ("step", "x"), ("x", "y", "=verdikt = 1"), ("x", "end", "=verdikt = 2 or known = 1"),
             ("y", "end", {"default": True}), ("y", "step", '=outcome = "again"')]  # fmt: skip
    bindings = Bindings(roles=SHORT_ROLES, known_variables=frozenset({"known"}))
    result = check([("x", diagram(nodes, flows).encode())], bindings)
    (issue,) = [i for i in result.issues if i.code == "B041"]
    assert issue.severity == "warning"
    assert '"verdikt"' in issue.message
    assert "did you mean verdict?" in issue.hint


def choice(outcomes: str, *arrows: str, **more: str) -> list[tuple[str, str | None]]:
    nodes = {"start": {}, "step": {**PERSON, "outcomes": outcomes}, "x": XOR, "end": {}}
    nodes |= {f"t_{name}": PERSON for name in arrows}
    flows = [("start", "step"), ("step", "x")]
    flows += [("x", f"t_{name}", {"outcome": name}) for name in arrows]
    flows += [(f"t_{name}", "end") for name in arrows]
    return found(issues(nodes, flows))


def test_an_arrow_asks_for_an_outcome_the_task_has() -> None:
    assert choice("approve return", "approve", "return") == []
    assert choice("approve return", "approve", "return", "retrun") == [("B044", "x_to_t_retrun")]


def test_an_outcome_without_an_arrow_is_a_warning() -> None:
    assert choice("approve return reject", "approve", "return") == [("B058", "step")]


def test_an_outcome_behind_a_join_is_a_warning() -> None:
    nodes = {
        "start": {},
        "s": AND,
        "a": PERSON,
        "b": PERSON,
        "j": AND,
        "x": XOR,
        "end": {},
        "end2": {},
    }
    flows = [("start", "s"), ("s", "a"), ("s", "b"), ("a", "j"), ("b", "j"), ("j", "x"),
             ("x", "end", {"outcome": "approve"}), ("x", "end2", {"default": True})]  # fmt: skip
    (issue,) = issues(nodes, flows)
    assert (issue.code, issue.severity, issue.element) == ("B043", "warning", "x_to_end")
    assert "approval:result" in issue.hint


def test_people_need_a_known_role() -> None:
    assert found(one_step(role="")) == [("B060", "step")]
    (issue,) = one_step(role="countyy")
    assert (issue.code, issue.hint) == ("B061", "did you mean county?")
    lanes = {"lane": {"name": "县", "role": "countie", "nodes": ["step"]}}
    assert found(issues({"start": {}, "step": {}, "end": {}}, WAY, lanes=lanes)) == [
        ("B061", "lane")
    ]


def test_a_task_inherits_the_role_of_its_lane_also_inside_a_sub_process() -> None:
    inner = {"s": {"kind": "startEvent"}, "t": {}, "e": {"kind": "endEvent"}}
    nodes = {
        "start": {},
        "step": {"kind": "subProcess", "nodes": inner, "flows": [("s", "t"), ("t", "e")]},
        "end": {},
    }
    assert issues(nodes, WAY, lanes={"lane": {"role": "county", "nodes": ["step"]}}) == []


def test_automatic_tasks_need_a_known_handler() -> None:
    def robot(**given: str) -> list[tuple[str, str | None]]:
        return found(
            issues({"start": {}, "step": {"kind": "serviceTask", **given}, "end": {}}, WAY)
        )

    assert robot() == [("B062", "step")]
    assert robot(handler="recrd") == [("B063", "step")]
    assert robot(decision="table") == [("B066", "step")]
    assert robot(handler="record", decision="table") == [("B016", "step"), ("B066", "step")]


def test_forms_are_a_warning_outside_a_pack_and_an_error_inside() -> None:
    content = [("x", diagram({**BASE, "step": {**PERSON, "form": "opinion"}}, WAY).encode())]
    outside = check(content, Bindings(roles=SHORT_ROLES)).issues
    assert ("B067", "warning") in {(i.code, i.severity) for i in outside}
    inside = check(content, Bindings(roles=SHORT_ROLES, forms=frozenset({"opinions"}))).issues
    assert [(i.code, i.hint) for i in inside if i.severity == "error"] == [
        ("B064", "did you mean opinions?")
    ]


def test_an_organ_or_phase_the_pack_does_not_know_is_refused_inside_a_pack() -> None:
    content = [
        (
            "x",
            diagram({**BASE, "step": {**PERSON, "organ": "buro", "phase": "intak"}}, WAY).encode(),
        )
    ]
    bindings = Bindings(
        roles=SHORT_ROLES, organs=frozenset({"bureau"}), phases=frozenset({"intake"})
    )
    errors = [i for i in check(content, bindings).issues if i.severity == "error"]
    assert [(i.code, i.hint) for i in errors] == [
        ("B068", "did you mean bureau?"),
        ("B069", "did you mean intake?"),
    ]
    assert not check(content, Bindings(roles=SHORT_ROLES)).has_errors


def test_a_weight_read_from_a_variable_that_nothing_writes_is_told_and_the_item_is_known() -> None:
    rule = {"collection": "list", "item": "who", "mode": "QUORUM", "need": "2"}
    many = {**PERSON, "multi": {**rule, "weight": "=if who = x then wieght else 1"}}
    nodes = {"start": {}, "step": many, "end": {}}
    told = checked(nodes, [("start", "step"), ("step", "end")]).issues
    unknown = [issue.message for issue in told if issue.code == "B041"]
    assert any('"wieght"' in message for message in unknown)
    assert not any('"who"' in message for message in unknown)
