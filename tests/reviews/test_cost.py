"""What a whole act costs in statements, and that other cases do not change it."""

from __future__ import annotations

import pytest

from benchmarks.subjects import django_world
from benchmarks.subjects.whole_act import Subject, furnished
from tests.people import Town
from tests.reviews.test_deciding import decide
from workflows.models import Task

pytestmark = pytest.mark.django_db

COSTS = {
    "county_review": 11,
    "intake": 11,
    "opinion_a": 9,
    "opinion_b": 11,
    "propose": 11,
    "sign": 13,
}
"""The last one also closes the case: its row is locked and written, and a second entry is journalled."""


def test_a_whole_act_costs_twelve_statements_at_most_at_one_case_and_at_two_hundred() -> None:
    furnished()
    subject = Subject()
    subject.statements()
    alone = subject.statements()
    subject.prepare(200)
    among_others = subject.statements()
    assert alone == among_others == COSTS


def test_a_shipped_act_that_opens_a_step_with_a_deadline_and_a_timer_costs_fourteen(
    jiaxing: Town,
) -> None:
    costs, officer = [], jiaxing.user("nanhu_officer")
    for name in ("a", "b"):
        case = jiaxing.filed("recognition", "nanhu", name=name)
        task = Task.objects.get(process=case.process, element="county_review")
        sql, _step = django_world.statements(lambda task=task: decide(task, officer))
        costs.append(sql)
    assert len(costs[1]) == 14, "\n".join(costs[1])
