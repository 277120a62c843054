"""Sub-processes and calls of other flows."""

from __future__ import annotations

import pytest

import clock
from tests.workflows.diagrams import diagram
from tests.workflows.playing import MONDAY, Played, released
from workflows import operations
from workflows.models import LIVE

pytestmark = pytest.mark.django_db
HUMAN = {"role": "county"}
INSIDE = {
    "in": {"kind": "startEvent"},
    "fork": {"kind": "parallelGateway"},
    "a": HUMAN,
    "b": HUMAN,
    "end_a": {},
    "end_b": {},
}
INSIDE_FLOWS = [("in", "fork"), ("fork", "a"), ("fork", "b"), ("a", "end_a"), ("b", "end_b")]


def outer(inside: dict, flows: list, **boundary: object) -> str:
    return diagram(
        {
            "start": {},
            "sub": {"kind": "subProcess", "nodes": inside, "flows": flows},
            **(
                {"edge": {"kind": "boundaryEvent", "attached_to": "sub", **boundary}, "mend": HUMAN}
                if boundary
                else {}
            ),
            "last": HUMAN,
            "end": {},
        },
        [
            ("start", "sub"),
            ("sub", "last"),
            ("last", "end"),
            *([("edge", "mend"), ("mend", "end")] if boundary else []),
        ],
    )


def test_a_sub_process_ends_when_no_token_is_left_inside():
    released(outer(INSIDE, INSIDE_FLOWS))
    case = Played("flow")
    case.do("a")
    assert case.open == ["b"]
    case.do("b", found=7)
    assert case.open == ["last"]
    assert case.data["found"] == 7
    assert case.completed["sub"] == 1


def test_a_terminate_end_inside_ends_only_the_sub_process():
    released(outer({**INSIDE, "end_a": {"event": "terminate"}}, INSIDE_FLOWS))
    case = Played("flow")
    case.do("a")
    assert case.open == ["last"]


def test_an_error_end_inside_is_caught_at_the_edge_and_cancels_everything_inside():
    released(outer({**INSIDE, "end_a": {"error": "E1"}}, INSIDE_FLOWS, error="E1"))
    case = Played("flow")
    case.do("a")
    assert case.open == ["mend"]
    assert "sub" not in case.completed
    case.do("mend")
    assert case.status == "DONE"


def test_an_error_nobody_catches_climbs_out_and_fails_the_case():
    released(outer({**INSIDE, "end_a": {"error": "E1"}}, INSIDE_FLOWS, error="E2"))
    case = Played("flow")
    case.do("a")
    assert (case.status, case.data["_error"]) == ("FAILED", "E1")


def test_a_timer_at_the_edge_covers_everything_inside():
    released(outer(INSIDE, INSIDE_FLOWS, timer="P1D"))
    case = Played("flow")
    case.do("a")
    assert case.wait(days=1) == ["mend"]
    assert [row.element for row in case.rows if row.status in LIVE] == ["mend"]


def called(version: int, task: str) -> str:
    return diagram(
        {"start": {}, task: HUMAN, "end": {}},
        [("start", task), (task, "end")],
        key="called",
        version=version,
    )


def calling() -> str:
    return diagram(
        {
            "start": {},
            "call": {"kind": "callActivity", "called": "called"},
            "last": HUMAN,
            "end": {},
        },
        [("start", "call"), ("call", "last"), ("last", "end")],
    )


def test_a_called_flow_shares_the_variables_and_is_bound_at_the_call():
    released(calling())
    released(called(1, "old"))
    case = Played("flow", n=1)
    released(called(2, "new"))
    assert case.open == ["old"]
    assert Played("flow").open == ["new"]
    case.do("old", n=2)
    assert (case.open, case.data["n"]) == (["last"], 2)
    case.do("last")
    assert case.status == "DONE"
    assert case.completed["call"] == 1


def test_a_missing_called_flow_parks_the_case_until_it_is_loaded():
    released(calling())
    case = Played("flow")
    assert case.blocked == "unknown_process: called"
    released(called(1, "old"))
    with clock.at(MONDAY):
        operations.retry(case.process, case.starter, world=case.world)
    assert case.open == ["old"]


def test_running_cases_stay_on_their_version():
    released(
        diagram(
            {"start": {}, "a": HUMAN, "b": HUMAN, "end": {}},
            [("start", "a"), ("a", "b"), ("b", "end")],
        )
    )
    old = Played("flow")
    released(
        diagram(
            {"start": {}, "a": HUMAN, "c": HUMAN, "end": {}},
            [("start", "a"), ("a", "c"), ("c", "end")],
            version=2,
        )
    )
    new = Played("flow")
    old.do("a")
    new.do("a")
    assert (old.open, new.open) == (["b"], ["c"])
    assert old.rows[0].flow_task.flow_class.__name__ == "flow_v1"
