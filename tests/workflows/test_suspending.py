"""中止: nobody acts, no timer fires, and afterwards every term has what was left of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import clock
from tests.workflows.diagrams import diagram
from tests.workflows.playing import Played, released
from workflows import timers
from workflows.errors import WrongState
from workflows.operations import suspending
from workflows.operations.suspending import moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Played:
    released(
        diagram(
            {
                "start": {}, "a": {"role": "county", "due": "P5D"},
                "late": {"kind": "boundaryEvent", "attached_to": "a", "timer": "P5D"}, "end": {}, "end_late": {},
            },
            [("start", "a"), ("a", "end"), ("late", "end_late")],
        )
    )  # fmt: skip
    return Played("flow")


def do(case: Played, what: str, reason: str = "等待鉴定") -> None:
    with clock.at(case.now):
        getattr(suspending, what)(case.process, by=case.starter, reason=reason)


def test_nobody_acts_while_a_case_is_suspended(case):
    do(case, "suspend")
    with pytest.raises(WrongState) as refusal:
        case.do("a")
    assert (refusal.value.code, "等待鉴定" in refusal.value.detail) == ("suspended", True)
    do(case, "resume")
    case.do("a")
    assert case.status == "DONE"


def test_timers_hold_and_go_on_with_what_was_left(case):
    case.wait(days=2)
    do(case, "suspend")
    timer = next(row for row in case.rows if row.element == "late")
    case.now += timedelta(days=30)
    with clock.at(case.now):
        assert timers.fire(timer.pk, world=case.world) is None
    do(case, "resume")
    assert case.wait(days=2, hours=23) == ["a"]
    assert case.wait(hours=2) == []
    assert case.status == "DONE"


def test_the_term_of_the_open_seat_moves_too(case):
    due = case.task("a").due_at
    do(case, "suspend")
    case.now += timedelta(days=3)
    do(case, "resume")
    assert case.task("a").due_at == due + timedelta(days=3)


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ([], ("resume", "可以恢复"), "not_suspended"),
        ([], ("suspend", "  "), "reason_missing"),
        (["suspend"], ("suspend", "再次"), "already_suspended"),
        (["suspend"], ("resume", ""), "reason_missing"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(case, first, then, code):
    for act in first:
        do(case, act)
    with pytest.raises(WrongState) as refusal:
        do(case, *then)
    assert refusal.value.code == code


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.BEIJING)


def test_working_days_are_counted_anew_and_end_at_midnight():
    """Suspended on Thursday with Friday left; resumed on a Saturday: Monday is the last day."""
    due = moved(
        moment("2025-03-08T00:00"), moment("2025-03-06T15:00"), moment("2025-03-15T10:00"), "workdays"
    )  # fmt: skip
    assert due == moment("2025-03-18T00:00")


def test_a_term_that_was_past_stays_as_late_as_it_was():
    past = moment("2025-03-05T00:00")
    later = moved(past, moment("2025-03-06T12:00"), moment("2025-03-09T12:00"), "workdays")
    assert later == past + timedelta(days=3)
