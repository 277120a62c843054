"""回避 by the pages: who leaves sees nothing more, leaders rule, supervisors get the flag (C13)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.test import Client

from approvals.applications.selectors import readable_by
from approvals.notifications.selectors import page
from approvals.operations.recusal import (
    order_recusal,
    recuse_self,
    request_recusal,
    rule_recusal,
)
from approvals.rehearsal.choices import Plan
from approvals.reviews.models import OpinionStanding
from approvals.supervision.models import ReviewFlag
from jobs.worker import run_due
from journal.models import Entry
from organizations.accounts import declare_relation
from organizations.models import User
from tests.operations.office import Desk, logged_in
from tests.operations.test_returns import posted
from tests.people import Town, key
from workflows.errors import KeyReused, WrongState
from workflows.models import Process, Recusal, Task

pytestmark = pytest.mark.django_db


def pressed(client: Client, page: str, *given: dict[str, str]) -> list[Any]:
    """The form of the page, sent with the first words twice, then with the others, under its key."""
    hidden = {"key": client.get(page).context["form"].initial["key"]}
    return [client.post(page, {**hidden, **words}) for words in (given[0], *given)]


def titles(person: User, kind: str) -> list[str]:
    """His lines of a kind, as his notification centre lists them."""
    return [row.title for row in page(person, kind=kind).rows]


@pytest.fixture
def desk(jiaxing: Town) -> Desk:
    return Desk(jiaxing)


def test_who_leaves_by_the_page_gets_the_same_404_as_for_nothing(desk: Desk) -> None:
    task, client = desk.task(), logged_in(desk.officer)
    answer = posted(client, task, "recuse", reason="配偶在该单位任职")
    assert answer.status_code == 302
    again = desk.task()
    nothing = client.get("/tasks/999999/")
    for path in (f"/tasks/{task.pk}/", f"/tasks/{again.pk}/", f"/tasks/{again.pk}/acts/return/"):
        hidden = client.get(path)
        assert (hidden.status_code, hidden.content) == (404, nothing.content)
    assert desk.case not in readable_by(desk.officer)
    assert client.get(f"/applications/{desk.case.pk}/").status_code == 404
    assert desk.case.number not in client.get("/tasks/").content.decode()
    assert desk.case.number not in client.get("/").content.decode()
    assert logged_in(desk.leader).get(f"/tasks/{again.pk}/").status_code == 200


def test_a_request_is_ruled_by_a_leader_and_blocks_the_seat_meanwhile(desk: Desk) -> None:
    task, county = desk.task(), desk.leader
    logged_in(desk.officer).post(f"/tasks/{task.pk}/claim/")
    colleague = desk.colleague("nanhu_second")
    answer = posted(
        logged_in(colleague), task, "request-recusal", to=str(desk.officer.pk), reason="曾任该单位顾问"
    )  # fmt: skip
    assert answer.status_code == 302
    recusal = Recusal.objects.get(process=desk.case.process_id)
    refused = logged_in(desk.officer).post(
        f"/tasks/{task.pk}/",
        {"key": "k" * 32, "version": "1", "outcome": "recommend", "text": "同意"},
    )
    assert (refused.status_code, "回避申请正在审查" in refused.content.decode()) == (422, True)
    ruling = f"/recusals/{recusal.pk}/"
    assert logged_in(colleague).get(ruling).status_code == 404
    given = {"ruling": "grant", "reason": "情况属实"}
    done, twice, other = pressed(logged_in(county), ruling, given, {**given, "reason": "另一理由"})
    assert (done.status_code, twice.status_code, other.status_code) == (302, 302, 409)
    assert "已用于另一次提交" in other.content.decode()
    assert Entry.objects.filter(stream__key=desk.case.stream, verb="rule_recusal").count() == 1
    recusal.refresh_from_db()
    assert (recusal.state, recusal.ruled_by_id) == ("in_force", county.pk)
    assert logged_in(desk.officer).get(f"/tasks/{task.pk}/").status_code == 404
    late = logged_in(county).post(ruling, {"key": key(), "ruling": "refuse", "reason": "改判"})
    assert late.status_code == 422


def test_a_leader_orders_somebody_away_and_his_opinion_is_annulled(desk: Desk) -> None:
    task = desk.task()
    desk.say(task, desk.officer, "recommend", "同意推荐")
    client = logged_in(desk.leader)
    page = f"/cases/{desk.case.pk}/recusals/"
    given = {"person": str(desk.officer.pk), "reason": "与申请人有利害关系"}
    done, twice, other = pressed(client, page, given, {**given, "reason": "另一事由"})
    assert (done.status_code, twice.status_code, other.status_code) == (302, 302, 409)
    assert Entry.objects.filter(stream__key=desk.case.stream, verb="recuse").count() == 1
    assert OpinionStanding.objects.get(opinion__task=task).state == "annulled"
    assert desk.task().pk != task.pk
    read = client.get(page).content.decode()
    assert "指令回避" in read
    assert desk.officer.name in read
    assert logged_in(desk.officer).get(page).status_code == 404


def test_the_same_ruling_under_its_key_is_the_same_answer_and_nobody_elses(desk: Desk) -> None:
    task = desk.task()
    desk.say(task, desk.officer, "recommend")
    colleague = desk.colleague("nanhu_second")
    desk.do(request_recusal, desk.task("intake"), desk.city.user("intake"), to=desk.officer.pk)
    recusal = Recusal.objects.get(process=desk.case.process_id)
    given = {"key": key(), "grant": False, "reason": "不属实"}
    first = rule_recusal(recusal, actor=desk.leader, **given)
    before = Entry.objects.count()
    again = rule_recusal(recusal, actor=desk.leader, **given)
    assert (again.ruled_at, again.state) == (first.ruled_at, "refused")
    assert Entry.objects.count() == before
    for changed in ({"grant": True}, {"reason": "另一理由"}, {"actor": colleague}):
        with pytest.raises(KeyReused):
            rule_recusal(recusal, **{"actor": desk.leader, **given, **changed})


def test_the_same_order_under_its_key_is_the_same_answer(desk: Desk) -> None:
    task = desk.task()
    desk.say(task, desk.officer, "recommend")
    given = {"key": key(), "person": desk.officer.pk, "reason": "有利害关系"}
    first = order_recusal(desk.case, actor=desk.leader, **given)
    again = order_recusal(desk.case, actor=desk.leader, **given)
    assert again.answer() == first.answer()
    assert [row.pk for row in again.opened] == [desk.task().pk]
    with pytest.raises(KeyReused):
        order_recusal(desk.case, actor=desk.leader, **{**given, "reason": "另一事由"})
    with pytest.raises(WrongState) as refusal:
        order_recusal(desk.case, actor=desk.leader, **{**given, "key": key()})
    assert refusal.value.code == "already_recused"


def test_who_rules_finds_the_line_until_he_has_to_leave_the_case_himself(desk: Desk) -> None:
    task, bureau_leader = desk.task(), desk.city.user("bureau_leader")
    second = desk.colleague("nanhu_second_leader", role="county_leader")
    logged_in(desk.officer).post(f"/tasks/{task.pk}/claim/")
    colleague = desk.colleague("nanhu_second")
    desk.do(request_recusal, task, colleague, to=desk.officer.pk)
    for ruler in (second, bureau_leader):
        assert titles(ruler, "recusal") == [
            f"回避申请待决定（{desk.case.number}）：请在两个工作日内决定"
        ]
    assert desk.case not in readable_by(bureau_leader), "the case has not reached the bureau yet"
    desk.do(recuse_self, task, second)
    assert titles(second, "recusal") == []
    declare_relation(bureau_leader, desk.case.applicant, ground="股东", by=None)
    assert titles(bureau_leader, "recusal") == []
    centre = logged_in(second).get("/notifications/").content.decode()
    assert desk.case.number not in centre


def test_an_expert_who_leaves_lets_the_panel_wait_and_intake_is_told(desk: Desk) -> None:
    seat = desk.city.played_to(desk.case, "expert_opinion", Plan(dice=random.Random(1)))
    seats = Task.objects.filter(
        process=desk.case.process_id, element="expert_opinion", is_open=True
    )
    before = seats.count()
    desk.do(recuse_self, seat, seat.owner)
    process = Process.objects.get(pk=desk.case.process_id)
    least = int(seat.flow_task.element.loop.min_quorum)
    assert process.blocked_reason.startswith("needs_replacement") == (before - 1 < least)
    if process.blocked_reason:
        from approvals.notifications.models import Notification

        clerk = desk.city.user("intake")
        assert Notification.objects.filter(person=clerk, kind="recusal").exists()


def test_after_the_decision_the_supervisors_get_a_flag_and_nothing_is_undone(desk: Desk) -> None:
    task = desk.task()
    desk.say(task, desk.officer, "recommend")
    Process.objects.filter(pk=desk.case.process_id).update(phase="issuing")
    desk.do(recuse_self, task, desk.officer)
    assert ReviewFlag.objects.filter(kind="recused_after_decision").exists()
    assert desk.task("intake")
    assert not OpinionStanding.objects.exists()


def test_a_tie_that_becomes_known_takes_him_out_of_the_running_case(desk: Desk) -> None:
    task = desk.task()
    desk.say(task, desk.officer, "recommend")
    declare_relation(desk.officer, desk.case.applicant, ground="股东", by=None)
    run_due()
    assert Recusal.objects.get(process=desk.case.process_id).kind == "relation"
    assert desk.task().pk != task.pk
