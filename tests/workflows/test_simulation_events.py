"""What waits for an event: messages, signals, clocks, conditions, escalations, links."""

from __future__ import annotations

import pytest

from tests.workflows.scenarios import (
    AND,
    BEGIN,
    EVENTS,
    PERSON,
    STOP,
    XOR,
    after,
    catch,
    done,
    edge,
    message,
    played,
    robot,
    row,
    sub,
    throw,
)

pytestmark = pytest.mark.django_db
RIVALS = {
    "start": {}, "g": EVENTS, "paid": catch(message="Paid"), "late": catch(timer="P2D"),
    "a": PERSON, "b": PERSON, "end_a": {}, "end_b": {},
}  # fmt: skip
RIVAL_WAYS = [
    ("start", "g"),
    ("g", "paid"),
    ("g", "late"),
    ("paid", "a"),
    ("late", "b"),
    ("a", "end_a"),
    ("b", "end_b"),
]


def test_behind_an_event_gateway_the_first_event_ends_the_others():
    found = played(RIVALS, RIVAL_WAYS, message("Paid", sum=7), after("P9D"), done("a"))
    assert found["open"] == [["late", "paid"], ["a"], ["a"], []]
    assert found["completed"] == {"start": 1, "g": 1, "paid": 1, "a": 1, "end_a": 1}
    assert (found["status"], found["data"]) == ("done", {"sum": 7})


def test_behind_an_event_gateway_the_clock_may_win():
    found = played(RIVALS, RIVAL_WAYS, after("P2D"), message("Paid"))
    assert found["open"] == [["late", "paid"], ["b"]]
    assert "Paid" in found["error"], "nobody waits for it any more"


def test_a_receive_task_waits_behind_an_event_gateway_and_by_itself():
    nodes = {"start": {}, "g": EVENTS, "r": {"kind": "receiveTask", "plain": {"messageRef": "message_M"}}, "late": catch(timer="P1D"),
             "declares": catch(message="M"), "end": {}, "end_late": {}}  # fmt: skip
    flows = [
        ("start", "g"),
        ("g", "r"),
        ("g", "late"),
        ("r", "declares"),
        ("declares", "end"),
        ("late", "end_late"),
    ]
    found = played(nodes, flows, message("M"), message("M", last=True))
    assert found["open"] == [["late", "r"], ["declares"], []]
    assert found["completed"]["r"] == 1
    assert found["data"]["last"] is True


def test_a_message_at_the_edge_interrupts_or_comes_again_and_again():
    nodes = {"start": {}, "a": PERSON, "m": edge("a", message="M"), "n": edge("a", message="N", interrupting=False),
             "note": PERSON, "x": PERSON, "end": {}, "end_n": {}, "end_m": {}}  # fmt: skip
    flows = [*row("start", "a", "end"), *row("n", "note", "end_n"), *row("m", "x", "end_m")]
    found = played(nodes, flows, message("N"), message("N"), message("M"))
    assert found["open"] == [["a"], ["a", "note"], ["a", "note", "note"], ["note", "note", "x"]]
    assert (found["completed"]["n"], found["completed"]["m"]) == (2, 1)
    assert "a" not in found["completed"]


def test_a_message_start_waits_for_its_message():
    nodes = {"begin": {"kind": "startEvent", "message": "Filed"}, "a": PERSON, "end": {}}
    found = played(nodes, row("begin", "a", "end"), message("Filed", n=1), done("a"))
    assert found["open"] == [[], ["a"], []]
    assert (found["status"], found["completed"]["begin"], found["data"]["n"]) == ("done", 1, 1)


def test_a_timer_start_begins_the_case_when_it_is_due_and_its_rivals_do_not():
    nodes = {
        "t": {"kind": "startEvent", "timer": "P1D"},
        "m": {"kind": "startEvent", "message": "M"},
        "x": XOR,
        "a": PERSON,
        "end": {},
    }
    found = played(
        nodes,
        [("t", "x"), ("m", "x"), *row("x", "a", "end")],
        after("PT23H"),
        after("PT1H"),
        after("P1D"),
    )
    assert found["open"] == [[], [], ["a"], ["a"]]
    assert found["status"] == "running"


def test_a_none_start_goes_before_the_event_starts():
    nodes = {
        "start": {},
        "m": {"kind": "startEvent", "message": "M"},
        "x": XOR,
        "a": PERSON,
        "end": {},
    }
    assert played(nodes, [("start", "x"), ("m", "x"), *row("x", "a", "end")])["open"] == [["a"]]


def test_a_date_is_waited_for_and_one_in_the_past_has_come():
    nodes = {
        "start": {},
        "past": catch(date="2025-03-01"),
        "day": catch(date="2025-03-04T09:00:00+08:00"),
        "end": {},
    }
    found = played(nodes, row("start", "past", "day", "end"), after("PT23H"), after("PT1H"))
    assert found["open"] == [["day"], ["day"], []]
    assert found["completed"]["past"] == 1


def test_a_date_may_be_computed():
    nodes = {"start": {}, "day": catch(date="=due"), "end": {}}
    found = played(
        nodes, row("start", "day", "end"), after("P1D"), data={"due": "2025-03-04T09:00:00+08:00"}
    )
    assert found["open"] == [["day"], []]
    assert played(nodes, row("start", "day", "end"), data={"due": "soon"})["status"] == "failed"


def test_a_repeated_timer_fires_as_often_as_it_says_and_no_more():
    nodes = {
        "start": {},
        "a": PERSON,
        "t": edge("a", cycle="R3/PT1H", interrupting=False),
        "w": robot(),
        "end": {},
        "end_t": {},
    }
    flows = [*row("start", "a", "end"), *row("t", "w", "end_t")]
    found = played(
        nodes,
        flows,
        after("PT90M"),
        after("PT3H"),
        after("P9D"),
        done("a"),
        handlers={"work": {"add": {"n": 1}}},
    )
    assert found["completed"]["t"] == 3
    assert found["data"]["n"] == 3
    assert found["status"] == "done"


def test_an_endless_repetition_ends_with_its_host():
    nodes = {
        "start": {},
        "a": PERSON,
        "t": edge("a", cycle="R/P1D", interrupting=False),
        "end": {},
        "end_t": {},
    }
    found = played(
        nodes, [*row("start", "a", "end"), ("t", "end_t")], after("P5D"), done("a"), after("P5D")
    )
    assert (found["completed"]["t"], found["status"]) == (5, "done")


def test_a_signal_wakes_all_that_wait_for_it_and_nothing_else():
    nodes = {"start": {}, "s": AND, "go": PERSON, "tell": throw(signal="S"), "one": catch(signal="S"), "two": catch(signal="S"),
             "other": catch(signal="T"), "end": {}, "end_1": {}, "end_2": {}, "end_3": {}}  # fmt: skip
    flows = [("start", "s"), ("s", "go"), ("s", "one"), ("s", "two"), ("s", "other"), *row("go", "tell", "end"),
             ("one", "end_1"), ("two", "end_2"), ("other", "end_3")]  # fmt: skip
    found = played(nodes, flows, done("go"))
    assert found["open"] == [["go", "one", "other", "two"], ["other"]]
    assert sorted(found["ended"]) == ["end", "end_1", "end_2"]


def test_a_signal_end_interrupts_what_catches_it_at_its_edge():
    nodes = {
        "start": {},
        "s": AND,
        "a": PERSON,
        "b": PERSON,
        "heard": edge("b", signal="S"),
        "end": {"signal": "S"},
        "end_b": {},
        "end_h": {},
    }
    found = played(
        nodes,
        [("start", "s"), ("s", "a"), ("s", "b"), ("a", "end"), ("b", "end_b"), ("heard", "end_h")],
        done("a"),
    )
    assert (found["status"], sorted(found["ended"])) == ("done", ["end", "end_h"])


def escalating(interrupting: bool) -> tuple:
    inside = {"in": BEGIN, "up": throw(escalation="E"), "t": PERSON, "out": STOP}
    nodes = {"start": {}, "box": sub(inside, row("in", "up", "t", "out")), "e": edge("box", escalation="E", interrupting=interrupting),
             "boss": PERSON, "end": {}, "end_e": {}}  # fmt: skip
    return nodes, [*row("start", "box", "end"), *row("e", "boss", "end_e")]


def test_an_escalation_that_does_not_interrupt_lets_both_go_on():
    found = played(*escalating(False), done("t"), done("boss"))
    assert found["open"] == [["boss", "t"], ["boss"], []]
    assert (found["completed"]["up"], found["completed"]["e"], found["completed"]["box"]) == (
        1,
        1,
        1,
    )


def test_an_escalation_that_interrupts_ends_the_sub_process():
    found = played(*escalating(True), done("boss"))
    assert found["open"] == [["boss"], []]
    assert "box" not in found["completed"]
    assert found["ended"] == ["end_e"]


def test_an_escalation_nobody_catches_changes_nothing():
    found = played(
        {"start": {}, "up": throw(escalation="E"), "a": PERSON, "end": {"escalation": "F"}},
        row("start", "up", "a", "end"),
        done("a"),
    )
    assert (found["status"], found["ended"]) == ("done", ["end"])


def test_a_link_jumps_to_the_end_of_its_name():
    nodes = {"start": {}, "x": XOR, "go": throw(raw='<bpmn:linkEventDefinition name="L"/>'), "go2": throw(raw='<bpmn:linkEventDefinition name="L"/>'),
             "come": catch(raw='<bpmn:linkEventDefinition name="L"/>'), "a": PERSON, "end": {}}  # fmt: skip
    flows = [
        ("start", "x"),
        ("x", "go", "=n = 1"),
        ("x", "go2", {"default": True}),
        *row("come", "a", "end"),
    ]
    found = played(nodes, flows, done("a"), data={"n": 2})
    assert found["open"] == [["a"], []]
    assert found["completed"] == {"start": 1, "x": 1, "go2": 1, "come": 1, "a": 1, "end": 1}


def test_a_condition_is_looked_at_when_it_is_reached_and_after_each_change_of_data():
    nodes = {
        "start": {},
        "s": AND,
        "a": PERSON,
        "when": catch(condition="=score > 60"),
        "end": {},
        "end_w": {},
    }
    flows = [("start", "s"), ("s", "a"), ("s", "when"), ("a", "end"), ("when", "end_w")]
    assert played(nodes, flows, done("a", score=50))["open"] == [["a", "when"], ["when"]]
    assert played(nodes, flows, done("a", score=61))["open"] == [["a", "when"], []]
    assert played(nodes, flows, data={"score": 70})["open"] == [["a"]]
    assert played(nodes, flows, done("a", score=1))["open"] == [["a", "when"], ["when"]]


def test_a_condition_between_two_automatic_steps_is_not_missed():
    inside = {"in": BEGIN, "up": robot("up"), "down": robot("down"), "out": STOP}
    nodes = {
        "start": {},
        "box": sub(inside, row("in", "up", "down", "out")),
        "when": edge("box", condition="=n > 3"),
        "a": PERSON,
        "end": {},
        "end_b": {},
    }
    found = played(
        nodes,
        [*row("start", "box", "end_b"), *row("when", "a", "end")],
        handlers={"up": {"set": {"n": 5}}, "down": {"set": {"n": 0}}},
    )
    assert (found["open"], found["data"]["n"]) == ([["a"]], 5)
    assert "down" not in found["completed"]


def test_a_condition_that_does_not_interrupt_fires_each_time_it_becomes_true():
    nodes = {"start": {}, "s": AND, "a": PERSON, "b": PERSON, "c": PERSON, "d": PERSON, "when": edge("d", condition="=n > 0", interrupting=False),
             "end": {}, "end_w": {}, "end_d": {}}  # fmt: skip
    flows = [
        ("start", "s"),
        ("s", "a"),
        ("s", "d"),
        *row("a", "b", "c", "end"),
        ("d", "end_d"),
        ("when", "end_w"),
    ]
    found = played(nodes, flows, done("a", n=1), done("b", n=2), done("c", n=0), done("d", n=3))
    assert found["completed"]["when"] == 1
    found = played(nodes, flows, done("a", n=1), done("b", n=0), done("c", n=3))
    assert found["completed"]["when"] == 2


def test_a_condition_that_is_no_truth_value_parks_the_case():
    assert (
        played(
            {"start": {}, "when": catch(condition="=n"), "end": {}},
            row("start", "when", "end"),
            data={"n": 3},
        )["status"]
        == "failed"
    )


def test_throwing_a_message_or_nothing_passes():
    nodes = {"start": {}, "m": throw(message="M"), "n": throw(), "end": {"message": "M"}}
    found = played(nodes, row("start", "m", "n", "end"))
    assert found["completed"] == {"start": 1, "m": 1, "n": 1, "end": 1}


def test_a_message_for_nobody_is_an_impossible_step_and_the_case_goes_on_living():
    found = played({"start": {}, "a": PERSON, "end": {}}, row("start", "a", "end"), message("M"))
    assert "M" in found["error"]
    assert found["status"] == "running"
