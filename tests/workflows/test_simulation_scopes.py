"""Event sub-processes: what interrupts a scope, what runs beside it, who catches an error."""

from __future__ import annotations

import pytest

from tests.workflows.diagrams import diagram
from tests.workflows.scenarios import (
    AND,
    BEGIN,
    PERSON,
    STOP,
    XOR,
    after,
    done,
    edge,
    handler,
    message,
    played,
    robot,
    row,
    sub,
    throw,
)

pytestmark = pytest.mark.django_db
HELP = {"help": PERSON, "helped": STOP}


def test_an_interrupting_event_sub_process_replaces_what_goes_on_in_its_scope():
    inside = {
        "in": BEGIN,
        "t": PERSON,
        "out": STOP,
        "esp": handler({"message": "M"}, "help", "helped", nodes=HELP),
    }
    nodes = {
        "start": {},
        "box": sub(inside, row("in", "t", "out")),
        "late": edge("box", timer="P5D"),
        "last": PERSON,
        "end": {},
        "end_l": {},
    }
    flows = [*row("start", "box", "last", "end"), ("late", "end_l")]
    found = played(nodes, flows, message("M", n=1), done("help"), done("last"))
    assert found["open"] == [["t"], ["help"], ["last"], []]
    assert found["completed"] == {
        "start": 1,
        "in": 1,
        "help_in": 1,
        "help": 1,
        "helped": 1,
        "esp": 1,
        "box": 1,
        "last": 1,
        "end": 1,
    }
    assert played(nodes, flows, message("M"), after("P5D"))["ended"] == ["end_l"], (
        "the edge covers it too"
    )
    assert played(nodes, flows, done("t"))["open"] == [["t"], ["last"]], (
        "one that only listens holds nothing up"
    )


def test_an_event_sub_process_that_does_not_interrupt_runs_beside_and_again():
    nodes = {
        "start": {},
        "a": PERSON,
        "end": {},
        "esp": handler({"message": "M", "isInterrupting": "false"}, "help", "helped", nodes=HELP),
    }
    found = played(
        nodes,
        row("start", "a", "end"),
        message("M"),
        message("M"),
        done("help"),
        done("a"),
        done("help"),
    )
    assert found["open"] == [
        ["a"],
        ["a", "help"],
        ["a", "help", "help"],
        ["a", "help"],
        ["help"],
        [],
    ]
    assert found["completed"]["esp"] == 2
    assert (found["status"], found["ended"]) == ("done", ["end"])


def test_a_timer_of_an_event_sub_process_counts_from_the_beginning_of_its_scope_and_fires_once():
    nodes = {
        "start": {},
        "a": PERSON,
        "end": {},
        "esp": handler({"timer": "P1D", "isInterrupting": "false"}, "help", "helped", nodes=HELP),
    }
    found = played(
        nodes, row("start", "a", "end"), after("P1D"), after("P5D"), done("help"), done("a")
    )
    assert found["open"] == [["a"], ["a", "help"], ["a", "help"], ["a"], []]
    assert played(nodes, row("start", "a", "end"), done("a"), after("P5D"))["status"] == "done"


def test_an_error_is_caught_by_the_event_sub_process_before_the_edge():
    inside = {
        "in": BEGIN,
        "w": robot(),
        "out": STOP,
        "esp": handler({"error": "E"}, "help", "helped", nodes=HELP),
    }
    nodes = {
        "start": {},
        "box": sub(inside, row("in", "w", "out")),
        "err": edge("box", error="E"),
        "last": PERSON,
        "end": {},
        "end_e": {},
    }
    found = played(
        nodes,
        [*row("start", "box", "last", "end"), ("err", "end_e")],
        done("help"),
        handlers={"work": {"raise": "E"}},
    )
    assert found["open"] == [["help"], ["last"]]
    assert "w" not in found["completed"]


def test_an_error_thrown_in_the_handler_of_errors_goes_outwards():
    again = {"help": robot(), "helped": STOP}
    inside = {
        "in": BEGIN,
        "w": robot(),
        "out": STOP,
        "esp": handler({"error": ""}, "help", "helped", nodes=again),
    }
    nodes = {
        "start": {},
        "box": sub(inside, row("in", "w", "out")),
        "err": edge("box", error=""),
        "a": PERSON,
        "end": {},
        "end_e": {},
    }
    found = played(
        nodes,
        [*row("start", "box", "end"), *row("err", "a", "end_e")],
        handlers={"work": {"raise": "E"}},
    )
    assert found["open"] == [["a"]]


def test_an_error_at_the_top_is_caught_by_the_process_itself():
    nodes = {
        "start": {},
        "w": robot(),
        "end": {},
        "esp": handler({"error": "E"}, "help", "helped", nodes=HELP),
    }
    found = played(nodes, row("start", "w", "end"), done("help"), handlers={"work": {"raise": "E"}})
    assert (found["open"], found["status"], found["ended"]) == ([["help"], []], "done", [])


def test_a_signal_that_interrupts_the_throwers_own_scope_stops_the_thrower():
    nodes = {"start": {}, "tell": throw(signal="S"), "a": PERSON, "end": {}, "x": XOR,
             "esp": handler({"signal": "S"}, "help", "helped", nodes=HELP)}  # fmt: skip
    flows = [
        ("start", "x"),
        ("x", "tell", "=n = 1"),
        ("x", "a", {"default": True}),
        ("tell", "end"),
        ("a", "end"),
    ]
    found = played(nodes, flows, data={"n": 1})
    assert found["open"] == [["help"]]
    assert "end" not in found["completed"]


def test_escalations_and_conditions_start_event_sub_processes():
    nodes = {"start": {}, "up": throw(escalation="E"), "a": PERSON, "b": PERSON, "end": {},
             "one": handler({"escalation": "E", "isInterrupting": "false"}, "help", "helped", nodes=HELP),
             "two": handler({"condition": "=n > 5", "isInterrupting": "false"}, "h2", "e2", nodes={"h2": PERSON, "e2": STOP})}  # fmt: skip
    found = played(nodes, row("start", "up", "a", "b", "end"), done("a", n=6))
    assert found["open"] == [["a", "help"], ["b", "h2", "help"]]


def test_a_called_process_has_event_sub_processes_of_its_own():
    called = diagram(
        {
            "start": {},
            "w": robot(),
            "end": {},
            "esp": handler({"error": "E"}, "help", "helped", nodes=HELP),
        },
        row("start", "w", "end"),
        key="called",
    )
    nodes = {
        "start": {},
        "c": {"kind": "callActivity", "called": "called"},
        "last": PERSON,
        "end": {},
    }
    found = played(
        nodes,
        row("start", "c", "last", "end"),
        done("help"),
        library={"b.bpmn": called},
        handlers={"work": {"raise": "E"}},
    )
    assert found["open"] == [["help"], ["last"]]


def test_a_terminate_end_in_a_called_process_ends_only_that():
    called = diagram({"start": {}, "s": AND, "a": PERSON, "b": PERSON, "end_a": {"event": "terminate"}, "end_b": {}},
                     [("start", "s"), ("s", "a"), ("s", "b"), ("a", "end_a"), ("b", "end_b")], key="called")  # fmt: skip
    nodes = {
        "start": {},
        "c": {"kind": "callActivity", "called": "called"},
        "last": PERSON,
        "end": {},
    }
    found = played(nodes, row("start", "c", "last", "end"), done("a"), library={"b.bpmn": called})
    assert found["open"] == [["a", "b"], ["last"]]
    assert (found["completed"]["c"], found["ended"]) == (1, [])
