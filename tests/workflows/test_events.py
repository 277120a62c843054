"""Timers, boundary events, end events and errors."""

from __future__ import annotations

import pytest

import clock
from tests.workflows.diagrams import diagram
from tests.workflows.playing import MONDAY, Played, released
from workflows import timers
from workflows.handlers import BusinessError
from workflows.models import LIVE, Process

pytestmark = pytest.mark.django_db
HUMAN = {"role": "county"}


def with_timer(**timer: object) -> str:
    return diagram(
        {
            "start": {},
            "review": HUMAN,
            "late": {"kind": "boundaryEvent", "attached_to": "review", **timer},
            "remind": HUMAN,
            "end": {},
            "end_late": {"verdict": "lapsed", "phase": "lapsed"},
        },
        [("start", "review"), ("review", "end"), ("late", "remind"), ("remind", "end_late")],
    )


def test_an_interrupting_timer_cancels_the_task_and_takes_its_own_path():
    released(with_timer(timer="P1D"))
    case = Played("flow")
    assert case.wait(hours=23, minutes=59) == ["review"]
    assert case.wait(minutes=1) == ["remind"]
    case.do("remind")
    assert case.status == "DONE"
    assert (case.process.verdict, case.process.phase) == ("lapsed", "lapsed")
    assert "review" not in case.completed


def test_a_non_interrupting_timer_fires_once_and_leaves_the_task_open():
    released(with_timer(timer="P1D", interrupting=False))
    case = Played("flow")
    assert case.wait(days=3) == ["remind", "review"]
    assert case.wait(days=3) == ["remind", "review"]
    case.do("review")
    case.do("remind")
    assert case.status == "DONE"


def test_completing_the_task_cancels_its_timer_and_the_case_ends():
    released(with_timer(timer="P1D"))
    case = Played("flow")
    case.do("review")
    assert case.status == "DONE"
    assert not [row for row in case.rows if row.status in LIVE]
    assert case.wait(days=30) == []


def test_five_working_days_end_at_midnight_of_the_last_one():
    released(with_timer(timer="P5D", calendar="workdays"))
    case = Played("flow")
    assert case.wait(days=7, hours=14) == ["review"], "Monday the 10th is the last day"
    assert case.wait(hours=1) == ["remind"]


def test_a_timer_fires_exactly_once_although_two_dispatchers_ask():
    released(with_timer(timer="P1D"))
    case = Played("flow")
    timer = next(row for row in case.rows if row.element == "late")
    assert timers.fire(timer.pk, world=case.world) is not None, "the real clock is years later"
    assert timers.fire(timer.pk, world=case.world) is None
    assert case.completed["late"] == 1


def test_a_timer_that_is_not_due_does_not_fire():
    released(with_timer(timer="P1D"))
    case = Played("flow")
    timer = next(row for row in case.rows if row.element == "late")
    with clock.at(MONDAY):
        assert timers.fire(timer.pk, world=case.world) is None


def test_the_terminate_end_closes_every_other_branch():
    released(
        diagram(
            {
                "start": {},
                "split": {"kind": "parallelGateway"},
                "a": HUMAN,
                "b": HUMAN,
                "late": {"kind": "boundaryEvent", "attached_to": "b", "timer": "P1D"},
                "end_all": {"event": "terminate"},
                "end": {},
            },
            [
                ("start", "split"),
                ("split", "a"),
                ("split", "b"),
                ("a", "end_all"),
                ("b", "end"),
                ("late", "end"),
            ],
        )
    )
    case = Played("flow")
    case.do("a")
    assert case.status == "DONE"
    assert case.open == []
    assert not [row for row in case.rows if row.status in LIVE]


def test_a_timer_catch_event_waits_for_its_moment():
    released(
        diagram(
            {
                "start": {},
                "pause": {"kind": "intermediateCatchEvent", "timer": "PT2H"},
                "a": HUMAN,
                "end": {},
            },
            [("start", "pause"), ("pause", "a"), ("a", "end")],
        )
    )
    case = Played("flow")
    assert case.open == []
    assert case.wait(hours=2) == ["a"]


def issuing(code: str | None) -> str:
    boundary = (
        {}
        if code is None
        else {"caught": {"kind": "boundaryEvent", "attached_to": "issue", "error": code}}
    )
    flows = [("start", "issue"), ("issue", "end")] + (
        [("caught", "mend"), ("mend", "end")] if boundary else []
    )
    return diagram(
        {
            "start": {},
            "issue": {"kind": "serviceTask", "handler": "issue"},
            **boundary,
            **({"mend": HUMAN} if boundary else {}),
            "end": {},
        },
        flows,
    )


def failing_after_writing(call):
    Process.objects.filter(pk=call.process.pk).update(city="changed by the handler")
    raise BusinessError("missing_glyph")


@pytest.mark.parametrize("code", ["missing_glyph", ""])
def test_a_business_error_undoes_the_handler_and_takes_the_error_path(code):
    released(issuing(code))
    case = Played("flow", {"issue": failing_after_writing})
    assert case.open == ["mend"]
    case.process.refresh_from_db()
    assert case.process.city == "testcity"
    assert "issue" not in case.completed
    assert case.completed["caught"] == 1


@pytest.mark.parametrize("code", ["another_error", None])
def test_an_uncaught_business_error_ends_the_case_as_failed(code):
    released(issuing(code))
    case = Played("flow", {"issue": failing_after_writing})
    assert case.status == "FAILED"
    assert case.data["_error"] == "missing_glyph"
    assert not [row for row in case.rows if row.status in LIVE]


def test_the_boundary_that_names_the_code_goes_before_the_one_that_catches_any():
    released(
        diagram(
            {
                "start": {},
                "issue": {"kind": "serviceTask", "handler": "issue"},
                "any": {"kind": "boundaryEvent", "attached_to": "issue", "error": ""},
                "named": {
                    "kind": "boundaryEvent",
                    "attached_to": "issue",
                    "error": "missing_glyph",
                },
                "a": HUMAN,
                "b": HUMAN,
                "end": {},
            },
            [
                ("start", "issue"),
                ("issue", "end"),
                ("any", "a"),
                ("named", "b"),
                ("a", "end"),
                ("b", "end"),
            ],
        )
    )
    assert Played("flow", {"issue": failing_after_writing}).open == ["b"]


def test_a_crashing_handler_parks_the_case_and_stores_only_the_class_name():
    def crash(call):
        raise RuntimeError("secret")

    released(issuing(None))
    case = Played("flow", {"issue": crash})
    assert case.blocked == "handler_failed: issue: RuntimeError"
    assert "secret" not in str([row.data for row in case.rows])
    assert case.status == "NEW"
