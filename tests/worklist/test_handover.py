"""Hand-over of a leaver's seats, and naming an agent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

import clock
from approvals.applications.models import Application
from journal.models import Entry
from organizations.models import Agency, Membership, Relation
from tests.people import Town, key
from tests.worklist.conftest import copied
from tests.worklist.test_queue import BACKEND
from workflows.models import Task
from workflows.operations import claim


@pytest.fixture
def held(jiaxing: Town, model: Application) -> list[Task]:
    """Three tasks the officer of Nanhu has taken; then he leaves."""
    officer = jiaxing.user("nanhu_officer")
    tasks = [Task.objects.get(process=model.process, is_open=True), *copied(model, 2)]
    for task in tasks:
        claim(task.pk, actor=officer)
    yesterday = clock.today() - timedelta(days=1)
    Membership.objects.filter(user=officer).update(valid_to=yesterday)
    return tasks


def address(jiaxing: Town, to: str = "nanhu_leader") -> str:
    return f"/tasks/handover/?principal={jiaxing.user('nanhu_officer').pk}&to={jiaxing.user(to).pk}"


def form(jiaxing: Town, tasks: list[Task], **more: str) -> dict[str, object]:
    return {
        "key": key(),
        "principal": jiaxing.user("nanhu_officer").pk,
        "to": jiaxing.user("nanhu_leader").pk,
        "reason": "调离",
        "task": [task.pk for task in tasks],
        **more,
    }


def owners(tasks: list[Task]) -> set[str]:
    processes = [task.process_id for task in tasks]
    seats = Task.objects.filter(process__in=processes, is_open=True, owner__isnull=False)
    return {seat.owner.username for seat in seats}


@pytest.mark.parametrize("name", ["nanhu_leader", "system_admin", "security_admin"])
def test_the_seats_of_a_leaver_become_the_colleagues(
    jiaxing: Town, held: list[Task], client: Client, name: str
) -> None:
    client.force_login(jiaxing.user(name), BACKEND)
    dry = client.get(address(jiaxing)).content.decode()
    if name == "nanhu_leader":
        assert dry.count("不能交接") == 3, "who takes over is not handed to himself by himself"
        return
    assert dry.count("可交接") >= 3
    sent = form(jiaxing, held)
    text = client.post("/tasks/handover/", sent).content.decode()
    assert text.count("已交接") == 3
    assert owners(held) == {"jx_nanhu_leader"}
    client.post("/tasks/handover/", sent)
    assert Entry.objects.filter(verb="transfer_seat").count() == 3


def test_an_account_keeper_reads_no_applicant(
    jiaxing: Town, held: list[Task], model: Application, client: Client
) -> None:
    client.force_login(jiaxing.user("system_admin"), BACKEND)
    text = client.get(address(jiaxing)).content.decode()
    assert model.number in text
    assert model.applicant.name not in text


def test_a_seat_the_colleague_must_not_have_stays_with_its_reason(
    jiaxing: Town, held: list[Task], client: Client
) -> None:
    Relation.objects.create(
        user=jiaxing.user("nanhu_leader"), organ=held[0].process.party, ground="亲属",
        valid_from=clock.today(),
    )  # fmt: skip
    client.force_login(jiaxing.user("system_admin"), BACKEND)
    text = client.post("/tasks/handover/", form(jiaxing, held)).content.decode()
    assert text.count("回避") >= 3
    assert owners(held) == {"jx_nanhu_officer"}


def test_without_a_reason_nothing_is_handed_over(
    jiaxing: Town, held: list[Task], client: Client
) -> None:
    client.force_login(jiaxing.user("system_admin"), BACKEND)
    answer = client.post("/tasks/handover/", form(jiaxing, held, reason=" "))
    assert answer.status_code == 422
    assert "请写明交接原因" in answer.content.decode()
    assert owners(held) == {"jx_nanhu_officer"}


@pytest.mark.parametrize("name", ["nanhu_officer", "reviewer", "flow_admin", "audit_admin"])
def test_nobody_else_may(jiaxing: Town, client: Client, name: str) -> None:
    client.force_login(jiaxing.user(name), BACKEND)
    assert client.get("/tasks/handover/").status_code == 403


def test_a_leader_elsewhere_reaches_no_seat(
    jiaxing: Town, held: list[Task], client: Client
) -> None:
    client.force_login(jiaxing.user("xiuzhou_leader"), BACKEND)
    text = client.post("/tasks/handover/", form(jiaxing, held)).content.decode()
    assert "已交接" not in text
    assert owners(held) == {"jx_nanhu_officer"}


def test_an_agent_is_named_and_ended_by_his_principal(jiaxing: Town, client: Client) -> None:
    officer, leader = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
    client.force_login(officer, BACKEND)
    given = {
        "agent": leader.pk, "scope": "", "valid_from": clock.today().isoformat(), "valid_to": "",
        "reason": "出差三天",
    }  # fmt: skip
    refused = client.post("/tasks/agents/", given)
    assert refused.status_code == 422
    assert "出差三天" in refused.content.decode()
    given["valid_to"] = (clock.today() + timedelta(days=3)).isoformat()
    client.post("/tasks/agents/", given)
    agency = Agency.objects.get(principal=officer)
    assert leader.name in client.get("/tasks/agents/").content.decode()
    client.force_login(leader, BACKEND)
    assert client.post(f"/tasks/agents/{agency.pk}/end/").status_code == 404
    client.force_login(officer, BACKEND)
    client.post(f"/tasks/agents/{agency.pk}/end/")
    agency.refresh_from_db()
    assert agency.valid_to < clock.today()
