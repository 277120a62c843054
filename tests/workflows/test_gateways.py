"""Exclusive, parallel and inclusive gateways, and what a fault at one of them does."""

from __future__ import annotations

import pytest

from tests.workflows.diagrams import diagram
from tests.workflows.playing import Played, released

pytestmark = pytest.mark.django_db
HUMAN = {"role": "county"}


def choice(**nodes: dict) -> str:
    return diagram(
        {
            "start": {},
            "review": HUMAN,
            "decide": {"kind": "exclusiveGateway"},
            "yes": HUMAN,
            "no": HUMAN,
            "end": {},
        },
        [
            ("start", "review"),
            ("review", "decide"),
            ("decide", "yes", "=score >= 60"),
            ("decide", "no", nodes or {"default": True}),
            ("yes", "end"),
            ("no", "end"),
        ],
    )


def forked(kind: str, *conditions: str) -> str:
    flows: list[tuple] = [("start", "review"), ("review", "split")]
    for name, condition in zip(("a", "b", "c"), conditions, strict=False):
        flows.append(("split", name, condition) if condition else ("split", name))
    flows += [(name, "join") for name in ("a", "b", "c")[: len(conditions)]]
    flows += [("join", "last"), ("last", "end")]
    names = ("a", "b", "c")[: len(conditions)]
    return diagram(
        {
            "start": {},
            "review": HUMAN,
            "split": {"kind": kind},
            **{name: HUMAN for name in names},
            "join": {"kind": kind},
            "last": HUMAN,
            "end": {},
        },
        flows,
    )


def test_the_exclusive_gateway_takes_the_first_true_condition():
    released(choice())
    case = Played("flow")
    case.do("review", score=61.5)
    assert case.open == ["yes"]
    case.do("yes")
    assert case.status == "DONE"
    assert case.completed == {"start": 1, "review": 1, "decide": 1, "yes": 1, "end": 1}


def test_a_null_condition_is_not_true():
    released(choice())
    case = Played("flow")
    case.do("review")
    assert case.open == ["no"]


def test_without_a_true_condition_the_case_is_parked_and_the_reviewers_work_is_kept():
    released(choice(condition="=score < 0"))
    case = Played("flow")
    step = case.do("review", "approve", score=7)
    assert step.blocked == "no_true_condition: decide"
    assert case.blocked == "no_true_condition: decide"
    review = next(row for row in case.rows if row.element == "review")
    assert (review.status, review.outcome, review.actor_id is not None) == ("DONE", "approve", True)
    assert case.data["score"] == 7


def test_a_condition_that_is_no_boolean_is_a_fault():
    released(choice(condition="=score + 1"))
    case = Played("flow")
    assert case.do("review", score=7).blocked.startswith("not_boolean")


@pytest.mark.parametrize("order", ["abc", "cba", "bca"])
def test_a_parallel_join_waits_for_every_branch_in_any_order(order):
    released(forked("parallelGateway", "", "", ""))
    case = Played("flow")
    case.do("review")
    assert case.open == ["a", "b", "c"]
    for name in order[:2]:
        case.do(name)
        assert "last" not in case.open
    case.do(order[2])
    assert case.open == ["last"]
    assert case.completed["join"] == 1


def test_an_inclusive_join_waits_only_for_what_was_split():
    released(forked("inclusiveGateway", "=x > 1", "=x > 2", "=x > 3"))
    case = Played("flow")
    case.do("review", x=3)
    assert case.open == ["a", "b"]
    case.do("b")
    assert case.open == ["a"]
    case.do("a")
    assert case.open == ["last"]
    case.do("last")
    assert case.status == "DONE"


def test_two_joins_that_share_a_branch_fire_by_incoming_flow_and_not_by_token_prefix():
    source = diagram(
        {
            "start": {},
            "split": {"kind": "parallelGateway"},
            "a": HUMAN,
            "b": HUMAN,
            "c": HUMAN,
            "j1": {"kind": "parallelGateway"},
            "j2": {"kind": "parallelGateway"},
            "end": {},
        },
        [
            ("start", "split"),
            ("split", "a"),
            ("split", "b"),
            ("split", "c"),
            ("a", "j1"),
            ("b", "j1"),
            ("j1", "j2"),
            ("c", "j2"),
            ("j2", "end"),
        ],
    )
    released(source)
    for order in ("cab", "abc", "acb", "bca"):
        case = Played("flow")
        for name in order:
            assert case.status == "NEW"
            case.do(name)
        assert case.status == "DONE", order
        assert case.completed["j1"] == case.completed["j2"] == 1


def test_an_uncontrolled_merge_runs_the_activity_once_per_token():
    released(
        diagram(
            {
                "start": {},
                "split": {"kind": "parallelGateway"},
                "a": HUMAN,
                "b": HUMAN,
                "both": HUMAN,
                "end": {},
            },
            [
                ("start", "split"),
                ("split", "a"),
                ("split", "b"),
                ("a", "both"),
                ("b", "both"),
                ("both", "end"),
            ],
        )
    )
    case = Played("flow")
    case.do("a")
    case.do("b")
    assert case.open == ["both", "both"]
    case.do("both")
    case.do("both")
    assert case.completed["both"] == 2
    assert case.status == "DONE"


def upstream() -> str:
    """The second branch is two steps long, and its first step has a timer that leads to the join."""
    return diagram(
        {
            "start": {},
            "split": {"kind": "inclusiveGateway"},
            "a": HUMAN,
            "b1": HUMAN,
            "late": {"kind": "boundaryEvent", "attached_to": "b1", "timer": "P1D"},
            "b2": HUMAN,
            "merge": {"kind": "exclusiveGateway"},
            "join": {"kind": "inclusiveGateway"},
            "last": HUMAN,
            "end": {},
        },
        [
            ("start", "split"),
            ("split", "a", "=true"),
            ("split", "b1", "=both"),
            ("a", "join"),
            ("b1", "b2"),
            ("b2", "merge"),
            ("late", "merge"),
            ("merge", "join"),
            ("join", "last"),
            ("last", "end"),
        ],
    )


def test_an_inclusive_join_waits_for_a_token_that_is_still_two_steps_away():
    released(upstream())
    case = Played("flow", both=True)
    case.do("a")
    case.do("b1")
    assert case.open == ["b2"]
    case.do("b2")
    assert case.open == ["last"]


def test_an_inclusive_join_waits_for_what_a_timer_may_send_and_fires_when_it_came():
    released(upstream())
    case = Played("flow", both=True)
    case.do("a")
    assert case.open == ["b1"]
    assert case.wait(days=1) == ["last"]
    case.do("last")
    assert case.status == "DONE"
    assert case.completed["join"] == 1


def test_an_inclusive_join_does_not_wait_for_a_branch_that_was_not_taken():
    released(upstream())
    case = Played("flow", both=False)
    case.do("a")
    assert case.open == ["last"]


def test_a_join_that_waits_in_vain_is_shown_as_blocked_and_not_lost():
    released(
        diagram(
            {
                "start": {},
                "choose": {"kind": "exclusiveGateway"},
                "a": HUMAN,
                "b": HUMAN,
                "join": {"kind": "parallelGateway"},
                "end": {},
            },
            [
                ("start", "choose"),
                ("choose", "a", "=true"),
                ("choose", "b", {"default": True}),
                ("a", "join"),
                ("b", "join"),
                ("join", "end"),
            ],
        )
    )
    case = Played("flow")
    assert case.do("a").blocked == "deadlock: join"
