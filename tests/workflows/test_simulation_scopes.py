"""Event sub-processes, loops, multi-instance of every activity, and arrows with conditions."""

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


def looped(task: dict, loop: str) -> dict:
    return {
        "start": {},
        "w": {
            **task,
            "raw": f"<bpmn:standardLoopCharacteristics {loop}</bpmn:standardLoopCharacteristics>",
        },
        "end": {},
    }


WHILE = "<bpmn:loopCondition>=n &lt; 3</bpmn:loopCondition>"


@pytest.mark.parametrize(("loop", "n", "runs"), [(f">{WHILE}", 0, 3), (f">{WHILE}", 9, 10), (f'testBefore="true">{WHILE}', 9, 9), (f'loopMaximum="2">{WHILE}', 0, 2),
                                                 ('loopMaximum="4">', 0, 4), (">" + WHILE.replace("n ", "loopCounter "), 0, 3)])  # fmt: skip
def test_a_standard_loop_of_an_automatic_task(loop, n, runs):
    found = played(
        looped(robot(), loop),
        row("start", "w", "end"),
        data={"n": n},
        handlers={"work": {"add": {"n": 1}}},
    )
    assert (found["data"]["n"], found["status"], found["completed"]["w"]) == (runs, "done", 1)


def test_a_standard_loop_of_a_person_and_an_endless_one():
    nodes = looped(PERSON, f">{WHILE}")
    found = played(nodes, row("start", "w", "end"), done("w", n=1), done("w", n=2), done("w", n=3))
    assert found["open"] == [["w"], ["w"], ["w"], []]
    assert found["completed"]["w"] == 1
    assert (
        played(
            looped(robot(), f">{WHILE}"),
            row("start", "w", "end"),
            data={"n": 0},
            handlers={"work": {}},
        )["status"]
        == "failed"
    )


def test_a_loop_of_a_sub_process_and_its_edge():
    inside = sub({"in": BEGIN, "t": PERSON, "out": STOP}, row("in", "t", "out"))
    nodes = {**looped(inside, f">{WHILE}"), "late": edge("w", timer="P2D"), "end_l": {}}
    flows = [*row("start", "w", "end"), ("late", "end_l")]
    found = played(nodes, flows, done("t", n=1), done("t", n=3))
    assert found["open"] == [["t"], ["t"], []]
    assert (found["completed"]["t"], found["completed"]["w"]) == (2, 1)
    assert played(nodes, flows, done("t", n=1), after("P2D"))["ended"] == ["end_l"]


@pytest.mark.parametrize("sequential", [False, True])
def test_an_automatic_task_runs_for_each_item_and_collects(sequential):
    multi = {
        "collection": "xs",
        "item": "x",
        "sequential": sequential,
        "output": "all",
        "outputItem": "y",
    }
    nodes = {"start": {}, "w": robot(multi=multi), "a": PERSON, "end": {}}
    found = played(
        nodes,
        row("start", "w", "a", "end"),
        data={"xs": [1, 2, 3], "total": 0},
        handlers={"work": {"calc": {"y": "=x * 10", "total": "=total + x"}}},
    )
    assert found["data"]["all"] == [10, 20, 30]
    assert found["data"]["total"] == 6
    assert found["completed"]["w"] == 1
    assert "x" not in found["data"]


def test_the_completion_condition_stops_automatic_instances():
    nodes = {
        "start": {},
        "w": robot(multi={"cardinality": "=9", "completion": "=nrOfCompletedInstances >= 2"}),
        "end": {},
    }
    found = played(
        nodes, row("start", "w", "end"), data={"n": 0}, handlers={"work": {"add": {"n": 1}}}
    )
    assert (found["data"]["n"], found["status"]) == (2, "done")


def test_an_error_of_one_instance_ends_them_all():
    nodes = {
        "start": {},
        "w": robot(multi={"collection": "xs"}),
        "err": edge("w", error="E"),
        "a": PERSON,
        "end": {},
        "end_a": {},
    }
    found = played(
        nodes,
        [*row("start", "w", "end"), *row("err", "a", "end_a")],
        data={"xs": [1, 2]},
        handlers={"work": {"raise": "E"}},
    )
    assert found["open"] == [["a"]]


def many(sequential: bool) -> dict:
    inside = {"in": BEGIN, "x": XOR, "t": PERSON, "w": robot(), "out": STOP}
    flows = [
        ("in", "x"),
        ("x", "t", "=member = 1"),
        ("x", "w", {"default": True}),
        ("t", "out"),
        ("w", "out"),
    ]
    multi = {
        "collection": "xs",
        "item": "member",
        "sequential": sequential,
        "output": "all",
        "outputItem": "y",
    }
    return {"start": {}, "box": sub(inside, flows, multi=multi), "last": PERSON, "end": {}}


@pytest.mark.parametrize(
    ("sequential", "collected"), [(False, ["=2", "=3", 7]), (True, [7, "=2", "=3"])]
)
def test_a_sub_process_runs_for_each_item_which_its_inside_sees(sequential, collected):
    stub = {"work": {"calc": {"y": '=if member = 2 then "=2" else "=3"'}}}
    found = played(
        many(sequential),
        row("start", "box", "last", "end"),
        done("t", y=7),
        data={"xs": [1, 2, 3]},
        handlers=stub,
    )
    assert found["open"] == [["t"], ["last"]]
    assert (found["completed"]["box"], found["completed"]["out"], found["completed"]["w"]) == (
        1,
        3,
        2,
    )
    assert found["data"]["all"] == collected


def test_a_called_process_runs_for_each_item():
    called = diagram(
        {"start": {}, "t": {**PERSON, "holder": "=item"}, "end": {}},
        row("start", "t", "end"),
        key="called",
    )
    nodes = {
        "start": {},
        "c": {"kind": "callActivity", "called": "called", "multi": {"collection": "xs"}},
        "end": {},
    }
    found = played(
        nodes,
        row("start", "c", "end"),
        done("t"),
        done("t"),
        data={"xs": ["li", "wang"]},
        library={"b.bpmn": called},
    )
    assert found["open"] == [["t", "t"], ["t"], []]
    assert (found["completed"]["c"], found["completed"]["t"]) == (1, 2)


def test_a_terminate_in_one_instance_ends_only_that_instance():
    inside = {
        "in": BEGIN,
        "s": AND,
        "t": PERSON,
        "u": PERSON,
        "out": {"kind": "endEvent", "event": "terminate"},
        "end_u": {},
    }
    box = sub(
        inside,
        [("in", "s"), ("s", "t"), ("s", "u"), ("t", "out"), ("u", "end_u")],
        multi={"cardinality": "2"},
    )
    found = played(
        {"start": {}, "box": box, "end": {}}, row("start", "box", "end"), done("t"), done("t")
    )
    assert found["open"] == [["t", "t", "u", "u"], ["t", "u"], []]


def test_a_receive_task_per_item_is_listed_with_its_item():
    nodes = {"start": {}, "r": {"kind": "receiveTask", "plain": {"messageRef": "message_M"}, "multi": {"collection": "xs", "output": "all", "outputItem": "n"}},
             "declares": {"kind": "intermediateThrowEvent", "message": "M"}, "end": {}}  # fmt: skip
    found = played(
        nodes,
        row("start", "r", "declares", "end"),
        message("M", n=1),
        message("M", n=2),
        data={"xs": ["a", "b"]},
    )
    assert found["open"] == [["r#a", "r#b"], ["r#b"], []]
    assert found["data"]["all"] == [1, 2]


def test_arrows_out_of_an_activity_are_taken_when_their_condition_holds():
    nodes = {"start": {}, "a": PERSON, "b": PERSON, "c": PERSON, "d": PERSON, "end": {}}
    flows = [
        ("start", "a"),
        ("a", "b", "=n > 1"),
        ("a", "c", "=n > 2"),
        ("a", "d", {"default": True}),
        ("b", "end"),
        ("c", "end"),
        ("d", "end"),
    ]
    assert played(nodes, flows, done("a", n=3))["open"] == [["a"], ["b", "c"]]
    assert played(nodes, flows, done("a", n=2))["open"] == [["a"], ["b"]]
    assert played(nodes, flows, done("a"))["open"] == [["a"], ["d"]]


def test_an_activity_without_a_way_out_parks_the_case_and_stays_done():
    nodes = {"start": {}, "a": PERSON, "b": PERSON, "c": PERSON, "end": {}}
    flows = [
        ("start", "a"),
        ("a", "b", {"outcome": "yes"}),
        ("a", "c", {"outcome": "no"}),
        ("b", "end"),
        ("c", "end"),
    ]
    assert played(nodes, flows, done("a", outcome="no"))["open"] == [["a"], ["c"]]
    found = played(nodes, flows, done("a", outcome="perhaps"))
    assert (found["status"], found["error"], found["completed"]["a"]) == ("failed", None, 1)
