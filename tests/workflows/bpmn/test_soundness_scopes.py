"""A deadlock inside a scope is told even where an event could end the wait; what may throw, and when."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.workflows.bpmn.checking import AND, PERSON, ROBOT, XOR, found, issues
from tests.workflows.diagrams import diagram
from tests.workflows.properties.breaking import MUTATIONS, lost_branch
from tests.workflows.properties.generating import drawn
from tests.workflows.properties.test_mutants import errors
from workflows.bpmn import read
from workflows.bpmn.rounds import next_rounds, origins

STARTING: dict[str, Any] = {"on": {"kind": "startEvent"}, "off": {"kind": "endEvent"}}
OR = {"kind": "inclusiveGateway"}


def stuck(**first: Any) -> dict[str, Any]:
    """A sub-process whose parallel join waits for a branch that an exclusive split did not take."""
    inner = {**STARTING, "first": first or PERSON, "s": XOR, "a": PERSON, "b": PERSON, "j": AND}
    flows = [
        ("on", "first"), ("first", "s"), ("s", "a", "=n = 1"), ("s", "b", {"default": True}),
        ("a", "j"), ("b", "j"), ("j", "off"),
    ]  # fmt: skip
    return {"kind": "subProcess", "nodes": inner, "flows": flows}


def around(box: dict[str, Any], **event: Any) -> list[tuple[str, str | None]]:
    """Errors of a flow with the box and an event at its edge."""
    nodes = {"start": {}, "box": box, "edge": {"kind": "boundaryEvent", "attached_to": "box", **event}, "end": {}, "end_e": {}}  # fmt: skip
    told = issues(nodes, [("start", "box"), ("box", "end"), ("edge", "end_e")])
    return found([issue for issue in told if issue.severity == "error"])


@pytest.mark.parametrize(
    "event",
    [{"timer": "P5D"}, {"message": "M"}, {"signal": "S"}, {"condition": "=n > 3"}, {"error": ""}, {"error": "E"},
     {"escalation": ""}, {"timer": "P5D", "interrupting": False}, {"message": "M", "interrupting": False}],
)  # fmt: skip
def test_a_join_that_waits_in_vain_is_a_deadlock_whatever_could_end_the_wait(
    event: dict[str, Any],
) -> None:
    assert around(stuck(), **event) == [("B070", "j")]


def test_a_handler_that_may_raise_before_the_join_does_not_hide_the_deadlock_behind_it() -> None:
    assert around(stuck(**ROBOT), error="") == [("B070", "j")]


@pytest.mark.parametrize("event", [{"message": "M"}, {"timer": "P5D"}, {"error": ""}])
def test_an_event_sub_process_does_not_hide_a_deadlock_of_its_scope(event: dict[str, Any]) -> None:
    inner = {"in": {"kind": "startEvent", **event}, "help": PERSON, "helped": {"kind": "endEvent"}}
    handler = {"kind": "subProcess", "triggeredByEvent": True, "nodes": inner, "flows": [("in", "help"), ("help", "helped")]}  # fmt: skip
    box = stuck()
    nodes = {"start": {}, **{k: v for k, v in box["nodes"].items() if k not in STARTING}, "end": {}, "esp": handler}  # fmt: skip
    flows = [("start", "first"), *[f for f in box["flows"] if f[0] != "on" and f[1] != "off"], ("j", "end")]  # fmt: skip
    assert ("B070", "j") in found(issues(nodes, flows))


def test_a_loop_inside_may_be_ended_by_a_timer_but_not_by_an_error_that_nothing_raises() -> None:
    inner = {"on": {"kind": "startEvent"}, "again": XOR, "work": PERSON}
    box = {"kind": "subProcess", "nodes": inner, "flows": [("on", "again"), ("again", "work"), ("work", "again")]}  # fmt: skip
    assert around(box, timer="P5D") == []
    assert around(box, error="") == [("B074", "box")]
    inner["work"] = ROBOT
    assert around(box, error="") == []


def test_what_catches_everything_further_in_lets_nothing_out() -> None:
    inner = {
        "on": {"kind": "startEvent"}, "again": XOR,
        "deep": {"kind": "subProcess", "nodes": {"i": {"kind": "startEvent"}, "work": ROBOT, "o": {"kind": "endEvent"}},
                 "flows": [("i", "work"), ("work", "o")]},
        "caught": {"kind": "boundaryEvent", "attached_to": "deep", "error": ""},
    }  # fmt: skip
    flows = [("on", "again"), ("again", "deep"), ("deep", "again"), ("caught", "again")]
    box = {"kind": "subProcess", "nodes": inner, "flows": flows}
    assert "B074" in {code for code, _ in around(box, error="")}
    inner["caught"] = {**inner["caught"], "error": "E"}
    assert around(box, error="") == []


def test_the_mutant_that_was_once_taken_is_refused() -> None:
    mutant = lost_branch(drawn(5034, 13), random.Random(5034))
    assert mutant is not None
    assert "B070" in errors(mutant)


@pytest.mark.parametrize(("seed", "size"), [(97, 9), (226, 9), (5127, 13)])
def test_a_trap_beyond_the_bound_of_the_search_is_found_by_the_drawing(
    seed: int, size: int
) -> None:
    no_way_out = next(m for m in MUTATIONS if m.__name__ == "no_way_out")
    mutant = no_way_out(drawn(seed, size), random.Random(seed))
    assert mutant is not None
    assert "B074" in errors(mutant)


def test_a_deadlock_beyond_the_bound_of_the_search_is_found_by_a_second_look() -> None:
    mutant = lost_branch(drawn(9083, 20), random.Random(9083))
    assert mutant is not None
    assert "B070" in errors(mutant)


# Inclusive joins inside loops

BODY = {
    "start": {}, "m": XOR, "s": AND, "t": PERSON, "o": OR, "x": PERSON, "y": PERSON, "oj": OR, "after": PERSON, "j": AND,
    "ask": PERSON, "d": XOR, "end": {},
}  # fmt: skip
LOOP = [
    ("start", "m"), ("m", "s"), ("s", "t"), ("s", "o"), ("o", "x", "=n > 1"), ("o", "y", {"default": True}), ("x", "oj"), ("y", "oj"),
    ("oj", "after"), ("after", "j"), ("t", "j"), ("j", "ask"), ("ask", "d"), ("d", "m", "=n > 5"), ("d", "end", {"default": True}),
]  # fmt: skip


def test_an_inclusive_join_inside_a_correction_loop_is_sound() -> None:
    assert found(issues(BODY, LOOP)) == []


def test_another_round_of_a_loop_around_the_join_is_not_waited_for_but_an_inner_loop_is() -> None:
    inner = {**BODY, "again": XOR, "fix": PERSON}
    flows = [f for f in LOOP if f != ("x", "oj")]
    flows += [("x", "again"), ("again", "fix", "=n = 2"), ("fix", "x"), ("again", "oj", {"default": True})]  # fmt: skip
    model = read(diagram(inner, flows).encode(), "f").model
    assert model is not None
    assert next_rounds(model, "oj") == {("d", "m")}
    assert {"x", "y", "o", "fix", "again"} <= origins(model, "oj")
    assert not {"t", "after", "j", "ask", "d"} & origins(model, "oj")


@pytest.mark.parametrize(("seed", "size"), [(5277, 13)])
def test_nested_inclusive_gateways_in_a_loop_do_not_wait_for_each_other(
    seed: int, size: int
) -> None:
    assert errors(drawn(seed, size)) == set()
