"""代理 on the pages: the agent finds the task, decides, and it reads "B（代A）"."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

import clock
from approvals.operations import services
from approvals.reviews.models import Opinion
from organizations.agencies import name_agent
from tests.operations.office import Desk, logged_in
from tests.people import Town, key
from workflows.operations import claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(jiaxing: Town) -> Desk:
    return Desk(jiaxing)


def absent(desk: Desk) -> None:
    today = clock.today()
    name_agent(
        desk.officer, desk.leader, valid_from=today, valid_to=today + timedelta(days=5),
        reason="出差", by=desk.officer,
    )  # fmt: skip


def test_an_agent_decides_what_his_colleague_has_taken(desk: Desk) -> None:
    task = claim(desk.task().pk, actor=desk.officer)
    address = reverse("reviews:task", args=[task.pk])
    client = logged_in(desk.leader)
    assert client.get(address).context["form"] is None
    absent(desk)
    form = client.get(address).context["form"]
    given = {"key": key(), "version": 1, "outcome": "recommend", "text": "同意推荐"}
    assert form is not None
    assert client.post(address, given).status_code == 302
    opinion = Opinion.objects.get(application=desk.case)
    assert (opinion.author, opinion.on_behalf_of) == (desk.leader, desk.officer)
    shown = logged_in(desk.officer).get(address).content.decode()
    assert f"{desk.leader.name}（代{desk.officer.name}）" in shown


def test_an_agent_also_transfers_for_his_principal(desk: Desk) -> None:
    task = claim(desk.task().pk, actor=desk.officer)
    helper = desk.colleague("何敏")
    absent(desk)
    desk.do(services.transfer_seat, task, desk.leader, to=helper.pk)
    assert desk.seat(helper).data["held"] == [desk.officer.pk]
