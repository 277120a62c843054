"""Taking back what was said in a bulk act (semantics C7)."""

from __future__ import annotations

from datetime import timedelta

import clock
from approvals.applications.models import Application
from approvals.operations.acts import Situation
from approvals.operations.retracting import may, retract_opinion
from organizations.models import User
from tests.people import Town, key
from tests.reviews.test_deciding import decide
from tests.worklist.test_bulk import RECOMMEND, ran
from workflows.errors import WrongState
from workflows.models import Task


def taken_back(user: User, task: Task) -> str:
    """The code of the refusal, "" when the opinion was taken back."""
    try:
        retract_opinion(task.pk, actor=user, key=key(), expected_version=1, reason="漏看一项")
    except WrongState as refusal:
        return refusal.code
    return ""


def test_an_opinion_of_a_bulk_act_is_taken_back_for_ten_minutes_a_single_one_for_longer(
    jiaxing: Town, tasks: list[Task]
) -> None:
    officer = jiaxing.user("nanhu_officer")
    alone, *together = tasks
    now = clock.now()
    with clock.at(now):
        decide(alone, officer)
        ran(officer, together, RECOMMEND)
    alone.refresh_from_db()
    [early, late, _other] = [Task.objects.get(pk=task.pk) for task in together]
    cases = {case.process_id: case for case in Application.objects.all()}
    with clock.at(now + timedelta(minutes=9, seconds=59)):
        assert may(Situation(cases[early.process_id], early, officer))
        assert taken_back(officer, early) == ""
    with clock.at(now + timedelta(minutes=10, seconds=1)):
        assert not may(Situation(cases[late.process_id], late, officer))
        assert taken_back(officer, late) == "bulk_act_too_old"
        assert taken_back(officer, alone) == ""


def test_what_was_taken_back_and_said_again_alone_is_no_bulk_opinion(
    jiaxing: Town, tasks: list[Task]
) -> None:
    officer, task = jiaxing.user("nanhu_officer"), tasks[0]
    ran(officer, tasks[:1], RECOMMEND)
    assert taken_back(officer, task) == ""
    again = Task.objects.get(process=task.process_id, is_open=True)
    decide(again, officer)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert taken_back(officer, again) == ""


def test_how_long_is_a_setting(jiaxing: Town, tasks: list[Task], settings) -> None:
    officer = jiaxing.user("nanhu_officer")
    now = clock.now()
    with clock.at(now):
        ran(officer, tasks[:2], RECOMMEND)
    settings.BULK_RETRACT_MINUTES = 60
    with clock.at(now + timedelta(minutes=59)):
        assert taken_back(officer, tasks[0]) == ""
    with clock.at(now + timedelta(minutes=61)):
        assert taken_back(officer, tasks[1]) == "bulk_act_too_old"
