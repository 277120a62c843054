"""Two people press the button at the same moment, through the web, in real transactions."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from approvals.reviews.models import Opinion
from tests.people import Town, town
from workflows.models import Task

BACKEND = "django.contrib.auth.backends.ModelBackend"


def post(client: Client, address: str, fields: dict[str, str]):
    try:
        return client.post(address, fields, follow=True)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_one_decision_and_the_other_is_told_who_and_when() -> None:
    jiaxing: Town = town("jiaxing")
    case = jiaxing.filed("award", "nanhu")
    task = Task.objects.get(process=case.process, element="county_review")
    people = [jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")]
    sendings = []
    for person in people:
        client = Client()
        client.force_login(person, BACKEND)
        page = client.get(f"/tasks/{task.pk}/").content.decode()
        fields = {
            "key": re.search(r'name="key" value="([^"]+)"', page)[1],
            "version": "1",
            "outcome": "recommend",
            "text": "同意推荐。",
        }
        sendings.append((client, f"/tasks/{task.pk}/", fields))
    connection.close()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda sending: post(*sending), sendings))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert Opinion.objects.filter(task=task).count() == 1
    winner = Opinion.objects.get(task=task).author
    late = [answer for answer in answers if "该任务已由" in answer.content.decode()]
    assert len(late) == 1
    told = late[0].content.decode()
    assert f"该任务已由{winner.name}于" in told
    assert "同意推荐。" in told, "what the second typed is still there"
