"""Loops, multi-instance of every activity, and arrows with conditions."""

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
    message,
    played,
    robot,
    row,
    sub,
)

pytestmark = pytest.mark.django_db


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
