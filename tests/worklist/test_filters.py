"""Saved filters and wishes: made, shared, used by colleagues, changed by their owner only."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

import clock
from approvals.applications.models import Application
from approvals.worklist import filters
from approvals.worklist.errors import WorklistRefused
from approvals.worklist.models import SavedFilter
from approvals.worklist.wishes import wish
from organizations.agencies import name_agent
from tests.people import Town, key
from tests.worklist.conftest import copied
from tests.worklist.test_queue import BACKEND, numbers
from workflows.models import Task
from workflows.operations import claim


def refusal(act) -> str:
    with pytest.raises(WorklistRefused) as refused:
        act()
    return refused.value.code


def test_a_filter_is_kept_shared_and_shown_with_its_count(
    jiaxing: Town, model: Application, client: Client
) -> None:
    officer, leader = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
    client.force_login(officer, BACKEND)
    kept = {"name": "本县急件", "view": "all", "q": "到期:<200", "organ": jiaxing.organ("nanhu").pk}
    assert client.post("/tasks/filters/", kept)["Location"].startswith("/tasks/?view=all&q=")
    for person in (officer, leader):
        client.force_login(person, BACKEND)
        text = client.get("/tasks/").content.decode()
        shown = (
            r'>本县急件(<span class="visually-hidden">（同事共享）</span>)? <span class="count">1<'
        )
        assert re.search(shown, text)
    client.force_login(jiaxing.user("xiuzhou_officer"), BACKEND)
    assert "本县急件" not in client.get("/tasks/").content.decode()


def test_only_the_owner_changes_it(jiaxing: Town, client: Client) -> None:
    officer, leader = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
    organ = jiaxing.organ("nanhu").pk
    one = filters.save_filter(officer, name="甲", view="all", search="", organ=organ)
    filters.save_filter(officer, name="乙", view="all", search="")
    assert refusal(lambda: filters.rename(leader, one.pk, "丙")) == "not_allowed"
    assert refusal(lambda: filters.delete(jiaxing.user("xiuzhou_officer"), one.pk)) == "not_found"
    assert refusal(lambda: filters.rename(officer, one.pk, "乙")) == "named"
    assert refusal(lambda: filters.rename(officer, one.pk, " ")) == "unnamed"
    assert filters.rename(officer, one.pk, "丙").name == "丙"
    assert filters.share(officer, one.pk, None).organ is None
    assert (
        refusal(lambda: filters.share(officer, one.pk, jiaxing.organ("xiuzhou").pk))
        == "not_your_office"
    )
    assert filters.filter_for(leader, one.pk) is None
    filters.delete(officer, one.pk)
    assert SavedFilter.objects.count() == 1
    client.force_login(leader, BACKEND)
    assert client.post(f"/tasks/filters/{one.pk}/", {"act": "delete"}).status_code == 404


def test_a_search_that_cannot_be_understood_is_not_kept_and_not_lost(
    jiaxing: Town, client: Client
) -> None:
    client.force_login(jiaxing.user("nanhu_officer"), BACKEND)
    answer = client.post("/tasks/filters/", {"name": "错", "view": "all", "q": "县去:南湖"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "县去:" in text
    assert 'value="县去:南湖"' in text
    assert not SavedFilter.objects.exists()


def decided(client: Client, task: Task) -> tuple[str, str]:
    """Where the reviewer is led, and what he is told there."""
    form = {"key": key(), "version": "1", "outcome": "recommend", "text": "同意推荐。"}
    answer = client.post(f"/tasks/{task.pk}/", form)
    assert answer.status_code == 302, answer.content.decode()[:500]
    return answer["Location"], client.get(answer["Location"]).content.decode()


def test_after_a_decision_the_next_of_the_same_search_is_opened(
    jiaxing: Town, model: Application, client: Client
) -> None:
    """The list held the claimed ones only: the unclaimed task between them is passed over."""
    officer = jiaxing.user("nanhu_officer")
    tasks = [Task.objects.get(process=model.process, is_open=True), *copied(model, 3)]
    for task in (tasks[0], tasks[2], tasks[3]):
        claim(task.pk, actor=officer)
    client.force_login(officer, BACKEND)
    client.get("/tasks/?view=mine&q=县区:南湖")
    address, text = decided(client, tasks[0])
    assert address == f"/tasks/{tasks[2].pk}/"
    assert "这是“我承办的”的下一件" in text
    assert "?view=mine&amp;q=" in text
    assert decided(client, tasks[2])[0] == f"/tasks/{tasks[3].pk}/"
    address, text = decided(client, tasks[3])
    assert address.startswith("/tasks/?view=mine&q=")
    assert "没有其他待办了" in text


def test_who_wishes_so_comes_back_to_the_list(
    jiaxing: Town, model: Application, client: Client
) -> None:
    officer = jiaxing.user("nanhu_officer")
    copied(model, 1)
    wish(officer, opens_next=False, uses_keys=True)
    client.force_login(officer, BACKEND)
    client.get("/tasks/?q=县区:南湖")
    task = Task.objects.get(process=model.process, is_open=True)
    assert decided(client, task)[0].startswith("/tasks/?q=")


def test_single_keys_can_be_switched_off(jiaxing: Town, model: Application, client: Client) -> None:
    client.force_login(jiaxing.user("nanhu_officer"), BACKEND)
    text = client.get("/tasks/").content.decode()
    assert "worklist.js" in text
    assert "data-keys" in text
    client.post("/tasks/settings/", {"opens_next": "1"})
    text = client.get("/tasks/").content.decode()
    assert "worklist.js" not in text
    assert "data-keys" not in text
    assert model.number in text


def test_an_agent_has_his_principals_list_but_no_hidden_case(
    jiaxing: Town, model: Application
) -> None:
    from organizations.models import Relation

    officer, leader = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
    task = Task.objects.get(process=model.process, is_open=True)
    claim(task.pk, actor=officer)
    view = f"agent:{officer.pk}"
    assert numbers(leader, view=view) == set()
    name_agent(
        officer, leader, valid_from=clock.today(), valid_to=clock.today() + timedelta(days=3),
        reason="出差", by=officer,
    )  # fmt: skip
    assert numbers(leader, view=view) == {model.number}
    Relation.objects.create(
        user=officer, organ=model.applicant, ground="亲属", valid_from=clock.today()
    )
    assert numbers(leader, view=view) == set()
