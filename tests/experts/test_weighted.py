"""A panel whose diagram weighs the seats: pages and minutes tell the weights, others know of none."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from approvals.applications.models import Application
from approvals.programs import packs
from approvals.rehearsal.choices import FAVOURABLE
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from tests.experts.test_consulting import outsiders
from tests.experts.test_minutes import minutes, rows_of
from tests.experts.test_naming import away, named
from tests.experts.test_naming import seats as seats  # a fixture
from tests.experts.test_panel import voted
from tests.experts.test_succession import state
from tests.people import Town, key
from tests.programs.packs_for_tests import copied, spoil
from workflows.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def weighs() -> bool:
    """Whether the city's diagram weighs the seats."""
    return True


@pytest.fixture
def case(jiaxing: Town, weighs: bool, tmp_path: Path) -> Application:
    """The chair (expert1) weighs 3, the others 1; more than half decides."""
    if weighs:
        pack, flow = copied("jiaxing", tmp_path), "flows/recognition.bpmn"
        chair = jiaxing.user("expert1").pk
        rule = f'approval:need=">1/2" approval:weight="=if item = {chair} then 3 else 1"'
        spoil(pack, flow, 'approval:need="2/3"', rule)
        version = 1000 + chair  # a version is compiled once in a process, whoever sits in the chair
        spoil(pack, flow, 'approval:version="2"', f'approval:version="{version}"')
        spoil(pack, "programs/J03.yaml", "\nversion: 3", "\nversion: 99")
        packs.load(pack)
    return jiaxing.filed("recognition", "nanhu")


def refused(task: Task) -> None:
    said = Statement("reject", FAVOURABLE, values={"score": 50})
    decide_task(task.pk, actor=task.owner, key=key(), expected_version=1, statement=said)


def panel_page(town: Town, case: Application, client: Client) -> str:
    client.force_login(town.user("intake"))
    return client.get(f"/applications/{case.pk}/panel/").content.decode()


def test_the_bureau_reads_the_weights_beside_the_names(
    jiaxing: Town, case: Application, seats: list[Task], client: Client
) -> None:
    shown = panel_page(jiaxing, case, client)
    assert shown.count('<td data-label="权重">3</td>') == 1
    assert shown.count('<td data-label="权重">1</td>') == 2


def test_an_expert_reads_his_own_weight_and_nobody_else_s(
    case: Application, seats: list[Task], client: Client
) -> None:
    client.force_login(seats[0].owner)
    shown = client.get(f"/tasks/{seats[0].pk}/").content.decode()
    assert "权重 3" in shown
    assert "权重 1" not in shown


def test_the_minutes_say_what_each_vote_weighed_and_the_whole(
    case: Application, seats: list[Task]
) -> None:
    refused(seats[1])
    assert state(case).phase == "check"
    voted(seats[0])
    assert state(case).phase == "proposed", "three of five are a majority"
    (paper,) = minutes(case)
    rows = rows_of(paper)
    who = {row[0]: row[1] for row in rows if row[0]}
    assert who["专家1（权重1）"] == "不同意"
    assert who["专家2（权重3）"] == "同意"
    assert rows[-1][:3] == [
        "权重合计",
        "—",
        "按权重计票：同意3，不同意1，弃权0；全部席位权重5。",
    ]


def test_who_is_named_for_the_chair_that_left_has_the_chair_s_weight(
    jiaxing: Town, case: Application, seats: list[Task], client: Client
) -> None:
    away(jiaxing, case, seats[0].owner)
    fresh = outsiders(case)[0]
    named(jiaxing, case, fresh)
    seat = Task.objects.get(process=case.process_id, owner=fresh)
    assert seat.data["weight"] == 3
    voted(seat)
    assert state(case).phase == "proposed"
    shown = panel_page(jiaxing, case, client)
    assert shown.count('<td data-label="权重">3</td>') == 2, "who left, and who came"


@pytest.mark.parametrize("weighs", [False])
def test_where_nobody_is_weighed_nobody_reads_of_weights(
    jiaxing: Town, case: Application, seats: list[Task], client: Client
) -> None:
    assert "权重" not in panel_page(jiaxing, case, client)
    client.force_login(seats[0].owner)
    assert "权重" not in client.get(f"/tasks/{seats[0].pk}/").content.decode()
    voted(seats[0])
    voted(seats[1])
    (paper,) = minutes(case)
    assert "权重" not in str(rows_of(paper))
