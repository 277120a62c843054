"""How many statements an act and a page cost, and that other cases do not change it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import clock
from organizations.positions import positions
from tests.workflows.office import decide, furnished, open_task, started
from tests.workflows.playing import MONDAY
from workflows import operations, queue, timers
from workflows.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return furnished()


class Counted(CaptureQueriesContext):
    """Statements without BEGIN, SAVEPOINT and COMMIT."""

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def statements(self) -> list[str]:
        return [
            q["sql"]
            for q in self.captured_queries
            if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
        ]


ACT = {"sqlite": 8, "postgresql": 7}
START = {"sqlite": 12, "postgresql": 11}
TIMER = {"sqlite": 7, "postgresql": 6}
"""Of the engine alone. PostgreSQL takes the rows of the case as one statement."""


def cost_of_a_decision(city, n: int) -> list[str]:
    process = started(city, n)
    decide(open_task(process, "county_review"), city.officer, "recommend")
    task = open_task(process, "propose")
    with Counted() as counted:
        decide(task, city.reviewer, "approve")
    return counted.statements


def filled(city, cases: int) -> None:
    """Other cases, so that whatever looks at more than one shows."""
    for n in range(1000, 1000 + cases):
        started(city, n)


@pytest.mark.parametrize("others", [1, 200])
def test_an_act_of_the_engine_costs_the_same_whatever_else_is_open(city, others):
    filled(city, others)
    statements = cost_of_a_decision(city, 1)
    assert len(statements) == ACT[connection.vendor], "\n".join(statements)


@pytest.mark.parametrize("others", [1, 200])
def test_an_act_that_also_cancels_a_timer_costs_no_more(city, others):
    filled(city, others)
    task = open_task(started(city), "county_review")
    with Counted() as counted:
        decide(task, city.officer, "recommend")
    assert len(counted.statements) == ACT[connection.vendor], "\n".join(counted.statements)


@pytest.mark.parametrize("others", [1, 200])
def test_starting_and_claiming_have_their_price_too(city, others):
    filled(city, others)
    with Counted() as start:
        process = started(city, 1)
    assert len(start.statements) == START[connection.vendor], "\n".join(start.statements)
    filled(city, 1)
    task = open_task(process, "county_review")
    with Counted() as claim:
        operations.claim(task.pk, actor=city.officer)
    assert len(claim.statements) == 7, "\n".join(claim.statements)


@pytest.mark.parametrize("others", [1, 200])
def test_a_timer_costs_the_same_among_many(city, others):
    with clock.at(MONDAY):
        process = started(city, 1)
    filled(city, others)
    late = process.task_set.get(element="late")
    with clock.at(MONDAY + timedelta(days=30)), Counted() as counted:
        assert timers.fire(late.pk) is not None
    assert len(counted.statements) == TIMER[connection.vendor], "\n".join(counted.statements)


def test_an_act_without_a_handler_sets_no_savepoint(city):
    task = open_task(started(city), "county_review")
    with CaptureQueriesContext(connection) as captured:
        decide(task, city.officer, "recommend")
    assert not [q["sql"] for q in captured.captured_queries if q["sql"].startswith("SAVEPOINT")]


@pytest.mark.parametrize("cases", [1, 200])
def test_a_page_of_the_queue_costs_three_statements(city, cases):
    for n in range(cases):
        started(city, n + 1)
    held = positions(city.officer)
    with Counted() as counted:
        page = queue.page(held, city.officer)
        _shown = [(t.process.party.name, t.organ.name, t.flow_task.task_title) for t in page.tasks]
    assert len(counted.statements) == 3
    assert len(page.tasks) == min(cases, 25)


def test_pages_follow_each_other_without_a_gap_or_a_double(city):
    for n in range(7):
        started(city, n + 1)
    Task.objects.filter(pk__in=Task.objects.filter(is_open=True).values("pk")[:2]).update(
        due_at=None
    )
    held, seen, after = positions(city.officer), [], None
    while True:
        page = queue.page(held, city.officer, after=after, size=2)
        seen += [task.pk for task in page.tasks]
        if page.after is None:
            break
        after = queue.Mark.from_text(page.after.as_text())
    assert len(seen) == len(set(seen)) == 7
    assert [Task.objects.get(pk=pk).due_at is None for pk in seen[-2:]] == [True, True]


def test_a_reviewer_of_another_county_finds_nothing(city):
    started(city)
    assert queue.page(positions(city.stranger), city.stranger).tasks == []
    assert queue.open_count(positions(city.stranger), city.stranger) == 0


def test_what_a_colleague_has_taken_is_not_listed_but_can_be_reached(city):
    task = open_task(started(city), "county_review")
    operations.claim(task.pk, actor=city.colleague)
    assert queue.page(positions(city.officer), city.officer).tasks == []
    assert [row.pk for row in queue.page(positions(city.colleague), city.colleague).tasks] == [
        task.pk
    ]
    assert queue.visible_task(city.officer, task.pk).owner == city.colleague
    with pytest.raises(operations.NotVisible):
        queue.visible_task(city.stranger, task.pk)


def test_the_applicant_finds_his_correction_and_an_officer_with_an_interest_finds_nothing(city):
    process = started(city)
    decide(open_task(process, "county_review"), city.officer, "return")
    assert [t.element for t in queue.page(positions(city.filer), city.filer).tasks] == [
        "correction"
    ]
    decide(open_task(process, "correction"), city.filer, "resubmit")
    city.officer.memberships.create(organ=city.firm, role="agent", valid_from="2020-01-01")
    assert queue.page(positions(city.officer), city.officer).tasks == []
    assert len(queue.page(positions(city.colleague), city.colleague).tasks) == 1


def test_a_count_is_bounded(city):
    for n in range(4):
        started(city, n + 1)
    held = positions(city.officer)
    assert queue.open_count(held, city.officer, limit=2) == 3
    assert queue.count_label(3, 2) == "2+"
    assert queue.count_label(queue.open_count(held, city.officer)) == "4"


def test_filters_by_city_and_phase(city):
    started(city)
    held = positions(city.officer)
    assert len(queue.page(held, city.officer, city="flowcity", phase="county_review").tasks) == 1
    assert queue.page(held, city.officer, phase="publicity").tasks == []
    assert queue.page(held, city.officer, city="elsewhere").tasks == []


@pytest.mark.parametrize("text", ["", "~", "x~1", "2025-03-03~1", "2025-03-03T00:00:00+08:00~x"])
def test_a_broken_mark_is_the_first_page(text):
    assert queue.Mark.from_text(text) is None
