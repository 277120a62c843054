"""A term is extended once, by two persons, within the days of the rule."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import clock
from approvals.applications.models import Application
from approvals.deadlines.models import ClockEvent
from approvals.notifications.models import Notification
from tests.deadlines.acting import (
    MONDAY,
    TUESDAY,
    accepted_on_monday,
    confirmed,
    holds,
    proposed,
    refused,
    second_leader,
)
from tests.people import Town
from workflows.errors import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return accepted_on_monday(jiaxing)


def test_an_extension_moves_nothing_before_another_person_approves(
    jiaxing: Town, case: Application
) -> None:
    with clock.at(TUESDAY):
        proposed(case, jiaxing.user("reviewer"))
        holds(case)
        assert case.due_on == date(2026, 11, 9)
        row = confirmed(case, jiaxing.user("bureau_leader"))
    holds(case)
    assert case.due_on == date(2026, 11, 23)
    assert row.state == ClockEvent.State.IN_FORCE
    told = Notification.objects.get(case_id=case.pk, kind="clock")
    assert "案情复杂" in told.body
    assert "2026-11-23" in told.body


def test_nobody_approves_his_own_extension(jiaxing: Town, case: Application) -> None:
    leader = jiaxing.user("bureau_leader")
    with clock.at(TUESDAY):
        proposed(case, leader)
        with pytest.raises(NotAllowed, check=lambda refusal: refusal.code == "four_eyes"):
            confirmed(case, leader)
        confirmed(case, second_leader(jiaxing))


def test_who_handles_the_case_does_not_approve_its_extension(
    jiaxing: Town, case: Application
) -> None:
    leader = second_leader(jiaxing)
    seat = case.process.task_set.filter(is_open=True).first()
    type(seat).objects.filter(pk=seat.pk).update(owner=leader)
    with clock.at(TUESDAY):
        proposed(case, jiaxing.user("reviewer"))
        with pytest.raises(NotAllowed, check=lambda refusal: refusal.code == "four_eyes"):
            confirmed(case, leader)


def test_a_reviewer_proposes_and_does_not_approve(jiaxing: Town, case: Application) -> None:
    with clock.at(TUESDAY):
        proposed(case, jiaxing.user("reviewer"))
        with pytest.raises(NotAllowed):
            confirmed(case, jiaxing.user("reviewer"))


def test_the_term_is_extended_once(jiaxing: Town, case: Application) -> None:
    reviewer, leader = jiaxing.user("reviewer"), jiaxing.user("bureau_leader")
    with clock.at(TUESDAY):
        proposed(case, reviewer)
        with refused("already_proposed"):
            proposed(case, reviewer)
        confirmed(case, leader)
        with refused("already_extended"):
            proposed(case, reviewer)
        with refused("nothing_proposed"):
            confirmed(case, leader)


def test_a_refused_extension_leaves_the_day_and_says_why(jiaxing: Town, case: Application) -> None:
    reviewer, leader = jiaxing.user("reviewer"), jiaxing.user("bureau_leader")
    with clock.at(TUESDAY):
        proposed(case, reviewer)
        with refused("reason_missing"):
            confirmed(case, leader, approve=False)
        confirmed(case, leader, approve=False, reason="可以按期办结")
        holds(case)
        assert case.due_on == date(2026, 11, 9)
        assert not Notification.objects.filter(case_id=case.pk, kind="clock").exists()
        proposed(case, reviewer)


def test_what_has_run_out_is_not_extended(jiaxing: Town, case: Application) -> None:
    with clock.at(MONDAY + timedelta(days=27)):
        proposed(case, jiaxing.user("reviewer"))
    with clock.at(MONDAY + timedelta(days=29)):
        with refused("term_over"):
            confirmed(case, jiaxing.user("bureau_leader"))
        assert case.clock_events.get().state == "proposed"


@pytest.mark.parametrize("days", [0, 11])
def test_an_extension_has_the_days_of_the_rule(jiaxing: Town, case: Application, days) -> None:
    with clock.at(TUESDAY), refused("bad_days"):
        proposed(case, jiaxing.user("reviewer"), days=days)
