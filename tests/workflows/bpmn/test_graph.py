"""Graph, multi-instance and soundness: what cannot run, or cannot end, is refused with its path."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest

from tests.workflows.bpmn.checking import (
    AND,
    OR,
    PERSON,
    ROBOT,
    XOR,
    checked,
    found,
    issues,
    one_step,
)

WAY = [("start", "step"), ("step", "end")]
BASE = {"start": {}, "step": PERSON, "end": {}}


def test_one_start_is_wanted() -> None:
    assert found(issues({"step": PERSON, "end": {}}, [("step", "end")])) == [("B050", "flow")]
    two = {"start": {}, "second": {"kind": "startEvent"}, "step": PERSON, "end": {}}
    assert found(issues(two, [*WAY, ("second", "step")])) == [("B050", "second")]


def test_a_sub_process_needs_its_start_too() -> None:
    inner = {"t": PERSON, "e": {"kind": "endEvent"}}
    nodes = {
        "start": {},
        "step": {"kind": "subProcess", "nodes": inner, "flows": [("t", "e")]},
        "end": {},
    }
    assert found(issues(nodes, WAY)) == [("B050", "step")]


def test_an_implicit_end_is_refused() -> None:
    assert found(issues({**BASE, "lost": PERSON}, [*WAY, ("step", "lost")])) == [("B052", "lost")]


def test_arrows_into_a_start_or_out_of_an_end_are_refused() -> None:
    codes = found(
        issues(
            {**BASE, "more": PERSON}, [*WAY, ("step", "start"), ("end", "more"), ("more", "end")]
        )
    )
    assert ("B054", "start") in codes
    assert ("B054", "end") in codes


def test_what_no_arrow_leads_to_is_reported_once_at_its_beginning() -> None:
    island = {**BASE, "a": PERSON, "b": PERSON}
    (issue,) = issues(island, [*WAY, ("a", "b"), ("b", "end")])
    assert (issue.code, issue.element) == ("B051", "a")
    assert "never reached" in issue.message
    (circle,) = issues(island, [*WAY, ("a", "b"), ("b", "a")])
    assert (circle.code, circle.element) == ("B051", "a")


def test_join_and_split_in_one_gateway_is_refused() -> None:
    nodes = {
        "start": {},
        "s": AND,
        "a": PERSON,
        "b": PERSON,
        "both": AND,
        "c": PERSON,
        "d": PERSON,
        "j": AND,
        "end": {},
    }
    flows = [("start", "s"), ("s", "a"), ("s", "b"), ("a", "both"), ("b", "both"), ("both", "c"), ("both", "d"),
             ("c", "j"), ("d", "j"), ("j", "end")]  # fmt: skip
    assert found(issues(nodes, flows)) == [("B053", "both")]


@pytest.mark.parametrize("split", [XOR, OR])
def test_an_arrow_of_a_split_needs_a_condition_or_is_the_default(split: dict[str, str]) -> None:
    nodes = {"start": {}, "x": split, "step": PERSON, "end": {}}
    flows = [("start", "x"), ("x", "step", "=n = 1"), ("step", "end")]
    assert found(issues(nodes, [*flows, ("x", "end")])) == [("B055", "x_to_end")]
    assert issues(nodes, [*flows, ("x", "end", {"default": True})]) == []
    both = {"default": True, "condition": "=n = 2"}
    assert found(issues(nodes, [*flows, ("x", "end", both)])) == [("B057", "x_to_end")]


def test_a_condition_where_none_is_looked_at_is_refused() -> None:
    assert found(issues(BASE, [("start", "step", "=n = 1"), ("step", "end")])) == [
        ("B056", "start_to_step")
    ]


WEIGHED = {"collection": "x", "mode": "QUORUM", "need": ">1/2"}
NUMBERED = {"cardinality": "3", "mode": "QUORUM"}


def panel(**multi: Any) -> list[tuple[str, str | None]]:
    return found(one_step(multi=multi))


@pytest.mark.parametrize(
    ("multi", "code"),
    [
        ({}, "B020"),
        ({"collection": "x", "cardinality": "=3"}, "B020"),
        ({"collection": "x", "mode": "ALL", "completion": "=nrOfCompletedInstances > 1"}, "B020"),
        ({"collection": "x", "mode": "SEQUENCE"}, "B020"),
        ({"collection": "x", "need": "2/3"}, "B020"),
        ({"collection": "x", "mode": "ALL", "need": "2/3"}, "B020"),
        ({"collection": "x", "output": "y"}, "B020"),
        ({"cardinality": "=2.5"}, "B020"),
        ({"collection": "x", "mode": "MOST"}, "B016"),
        ({"collection": "x", "mode": "QUORUM", "need": "most"}, "B016"),
        ({"collection": "x", "mode": "QUORUM", "need": "1/0"}, "B016"),
        ({"collection": "x", "mode": "QUORUM", "need": "4/3"}, "B021"),
        ({"collection": "x", "mode": "QUORUM", "need": ">1/1"}, "B021"),
        ({"collection": "x", "mode": "QUORUM", "need": "0"}, "B021"),
        ({"collection": "x", "mode": "QUORUM", "need": "0/3"}, "B021"),
        ({"cardinality": "=3", "mode": "QUORUM", "need": "4"}, "B021"),
        ({"cardinality": "3", "mode": "QUORUM", "need": "2", "minQuorum": "4"}, "B021"),
        ({"collection": "x", "mode": "ALL", "minQuorum": "0"}, "B016"),
        ({"collection": "x", "mode": "QUORUM"}, "B020"),
        ({"collection": "x", "mode": "ALL", "weight": "=2"}, "B020"),
        ({"collection": "x", "weight": "=2"}, "B020"),
        ({**WEIGHED, "weight": "3"}, "B040"),
        ({**WEIGHED, "weight": ""}, "B040"),
        ({**WEIGHED, "weight": "=if item = 1"}, "B040"),
        ({**WEIGHED, "weight": "${item}"}, "B042"),
        ({**WEIGHED, "weight": "=0"}, "B016"),
        ({**WEIGHED, "weight": "=1.5"}, "B016"),
        ({**WEIGHED, "weight": '="2"'}, "B016"),
        ({**WEIGHED, "weight": "=true"}, "B016"),
        ({**NUMBERED, "need": "2/3", "weight": "=item - 1"}, "B016"),
        ({**NUMBERED, "need": "7", "weight": "=item"}, "B021"),
        ({**NUMBERED, "need": "7", "weight": "=2"}, "B021"),
        ({**NUMBERED, "need": "3", "weight": "=2", "minQuorum": "4"}, "B021"),
        ({"collection": "x", "itm": "y"}, "B014"),
    ],
)
def test_a_panel_that_cannot_work_is_refused(multi: dict[str, str], code: str) -> None:
    assert panel(**multi) == [(code, "step")]


@pytest.mark.parametrize(
    "multi",
    [
        {"collection": "x"},
        {
            "collection": "=x",
            "output": "all",
            "outputItem": "score",
            "completion": "=count(results) > 2 and nrOfInstances > 3",
        },
        {"cardinality": "=n", "sequential": True, "mode": "SEQUENCE"},
        {"cardinality": "5", "mode": "QUORUM", "need": ">1/2", "minQuorum": "5"},
        {"collection": "x", "mode": "ANY", "onReject": "all"},
        {**WEIGHED, "weight": '=if item = "a" then 3 else 1'},
        {**WEIGHED, "item": "who", "weight": '=if who = "a" then 3 else 1', "need": "400"},
        {**NUMBERED, "need": "6", "weight": "=item"},
        {**NUMBERED, "need": "99", "weight": "=n"},
    ],
)
def test_a_panel_that_works_is_clean(multi: dict[str, Any]) -> None:
    assert panel(**multi) == []


def test_robots_may_run_many_times_but_do_not_vote() -> None:
    many = {**ROBOT, "multi": {"collection": "x"}}
    assert issues({**BASE, "step": many}, WAY) == []
    voting = {**ROBOT, "multi": {"collection": "x", "mode": "ALL"}}
    assert found(issues({**BASE, "step": voting}, WAY)) == [("B020", "step")]


SPLIT = {"start": {}, "x": XOR, "a": PERSON, "b": PERSON, "j": AND, "end": {}}
SPLIT_FLOWS = [
    ("start", "x"),
    ("x", "a", "=n = 1"),
    ("x", "b", {"default": True}),
    ("a", "j"),
    ("b", "j"),
    ("j", "end"),
]


def test_a_deadlock_is_reported_at_the_join_with_the_shortest_path() -> None:
    (issue,) = issues(SPLIT, SPLIT_FLOWS)
    assert (issue.code, issue.element) == ("B070", "j")
    assert issue.message.startswith("deadlock")
    assert "b_to_j" in issue.message
    assert "start → x → a" in issue.message


def test_the_same_diagram_with_a_merge_is_sound() -> None:
    assert issues({**SPLIT, "j": XOR}, SPLIT_FLOWS) == []
    assert issues({**SPLIT, "x": OR, "j": OR}, SPLIT_FLOWS) == []
    assert [i.code for i in issues({**SPLIT, "x": OR}, SPLIT_FLOWS)] == ["B070"]


def test_multiplied_tokens_are_a_warning_at_the_merge_only() -> None:
    nodes = {"start": {}, "s": AND, "a": PERSON, "b": PERSON, "m": XOR, "after": PERSON, "end": {}}
    flows = [
        ("start", "s"),
        ("s", "a"),
        ("s", "b"),
        ("a", "m"),
        ("b", "m"),
        ("m", "after"),
        ("after", "end"),
    ]
    (issue,) = issues(nodes, flows)
    assert (issue.code, issue.severity, issue.element) == ("B072", "warning", "m")


def test_a_timer_that_does_not_interrupt_and_two_ends_are_legal() -> None:
    late = {"kind": "boundaryEvent", "attached_to": "step", "timer": "P1D", "interrupting": False}
    assert issues({**BASE, "late": late, "end2": {}}, [*WAY, ("late", "end2")]) == []


def test_a_reminder_that_joins_the_main_way_is_a_deadlock() -> None:
    late = {"kind": "boundaryEvent", "attached_to": "step", "timer": "P1D", "interrupting": False}
    nodes = {"start": {}, "step": PERSON, "late": late, "j": AND, "end": {}}
    flows = [("start", "step"), ("step", "j"), ("late", "j"), ("j", "end")]
    assert found(issues(nodes, flows)) == [("B070", "j")]


def sub(inner: dict[str, Any], flows: list[tuple[Any, ...]]) -> dict[str, Any]:
    return {"kind": "subProcess", "nodes": inner, "flows": flows}


def test_a_deadlock_inside_a_sub_process_is_found() -> None:
    inner = {("s" if k == "start" else f"i_{k}"): v for k, v in SPLIT.items()}
    inner["s"], inner["i_end"] = {"kind": "startEvent"}, {"kind": "endEvent"}
    flows = [("s" if a == "start" else f"i_{a}", f"i_{b}", *rest) for a, b, *rest in SPLIT_FLOWS]
    assert found(issues({**BASE, "step": sub(inner, flows)}, WAY)) == [("B070", "i_j")]


def test_what_follows_a_sub_process_that_always_fails_is_never_reached_and_only_a_warning() -> None:
    inner = {"s": {"kind": "startEvent"}, "t": PERSON, "e": {"kind": "endEvent", "error": "E"}}
    err = {"kind": "boundaryEvent", "attached_to": "step", "error": "E"}
    nodes = {
        "start": {},
        "step": sub(inner, [("s", "t"), ("t", "e")]),
        "err": err,
        "end": {},
        "end2": {},
    }
    (issue,) = issues(nodes, [*WAY, ("err", "end2")])
    assert (issue.code, issue.element) == ("B075", "end")
    assert "never reached" in issue.message


def test_an_error_that_nothing_catches_ends_the_case_and_is_sound() -> None:
    inner = {
        "s": {"kind": "startEvent"},
        "x": XOR,
        "e": {"kind": "endEvent", "error": "E"},
        "f": {"kind": "endEvent"},
    }
    flows = [("s", "x"), ("x", "e", "=n = 1"), ("x", "f", {"default": True})]
    assert issues({**BASE, "step": sub(inner, flows)}, WAY) == []


def test_terminate_takes_every_token_away() -> None:
    nodes = {
        "start": {},
        "s": AND,
        "a": PERSON,
        "b": PERSON,
        "end": {"event": "terminate"},
        "end2": {},
    }
    flows = [("start", "s"), ("s", "a"), ("s", "b"), ("a", "end"), ("b", "end2")]
    assert issues(nodes, flows) == []


def test_a_correction_loop_is_sound() -> None:
    nodes = {"start": {}, "m": XOR, "step": PERSON, "x": XOR, "mend": PERSON, "end": {}}
    flows = [("start", "m"), ("m", "step"), ("step", "x"), ("x", "mend", {"outcome": "return"}), ("mend", "m"),
             ("x", "end", {"default": True})]  # fmt: skip
    assert issues(nodes, flows) == []


def test_two_inclusive_joins_that_wait_for_each_other_are_a_deadlock() -> None:
    nodes = {"start": {}, "s": AND, "j1": OR, "x1": XOR, "j2": OR, "x2": XOR, "end": {}, "end2": {}}
    flows = [("start", "s"), ("s", "j1"), ("s", "j2"), ("j1", "x1"), ("x1", "j2", "=n = 1"), ("x1", "end", {"default": True}),
             ("j2", "x2"), ("x2", "j1", "=n = 2"), ("x2", "end2", {"default": True})]  # fmt: skip
    assert {code for code, _ in found(issues(nodes, flows))} == {"B070"}


def wide(
    branches: int, length: int, last: dict[str, Any]
) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    nodes: dict[str, Any] = {"start": {}, "s": AND}
    flows: list[tuple[Any, ...]] = [("start", "s"), ("j", "end")]
    for b in range(branches):
        steps = [f"t_{b}_{n}" for n in range(length)]
        nodes |= {step: PERSON for step in steps}
        flows += [("s", steps[0]), *pairwise(steps), (steps[-1], "j")]
    return nodes | {"j": AND, "end": last}, flows


def test_parallel_branches_add_up_instead_of_multiplying() -> None:
    began = time.process_time()
    assert issues(*wide(20, 10, {})) == []
    assert time.process_time() - began < 5


def test_beyond_the_bound_the_check_says_so() -> None:
    found_issues = issues(*wide(12, 6, {"event": "terminate"}))
    assert {i.code for i in found_issues} == {"B073"}
    assert "not proved" in found_issues[0].message


def test_all_faults_are_told_at_once_and_in_order_of_lines() -> None:
    nodes = {
        "start": {},
        "a": {**PERSON, "rolle": "x"},
        "b": {"kind": "complexGateway"},
        "c": {"kind": "serviceTask"},
        "end": {},
    }
    all_issues = issues(nodes, [("start", "a"), ("a", "b"), ("b", "c"), ("c", "end", "=1 +")])
    assert {("B014", "a"), ("B010", "b"), ("B062", "c"), ("B040", "c_to_end")} <= set(
        found(all_issues)
    )
    lines = [issue.line for issue in all_issues]
    assert lines == sorted(lines)


def test_wishes_are_warnings() -> None:
    result = checked(BASE, WAY, drawn=False)
    assert {(i.code, i.severity) for i in result.issues} == {
        ("B080", "warning"),
        ("B081", "warning"),
        ("B082", "warning"),
    }
    assert result.models


def test_a_loop_without_a_way_out_never_ends() -> None:
    nodes = {"start": {}, "a": PERSON, "b": PERSON}
    (issue,) = issues(nodes, [("start", "a"), ("a", "b"), ("b", "a")])
    assert (issue.code, issue.element) == ("B074", "a")
    assert "never ends" in issue.message
