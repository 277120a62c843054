"""No page of his case tells an expert who else judges, and none opens before he has declared."""

from __future__ import annotations

import pytest
from django.test import Client

from approvals.applications.models import Application
from tests.experts.test_panel import declared, seated
from tests.people import Town
from workflows.models import Task

OF_CASE = (
    "",
    "flow.bpmn",
    "flow.json",
    "versions/",
    "clock/",
    "receipt/",
    "draw/",
    "draw.json",
    "check/",
    "files/",
)
LISTS = ("/", "/tasks/", "/tasks/done/", "/applications/", "/notifications/", "/experts/")


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return jiaxing.filed("recognition", "nanhu")


def pages(case: Application, task: Task) -> list[str]:
    """Every GET that is about the case, and every list it could be in."""
    files = [f"files/{row.pk}/" for row in case.attachments.all()]
    of_case = [f"/applications/{case.pk}/{rest}" for rest in (*OF_CASE, *files)]
    of_task = [f"/tasks/{task.pk}/{rest}" for rest in ("", "declare/", "sheet/", "draw/")]
    return [*of_case, *of_task, *LISTS, f"/tasks/?q={case.number}"]


def test_before_he_declares_the_case_is_closed_to_a_drawn_expert(
    jiaxing: Town, case: Application, client: Client
) -> None:
    task, *_others = seated(jiaxing, case)
    file = case.attachments.first()
    client.force_login(task.owner)
    for address in ("", f"files/{file.pk}/", "flow.json"):
        assert client.get(f"/applications/{case.pk}/{address}").status_code == 404
    declared(task)
    assert client.get(f"/applications/{case.pk}/").status_code == 200


def test_experts_do_not_see_each_other(jiaxing: Town, case: Application, client: Client) -> None:
    task, *others = seated(jiaxing, case)
    declared(task)
    client.force_login(task.owner)
    names = {other.owner.name for other in others} - {task.owner.name}
    for address in pages(case, task):
        told = client.get(address).getvalue().decode(errors="ignore")
        assert not [name for name in names if name in told], address
