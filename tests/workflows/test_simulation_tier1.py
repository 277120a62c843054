"""Each sentence of the specification's first tier, played through `simulate_flow`."""

from __future__ import annotations

import pytest

from tests.workflows.diagrams import diagram
from tests.workflows.scenarios import (
    AND,
    BEGIN,
    OR,
    PERSON,
    STOP,
    XOR,
    after,
    catch,
    done,
    edge,
    played,
    robot,
    row,
    sub,
)

pytestmark = pytest.mark.django_db
BOTH = {"start": {}, "s": AND, "a": PERSON, "b": PERSON}
BOTH_WAYS = [("start", "s"), ("s", "a"), ("s", "b")]


def test_a_parallel_join_fires_once_when_every_arrow_has_a_token():
    nodes = {**BOTH, "j": AND, "end": {}}
    found = played(nodes, [*BOTH_WAYS, ("a", "j"), ("b", "j"), ("j", "end")], done("b"), done("a"))
    assert found["open"] == [["a", "b"], ["a"], []]
    assert found["completed"] == {"start": 1, "s": 1, "a": 1, "b": 1, "j": 1, "end": 1}


def test_an_uncontrolled_merge_runs_the_activity_once_per_token():
    nodes = {**BOTH, "c": PERSON, "end": {}}
    found = played(
        nodes,
        [*BOTH_WAYS, ("a", "c"), ("b", "c"), ("c", "end")],
        done("a"),
        done("b"),
        done("c"),
        done("c"),
    )
    assert found["open"] == [["a", "b"], ["b", "c"], ["c", "c"], ["c"], []]
    assert (found["completed"]["c"], found["ended"], found["status"]) == (2, ["end", "end"], "done")


@pytest.mark.parametrize(
    ("data", "way"),
    [({"n": 5}, "a"), ({"n": 3}, "b"), ({"n": 0}, "c"), ({}, "c"), ({"n": None}, "c")],
)
def test_an_exclusive_split_takes_the_first_true_arrow_else_the_default(data, way):
    nodes = {"start": {}, "x": XOR, "a": PERSON, "b": PERSON, "c": PERSON, "end": {}}
    flows = [
        ("start", "x"),
        ("x", "c", {"default": True}),
        ("x", "a", "=n > 4"),
        ("x", "b", "=n > 2"),
        ("a", "end"),
        ("b", "end"),
        ("c", "end"),
    ]
    assert played(nodes, flows, data=data)["open"] == [[way]]


@pytest.mark.parametrize("kind", [XOR, OR])
@pytest.mark.parametrize("n", [1, "text", None])
def test_no_true_arrow_and_a_value_that_is_no_truth_are_faults(kind, n):
    nodes = {"start": {}, "x": kind, "a": PERSON, "b": PERSON, "end": {}}
    found = played(
        nodes,
        [("start", "x"), ("x", "a", "=n"), ("x", "b", "=n = 7"), ("a", "end"), ("b", "end")],
        data={"n": n},
    )
    assert (found["status"], found["error"], found["open"]) == ("failed", None, [[]])
    assert "x" not in found["completed"]


def test_an_inclusive_join_waits_for_exactly_what_was_split():
    nodes = {
        "start": {},
        "s": OR,
        "a": PERSON,
        "b": PERSON,
        "c": PERSON,
        "j": OR,
        "last": PERSON,
        "end": {},
    }
    flows = [
        ("start", "s"),
        ("s", "a", "=n > 0"),
        ("s", "b", "=n > 1"),
        ("s", "c", {"default": True}),
        ("a", "j"),
        ("b", "j"),
        ("c", "j"),
        *row("j", "last", "end"),
    ]
    assert played(nodes, flows, done("b"), done("a"), data={"n": 2})["open"] == [
        ["a", "b"],
        ["a"],
        ["last"],
    ]
    assert played(nodes, flows, done("a"), data={"n": 1})["open"] == [["a"], ["last"]]
    assert played(nodes, flows, done("c"), data={"n": 0})["open"] == [["c"], ["last"]]


def test_data_of_a_completion_are_there_before_the_arrow_is_chosen_and_the_last_writer_wins():
    nodes = {
        "start": {},
        "a": {**PERSON, "result": "first"},
        "b": PERSON,
        "x": XOR,
        "yes": PERSON,
        "no": PERSON,
        "end": {},
    }
    flows = [
        *row("start", "a", "b", "x"),
        ("x", "yes", {"outcome": "approve"}),
        ("x", "no", {"default": True}),
        ("yes", "end"),
        ("no", "end"),
    ]
    found = played(
        nodes, flows, done("a", outcome="reject", k=1), done("b", outcome="approve", k=2)
    )
    assert found["open"][-1] == ["yes"]
    assert found["data"] == {"first": "reject", "outcome": "approve", "k": 2}


@pytest.mark.parametrize(("caught", "way"), [("E", "a"), ("", "a"), ("F", None)])
@pytest.mark.parametrize("called", [False, True])
def test_an_error_is_caught_by_its_code_or_by_any_in_the_enclosing_scope_and_through_a_call(
    caught, way, called
):
    inner = {"in": BEGIN, "w": robot(), "out": STOP}
    other = diagram({"start": {}, "w": robot(), "end": {}}, row("start", "w", "end"), key="other")
    box = (
        {"kind": "callActivity", "called": "other"} if called else sub(inner, row("in", "w", "out"))
    )
    nodes = {
        "start": {},
        "box": box,
        "err": edge("box", error=caught),
        "a": PERSON,
        "end": {},
        "end_e": {},
    }
    found = played(nodes, [*row("start", "box", "end"), *row("err", "a", "end_e")], library={"b.bpmn": other} if called else None,
                   handlers={"work": {"set": {"n": 9}, "raise": "E"}})  # fmt: skip
    assert "n" not in found["data"], "a handler's changes are undone before the error path"
    if way:
        assert (found["open"], found["completed"]["err"]) == ([[way]], 1)
    else:
        assert (found["status"], found["data"]["_error"], found["ended"]) == ("failed", "E", [])


def test_an_error_end_inside_takes_the_edge_and_at_the_top_fails_the_case():
    inner = {"in": BEGIN, "t": PERSON, "out": {"kind": "endEvent", "error": "E"}}
    nodes = {
        "start": {},
        "box": sub(inner, row("in", "t", "out")),
        "err": edge("box", error="E"),
        "end": {},
        "end_e": {},
    }
    found = played(nodes, [*row("start", "box", "end"), ("err", "end_e")], done("t"))
    assert (found["status"], found["ended"], "box" in found["completed"]) == (
        "done",
        ["end_e"],
        False,
    )
    top = played(
        {"start": {}, "a": PERSON, "end": {"error": "E"}}, row("start", "a", "end"), done("a")
    )
    assert (top["status"], top["data"]["_error"]) == ("failed", "E")


def test_terminate_ends_its_own_scope_only():
    inner = {
        "in": BEGIN,
        "f": AND,
        "a": PERSON,
        "b": PERSON,
        "stop": {"kind": "endEvent", "event": "terminate"},
        "out": STOP,
    }
    box = sub(inner, [("in", "f"), ("f", "a"), ("f", "b"), ("a", "stop"), ("b", "out")])
    found = played(
        {"start": {}, "box": box, "last": PERSON, "end": {"event": "terminate"}},
        row("start", "box", "last", "end"),
        done("a"),
        done("last"),
    )
    assert found["open"] == [["a", "b"], ["last"], []]
    assert (found["ended"], found["completed"]["box"], "b" in found["completed"]) == (
        ["end"],
        1,
        False,
    )


def test_a_boundary_timer_of_a_sub_process_covers_what_is_inside_of_the_inside():
    deep = {"d": BEGIN, "t": PERSON, "wait": catch(timer="P9D"), "f": AND, "do": STOP, "dw": STOP}
    inner = {
        "in": BEGIN,
        "deep": sub(deep, [("d", "f"), ("f", "t"), ("f", "wait"), ("t", "do"), ("wait", "dw")]),
        "out": STOP,
    }
    nodes = {
        "start": {},
        "box": sub(inner, row("in", "deep", "out")),
        "late": edge("box", timer="P2D"),
        "a": PERSON,
        "end": {},
        "end_l": {},
    }
    found = played(
        nodes,
        [*row("start", "box", "end"), *row("late", "a", "end_l")],
        after("P1D"),
        after("P1D"),
        after("P9D"),
    )
    assert found["open"] == [["t", "wait"], ["t", "wait"], ["a"], ["a"]]


def test_timers_of_one_advance_fire_in_order_of_time_and_what_they_open_counts_from_then():
    nodes = {**BOTH, "t1": edge("a", timer="P2D"), "t2": edge("b", timer="P1D"), "w1": robot("one"), "w2": robot("two"), "pause": catch(timer="P2D"),
             "end": {}, "end_b": {}, "end_1": {}, "end_2": {}}  # fmt: skip
    flows = [
        *BOTH_WAYS,
        ("a", "end"),
        ("b", "end_b"),
        *row("t1", "w1", "end_1"),
        *row("t2", "w2", "pause", "end_2"),
    ]
    stubs = {
        "one": {"calc": {"order": "=order * 10 + 1"}},
        "two": {"calc": {"order": "=order * 10 + 2"}},
    }
    found = played(nodes, flows, after("P2D"), after("P1D"), data={"order": 0}, handlers=stubs)
    assert found["data"]["order"] == 21
    assert found["open"] == [["a", "b"], ["pause"], []]


def test_working_days_are_counted_to_the_end_of_the_last_one():
    timer = {"timer": "P1D", "calendar": "workdays"}
    found = played({"start": {}, "a": PERSON, "late": edge("a", **timer), "end": {}, "end_l": {}}, [*row("start", "a", "end"), ("late", "end_l")],
                   after("PT62H"), after("PT1H"), clock="2025-03-07T09:00:00+08:00")  # fmt: skip
    assert found["open"] == [["a"], ["a"], ["a"]], "Friday, then Monday is the first day"
    assert found["status"] == "running"


def test_members_are_named_by_their_number_and_one_after_the_other_when_sequential():
    nodes = {
        "start": {},
        "p": {"role": "expert", "multi": {"cardinality": "=n"}},
        "q": {"role": "expert", "multi": {"collection": "who", "sequential": True}},
        "end": {},
    }
    found = played(
        nodes,
        row("start", "p", "q", "end"),
        done("p#2"),
        done("p#1"),
        done("q#li"),
        done("q#wang"),
        data={"n": 2, "who": ["li", "wang"]},
    )
    assert found["open"] == [["p#1", "p#2"], ["p#1"], ["q#li"], ["q#wang"], []]
    assert (found["completed"]["p"], found["completed"]["q"]) == (1, 1)


def test_the_completion_condition_knows_the_counts_and_the_results():
    multi = {
        "cardinality": "=4",
        "output": "scores",
        "outputItem": "score",
        "completion": "=sum(results) >= 10 or nrOfActiveInstances = 1",
    }
    nodes = {"start": {}, "p": {"role": "expert", "multi": multi}, "end": {}}
    assert played(nodes, row("start", "p", "end"), done("p#3", score=4), done("p#1", score=6))[
        "data"
    ]["scores"] == [4, 6]
    assert played(
        nodes,
        row("start", "p", "end"),
        done("p#1", score=0),
        done("p#2", score=0),
        done("p#4", score=1),
    )["data"]["scores"] == [0, 0, 1]


def test_holders_exclusion_and_assignment_say_who_may_act():
    nodes = {"start": {}, "a": PERSON, "b": {**PERSON, "exclude": "a"}, "back": {**PERSON, "assign": "last:a"},
             "p": {"role": "expert", "holder": "=item", "multi": {"collection": "who"}}, "end": {}}  # fmt: skip
    found = played(nodes, row("start", "a", "b", "back", "p", "end"),
                   {**done("a"), "refused_for": ["finance", "expert", "applicant"]}, done("b"), {**done("back"), "refused_for": ["county"]},
                   {**done("p#li"), "refused_for": ["expert", "county"]}, done("p#wang"), data={"who": ["li", "wang"]})  # fmt: skip
    assert (found["allowed_for"], found["error"], found["status"]) == ([], None, "done")


def test_a_role_that_is_wrongly_let_through_is_told_and_undone():
    found = played(
        {"start": {}, "a": PERSON, "b": PERSON, "end": {}},
        row("start", "a", "b", "end"),
        {**done("a"), "refused_for": ["county", "bureau"]},
    )
    assert (found["allowed_for"], found["open"], found["completed"]["a"]) == (
        ["county"],
        [["a"], ["b"]],
        1,
    )


def test_a_called_process_reads_and_writes_the_callers_data_and_its_ends_are_not_ours():
    other = diagram({"start": {}, "t": PERSON, "end": {}}, row("start", "t", "end"), key="other")
    nodes = {
        "start": {},
        "c": {"kind": "callActivity", "called": "other"},
        "x": XOR,
        "yes": PERSON,
        "end": {},
        "end_n": {},
    }
    flows = [
        *row("start", "c", "x"),
        ("x", "yes", "=k = 3"),
        ("x", "end_n", {"default": True}),
        ("yes", "end"),
    ]
    found = played(nodes, flows, done("t", k=3), done("yes"), library={"b.bpmn": other})
    assert found["open"] == [["t"], ["yes"], []]
    assert (found["ended"], found["completed"]["end"]) == (["end"], 2)


def test_a_loop_counts_every_firing():
    nodes = {"start": {}, "m": XOR, "a": PERSON, "x": XOR, "end": {}}
    flows = [
        ("start", "m"),
        ("m", "a"),
        ("a", "x"),
        ("x", "m", {"outcome": "return"}),
        ("x", "end", {"default": True}),
    ]
    found = played(
        nodes,
        flows,
        done("a", outcome="return"),
        done("a", outcome="return"),
        done("a", outcome="ok"),
    )
    assert found["completed"] == {"start": 1, "m": 3, "a": 3, "x": 3, "end": 1}


@pytest.mark.parametrize("step", [{"do": "complete", "task": "nobody"}, {"do": "advance", "by": "soon"}, {"do": "advance"}, {"do": "dance"}, {}, "text",
                                  {"do": "message"}, {"do": "complete", "task": "a", "data": "x"}, {"do": "complete", "task": "a", "as": "nobody"},
                                  {"do": "complete", "task": "a", "refused_for": 3}, {"do": "advance", "by": "P99999Y"}])  # fmt: skip
def test_an_impossible_step_is_an_error_of_its_scenario_and_no_crash(step):
    found = played({"start": {}, "a": PERSON, "end": {}}, row("start", "a", "end"), step)
    assert found["error"]
    assert found["open"][0] == ["a"]


def test_business_errors_and_faults_are_failed_and_no_error_of_the_scenario():
    nodes = {"start": {}, "w": robot(), "end": {}}
    raised = played(nodes, row("start", "w", "end"), handlers={"work": {"raise": "E9"}})
    assert (raised["status"], raised["error"], raised["data"]) == ("failed", None, {"_error": "E9"})
    assert "w" not in raised["completed"]
