"""What a whole act costs in statements, and that other cases do not change it."""

from __future__ import annotations

import pytest
from django.db import connection

from benchmarks.subjects import django_world
from benchmarks.subjects.whole_act import Subject, furnished
from tests.people import Town
from tests.reviews.test_deciding import decide
from workflows.models import Task

pytestmark = pytest.mark.django_db

COSTS = {
    "sqlite": {
        "county_review": 10,
        "intake": 10,
        "opinion_a": 9,
        "opinion_b": 10,
        "propose": 10,
        "sign": 10,
    },
    "postgresql": {
        "county_review": 5,
        "intake": 5,
        "opinion_a": 5,
        "opinion_b": 5,
        "propose": 5,
        "sign": 7,
    },
}
"""`opinion_a` only waits at the join: nobody is told. `sign` closes the case: its row is written.

PostgreSQL fetches the numbers of new rows with the readings, and takes all writings as one statement;
the end of the case is looked at at once, so what is due by then goes before it.
"""

SHIPPED = {"sqlite": 12, "postgresql": 6}
"""Ten and five, the calendar, and on SQLite the timer: it needs the number of the row on whose edge it
hangs."""


def test_a_whole_act_costs_twelve_statements_at_most_at_one_case_and_at_two_hundred() -> None:
    furnished()
    subject = Subject()
    subject.statements()
    alone = subject.statements()
    subject.prepare(200)
    among_others = subject.statements()
    assert alone == among_others == COSTS[connection.vendor]


def test_a_shipped_act_that_opens_a_step_with_a_deadline_and_a_timer_costs_no_more(
    jiaxing: Town,
) -> None:
    costs, officer = [], jiaxing.user("nanhu_officer")
    for name in ("a", "b"):
        case = jiaxing.filed("recognition", "nanhu", name=name)
        task = Task.objects.get(process=case.process, element="county_review")
        sql, _step = django_world.statements(lambda task=task: decide(task, officer))
        costs.append(sql)
    assert len(costs[1]) == SHIPPED[connection.vendor], "\n".join(costs[1])
