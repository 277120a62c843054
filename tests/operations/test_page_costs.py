"""What the page of an operation costs in statements, and that nothing around it changes that."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.operations.returning import return_case
from approvals.rehearsal.choices import Plan
from organizations.models import User
from tests.operations.office import Desk, logged_in
from tests.people import Town, key
from workflows.models import Task

pytestmark = pytest.mark.django_db

PAGES = {
    "transfer": 12,
    "delegate": 12,
    "sign-before": 12,
    "sign-beside": 12,
    "sign-after": 12,
    "copy": 9,
    "recuse": 7,
}
RETURN = 9


def cost(person: User, task: Task, act: str) -> int:
    """Statements of one GET, after one that fills what a process keeps."""
    client, address = logged_in(person), f"/tasks/{task.pk}/acts/{act}/"
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, act
    return len(captured)


def test_an_officer_with_two_colleagues_or_forty_and_other_cases_asks_the_same(
    jiaxing: Town,
) -> None:
    desk = Desk(jiaxing)
    desk.colleague("colleague")
    assert {act: cost(desk.officer, desk.task(), act) for act in PAGES} == PAGES
    for number in range(40):
        desk.colleague(f"colleague {number}")
    for number in range(5):
        Desk(jiaxing, name=f"other {number}")
    assert {act: cost(desk.officer, desk.task(), act) for act in PAGES} == PAGES


def test_the_page_of_a_return_asks_the_same_after_another_round(jiaxing: Town) -> None:
    desk, reviewer = Desk(jiaxing), jiaxing.user("reviewer")
    for version in (1, 2):
        task = jiaxing.played_to(desk.case, "propose", Plan(dice=random.Random(1)))
        assert cost(reviewer, task, "return") == RETURN
        return_case(
            task.pk,
            actor=reviewer,
            key=key(),
            expected_version=version,
            reason="评分依据不足",
            target="expert_opinion",
            mode="replay",
            items=[{"point": "第3项评分", "problem": "依据不足"}],
        )
