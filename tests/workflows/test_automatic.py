"""Handlers, their variables, the step limit, and retrying a parked case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import clock
from tests.workflows.diagrams import diagram
from tests.workflows.playing import MONDAY, Played, released
from workflows import operations
from workflows.models import LIVE, CalendarDay

pytestmark = pytest.mark.django_db
HUMAN = {"role": "county"}


def service_then_choice() -> str:
    return diagram(
        {
            "start": {},
            "work": {"kind": "serviceTask", "handler": "work"},
            "pass": {"kind": "task"},
            "decide": {"kind": "exclusiveGateway"},
            "yes": HUMAN,
            "end": {},
        },
        [
            ("start", "work"),
            ("work", "pass"),
            ("pass", "decide"),
            ("decide", "yes", "=n > 1"),
            ("decide", "end", {"default": True}),
            ("yes", "end"),
        ],
    )


def test_what_a_handler_changes_is_there_before_the_next_arrow_is_chosen():
    released(service_then_choice())
    case = Played("flow", {"work": lambda call: {"n": call.variables["n"] + 1}}, n=1)
    assert case.open == ["yes"]
    assert case.data["n"] == 2


def test_a_parked_case_goes_on_after_a_retry_and_the_work_before_is_not_done_again():
    runs: list[int] = []

    def work(call):
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError
        return {"n": 5}

    released(service_then_choice())
    case = Played("flow", {"work": work})
    assert case.blocked.startswith("handler_failed")
    with clock.at(MONDAY):
        step = operations.retry(case.process, case.starter, world=case.world)
    assert [task.element for task in step.opened] == ["yes"]
    assert case.blocked == ""
    with clock.at(MONDAY), pytest.raises(operations.WrongState):
        operations.retry(case.process, case.starter, world=case.world)


def looping() -> str:
    return diagram(
        {
            "start": {},
            "review": HUMAN,
            "work": {"kind": "serviceTask", "handler": "work"},
            "again": {"kind": "exclusiveGateway"},
            "end": {},
        },
        [
            ("start", "review"),
            ("review", "work"),
            ("work", "again"),
            ("again", "work", "=true"),
            ("again", "end", {"default": True}),
        ],
    )


def test_an_endless_automatic_loop_is_undone_parked_and_the_reviewers_act_is_kept():
    released(looping())
    CalendarDay.objects.all().delete()
    days = iter(range(2000))

    def counted(call):
        CalendarDay.objects.create(
            day=date(1000, 1, 1) + timedelta(days=next(days)), is_workday=True
        )

    case = Played("flow", {"work": counted})
    step = case.do("review", "approve", note="kept")
    assert step.blocked.startswith("step_limit")
    assert case.data["note"] == "kept"
    assert CalendarDay.objects.count() == 0, "what the loop wrote is undone"
    parked = [row for row in case.rows if row.status in LIVE]
    assert [(row.element, row.status) for row in parked] == [("work", "ERROR")]
    review = next(row for row in case.rows if row.element == "review")
    assert (review.status, review.outcome) == ("DONE", "approve")
