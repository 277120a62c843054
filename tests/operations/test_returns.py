"""退回 and 取回 by the pages: offices and the applicant, with what was said kept (C6, C7)."""

from __future__ import annotations

import random

import pytest
from django.test import Client

from approvals.applications import services as applications
from approvals.applications.models import CorrectionRequest
from approvals.operations.acts import Situation
from approvals.operations.retracting import may, retract_opinion
from approvals.operations.returning import return_case
from approvals.rehearsal.choices import Plan
from approvals.reviews.models import Opinion, OpinionStanding
from journal.models import Entry
from tests.operations.office import Desk, logged_in
from tests.people import Town, key
from workflows.errors import WrongState
from workflows.models import Process, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(jiaxing: Town) -> Desk:
    return Desk(jiaxing)


def at_proposal(desk: Desk) -> Task:
    return desk.city.played_to(desk.case, "propose", Plan(dice=random.Random(1)))


def page(task: Task, act: str) -> str:
    return f"/tasks/{task.pk}/acts/{act}/"


def posted(client: Client, task: Task, act: str, **fields: str):
    shown = client.get(page(task, act))
    assert shown.status_code == 200, shown.headers
    hidden = {name: shown.context["form"].initial[name] for name in ("key", "version")}
    return client.post(page(task, act), {**hidden, **fields})


def test_a_reviewer_sends_the_case_back_to_the_experts_by_the_page(desk: Desk) -> None:
    task, reviewer = at_proposal(desk), desk.city.user("reviewer")
    client = logged_in(reviewer)
    assert "退回" in client.get(f"/tasks/{task.pk}/").content.decode()
    given = Opinion.objects.filter(application=desk.case).count()
    answer = posted(
        client, task, "return", target="expert_opinion", mode="resume", points="第3项评分\n场地面积", reason="评分依据不足"
    )  # fmt: skip
    assert answer.status_code == 302
    task.refresh_from_db()
    seats = Task.objects.filter(
        process=desk.case.process_id, element="expert_opinion", is_open=True
    )
    assert (task.status, task.outcome, seats.count() >= 3) == ("CANCELED", "returned", True)
    assert Opinion.objects.filter(application=desk.case).count() == given
    expert = seats.first().owner
    read = logged_in(expert).get(f"/tasks/{seats.first().pk}/").content.decode()
    assert "评分依据不足" in read
    assert "场地面积" in read
    entry = Entry.objects.filter(stream__key=desk.case.stream, verb="return_case").get()
    assert (entry.actor_id, entry.data["target"], entry.data["mode"]) == (
        reviewer.pk,
        "expert_opinion",
        "resume",
    )


def test_opinions_that_do_not_count_are_struck_through_with_the_reason(desk: Desk) -> None:
    task, reviewer = at_proposal(desk), desk.city.user("reviewer")
    desk.do(
        return_case, task, reviewer, target="intake", mode="replay", items=[{"problem": "核对受理材料"}]
    )  # fmt: skip
    again = desk.task("intake")
    read = logged_in(desk.city.user("intake")).get(f"/tasks/{again.pk}/").content.decode()
    assert "办件已退回，本意见不再计入" in read
    assert "<del>" in read


def test_the_applicant_may_change_the_named_items_only(desk: Desk) -> None:
    task, reviewer = at_proposal(desk), desk.city.user("reviewer")
    client = logged_in(reviewer)
    shown = client.get(page(task, "return"))
    item = shown.context["form"].correctables[0]
    answer = posted(
        client, task, "return",
        **{"target": "intake_correction", "mode": "replay", "reason": "材料不符", item.name: "请更正"},
    )  # fmt: skip
    assert answer.status_code == 302
    asked = CorrectionRequest.objects.get(application=desk.case, answered_at=None)
    assert [entry[item.kind] for entry in asked.items] == [item.key]
    open_task = Task.objects.get(process=desk.case.process_id, is_open=True)
    assert (open_task.element, open_task.role) == ("intake_correction", "applicant")


def test_unchanged_material_goes_straight_back_to_who_returned_it(desk: Desk) -> None:
    task, reviewer = at_proposal(desk), desk.city.user("reviewer")
    client = logged_in(reviewer)
    item = client.get(page(task, "return")).context["form"].correctables[0]
    posted(
        client, task, "return",
        **{"target": "intake_correction", "mode": "resume", "reason": "请确认", item.name: "请确认是否属实"},
    )  # fmt: skip
    member = desk.city.cast.member_of(desk.case.applicant)
    open_task = Task.objects.get(process=desk.case.process_id, is_open=True)
    version = Process.objects.get(pk=desk.case.process_id).material_version
    applications.resubmit(open_task.pk, by=member, key=key(), expected_version=version)
    waiting = Task.objects.filter(process=desk.case.process_id, is_open=True)
    assert [row.element for row in waiting] == ["propose"]


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(desk: Desk) -> None:
    task = at_proposal(desk)
    client = logged_in(desk.city.user("reviewer"))
    answer = posted(client, task, "return", target="intake", mode="replay", reason="写好的理由")
    assert answer.status_code == 422
    assert "需要处理的事项" in str(answer.context["form"].errors["points"])
    assert "写好的理由" in answer.content.decode()
    answer = posted(
        client, task, "return", target="intake_correction", mode="replay", reason="理由"
    )
    assert "target" in answer.context["form"].errors


def test_after_as_many_returns_as_the_program_allows_the_way_out_is_told(desk: Desk) -> None:
    task, reviewer = at_proposal(desk), desk.city.user("reviewer")
    content = desk.case.program.content
    content["returns"] = {"most": 0}
    type(desk.case.program).objects.filter(pk=desk.case.program_id).update(content=content)
    answer = posted(
        logged_in(reviewer), task, "return", target="intake", mode="replay", points="核对", reason="理由"
    )  # fmt: skip
    assert answer.status_code == 422
    assert "督办" in answer.content.decode()


def test_old_material_is_told_with_its_version(desk: Desk) -> None:
    task, reviewer = at_proposal(desk), desk.city.user("reviewer")
    answer = logged_in(reviewer).post(
        page(task, "return"),
        {"key": key(), "version": "9", "target": "intake", "mode": "replay", "points": "核对", "reason": "理由"},
    )  # fmt: skip
    assert answer.status_code == 409


def test_an_officer_takes_his_opinion_back_and_it_stays_readable(desk: Desk) -> None:
    task = desk.task()
    desk.say(task, desk.officer, "recommend", "同意推荐")
    client = logged_in(desk.officer)
    assert "取回意见" in client.get(f"/tasks/{task.pk}/").content.decode()
    assert posted(client, task, "retract", reason="漏看一项").status_code == 302
    again = desk.task()
    assert (again.owner_id, again.pk != task.pk) == (desk.officer.pk, True)
    standing = OpinionStanding.objects.get(opinion__task=task)
    assert (standing.state, standing.reason, standing.by_id) == (
        "retracted",
        "漏看一项",
        desk.officer.pk,
    )
    read = client.get(f"/tasks/{again.pk}/").content.decode()
    assert "本人已取回：漏看一项" in read
    assert "同意推荐" in read
    desk.say(again, desk.officer, "recommend")
    assert desk.task("intake")


def test_an_acceptance_cannot_be_taken_back(desk: Desk) -> None:
    task = desk.city.played_to(desk.case, "intake", Plan(dice=random.Random(1)))
    clerk = desk.city.user("intake")
    desk.city.played_to(desk.case, "department_opinion", Plan(dice=random.Random(1)))
    task.refresh_from_db()
    assert not may(Situation(desk.case, task, clerk))
    with pytest.raises(WrongState) as refusal:
        desk.do(retract_opinion, task, clerk)
    assert refusal.value.code == "irreversible"


def test_what_the_applicant_was_told_cannot_be_taken_back(desk: Desk) -> None:
    correction = desk.city.played_to(
        desk.case, "correction", Plan(returns=1, dice=random.Random(2))
    )
    task = Task.objects.get(process=desk.case.process_id, element="county_review")
    with pytest.raises(WrongState) as refusal:
        desk.do(retract_opinion, task, task.actor)
    assert refusal.value.code == "irreversible"
    correction.refresh_from_db()
    assert correction.is_open


def test_a_colleague_is_neither_offered_nor_allowed_to_take_it_back(desk: Desk) -> None:
    task = desk.task()
    desk.say(task, desk.officer, "recommend")
    read = logged_in(desk.leader).get(f"/tasks/{task.pk}/").content.decode()
    assert "取回意见" not in read
