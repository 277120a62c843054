"""Signers, transfer and delegation by people of a county: opinions, lines, pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from approvals.applications.status import status
from approvals.notifications.models import Notification
from approvals.operations import services
from approvals.rehearsal.choices import Plan
from approvals.rehearsal.colleagues import ask_colleagues
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.models import Opinion
from approvals.reviews.statement import Statement
from organizations.models import Relation, User
from tests.operations.office import Desk, logged_in
from tests.people import Town, key
from workflows.errors import OperationError
from workflows.models import Task
from workflows.operations import claim
from workflows.operations.transferring import seats_held

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(jiaxing: Town) -> Desk:
    return Desk(jiaxing)


def told(person: User) -> list[str]:
    lines = Notification.objects.filter(person=person, kind__in=["seats", "wandering_seat"])
    return list(lines.order_by("pk").values_list("title", flat=True))


def page(task: Task, act: str) -> str:
    return reverse("operations:act", args=[task.pk, act])


def test_a_signer_before_gives_an_opinion_and_the_officer_reads_it(desk: Desk) -> None:
    task, helper = desk.task(), desk.colleague("何敏")
    desk.do(services.add_signer, task, desk.officer, kind="before", users=[helper.pk])
    assert len(told(helper)) == 1
    assert desk.case.number in told(helper)[0]
    desk.say(desk.seat(helper), helper, "reject", "场地面积不足")
    shown = logged_in(desk.officer).get(reverse("reviews:task", args=[task.pk])).content.decode()
    assert "场地面积不足" in shown
    assert "何敏" in shown
    desk.say(task, desk.officer, "recommend")
    assert Opinion.objects.filter(application=desk.case).count() == 2
    assert desk.task("intake")


def test_signers_are_nobody_to_the_applicant(desk: Desk, jiaxing: Town) -> None:
    task, helper = desk.task(), desk.colleague("何敏")
    desk.do(services.add_signer, task, desk.officer, kind="before", users=[helper.pk])
    before = status(desk.case)
    assert [visit.state for visit in before.history] == ["current"]
    desk.say(desk.seat(helper), helper, "reject", "场地面积不足")
    member = jiaxing.cast.member_of(desk.case.applicant)
    shown = logged_in(member).get(reverse("applications:case", args=[desk.case.pk]))
    assert "场地面积不足" not in shown.content.decode()
    assert "何敏" not in shown.content.decode()
    assert len(status(desk.case).history) == 1


def test_a_transfer_is_one_step_to_the_applicant(desk: Desk) -> None:
    desk.do(services.transfer_seat, desk.task(), desk.officer, to=desk.leader.pk)
    assert [visit.state for visit in status(desk.case).history] == ["current"]
    desk.say(desk.seat(desk.leader), desk.leader, "recommend")
    assert [visit.state for visit in status(desk.case).history] == ["done", "current"]


def test_after_keeps_the_opinion_at_once_and_the_case_waits(desk: Desk) -> None:
    task, helper = desk.task(), desk.colleague("何敏")
    statement = Statement(outcome="recommend", text="同意推荐")
    answers = {"kind": "after", "users": [helper.pk], "statement": statement, "key": key()}
    desk.do(services.add_signer, task, desk.officer, **answers)
    desk.do(services.add_signer, task, desk.officer, **answers)
    assert Opinion.objects.get(application=desk.case).author == desk.officer
    assert not Task.objects.filter(process=desk.case.process, element="intake").exists()
    desk.say(desk.seat(helper), helper, "approve")
    assert desk.task("intake")


def test_after_is_checked_as_every_opinion_is_and_nothing_is_done(desk: Desk) -> None:
    task, helper = desk.task(), desk.colleague("何敏")
    with pytest.raises(OpinionRefused):
        desk.do(
            services.add_signer,
            task,
            desk.officer,
            kind="after",
            users=[helper.pk],
            statement=Statement(outcome="reject", text=""),
        )
    task.refresh_from_db()
    assert task.is_open
    assert not Opinion.objects.filter(application=desk.case).exists()


def test_who_is_tied_to_the_applicant_is_neither_offered_nor_taken(desk: Desk) -> None:
    task, helper = desk.task(), desk.colleague("何敏")
    Relation.objects.create(
        user=helper, organ=desk.case.applicant, ground="配偶任职", valid_from="2020-01-01"
    )
    shown = logged_in(desk.officer).get(page(task, "sign-before")).content.decode()
    assert desk.leader.name in shown
    assert "何敏" not in shown
    with pytest.raises(OperationError) as refusal:
        desk.do(services.add_signer, task, desk.officer, kind="before", users=[helper.pk])
    assert refusal.value.code == "recused_user"


def test_a_person_of_another_county_is_not_taken(desk: Desk, jiaxing: Town) -> None:
    foreign = jiaxing.user("xiuzhou_officer")
    for service, more in (
        (services.transfer_seat, {"to": foreign.pk}),
        (services.delegate_seat, {"to": foreign.pk}),
        (services.add_signer, {"kind": "parallel", "users": [foreign.pk]}),
    ):
        with pytest.raises(OperationError) as refusal:
            desk.do(service, desk.task(), desk.officer, **more)
        assert refusal.value.code == "no_position"


def test_the_applicants_own_step_has_none_of_this(desk: Desk, jiaxing: Town) -> None:
    task = jiaxing.played_to(desk.case, "correction", Plan(returns=1))
    member = jiaxing.cast.member_of(desk.case.applicant)
    with pytest.raises(OperationError) as refusal:
        desk.do(services.transfer_seat, task, member, to=desk.officer.pk)
    assert refusal.value.code == "not_offered"


def test_experts_judge_themselves(desk: Desk, jiaxing: Town) -> None:
    jiaxing.played_to(desk.case, "expert_opinion")
    seat = Task.objects.filter(process=desk.case.process, role="expert", is_open=True).first()
    shown = logged_in(seat.owner).get(reverse("reviews:task", args=[seat.pk])).content.decode()
    for act in ("transfer", "sign-before", "sign-beside", "sign-after", "return", "copy"):
        assert page(seat, act) not in shown


def test_a_transferred_task_is_told_and_leaves_a_chain_on_the_page(desk: Desk) -> None:
    task = desk.task()
    desk.do(services.transfer_seat, task, desk.officer, to=desk.leader.pk)
    seat = desk.seat(desk.leader)
    assert len(told(desk.leader)) == 1
    shown = logged_in(desk.leader).get(reverse("reviews:task", args=[seat.pk])).content.decode()
    assert f"{desk.officer.name} → {desk.leader.name}" in shown


def test_a_seat_that_comes_back_is_told_to_the_discipline(desk: Desk, jiaxing: Town) -> None:
    desk.do(services.transfer_seat, desk.task(), desk.officer, to=desk.leader.pk)
    assert told(jiaxing.user("discipline")) == []
    desk.do(services.transfer_seat, desk.seat(desk.leader), desk.leader, to=desk.officer.pk)
    assert len(told(jiaxing.user("discipline"))) == 1


def test_a_delegation_by_the_pages(desk: Desk) -> None:
    task, helper = desk.task(), desk.colleague("何敏")
    client = logged_in(desk.officer)
    shown = client.get(page(task, "delegate"))
    assert shown.status_code == 200
    form = shown.context["form"]
    given = {"key": form["key"].value(), "version": 1, "to": helper.pk, "reason": "面积是否属实？"}
    assert client.post(page(task, "delegate"), given).status_code == 302
    assert client.post(page(task, "delegate"), given).status_code == 302, "pressed twice"
    seat = desk.seat(helper)
    answer = logged_in(helper).get(reverse("reviews:task", args=[seat.pk])).content.decode()
    assert "面积是否属实？" in answer
    assert "转办" not in answer
    desk.say(seat, helper, "answered", "属实，共5200平方米")
    shown = client.get(reverse("reviews:task", args=[task.pk])).content.decode()
    assert "属实，共5200平方米" in shown
    task.refresh_from_db()
    assert task.is_open


def test_an_answer_without_words_is_refused(desk: Desk) -> None:
    helper = desk.colleague("何敏")
    desk.do(services.delegate_seat, desk.task(), desk.officer, to=helper.pk)
    with pytest.raises(OpinionRefused):
        desk.say(desk.seat(helper), helper, "answered", "")


def test_a_delegation_is_recalled_by_its_link(desk: Desk) -> None:
    task, helper = desk.task(), desk.colleague("何敏")
    client = logged_in(desk.officer)
    assert page(task, "recall") not in client.get(f"/tasks/{task.pk}/").content.decode()
    desk.do(services.delegate_seat, task, desk.officer, to=helper.pk)
    assert page(task, "recall") in client.get(f"/tasks/{task.pk}/").content.decode()
    given = {"key": key(), "version": 1, "reason": "已自行核实"}
    assert client.post(page(task, "recall"), given).status_code == 302
    task.refresh_from_db()
    assert task.is_open


def test_what_was_typed_stays_when_it_is_refused(desk: Desk) -> None:
    task = desk.task()
    answer = logged_in(desk.officer).post(
        page(task, "transfer"), {"key": key(), "version": 1, "reason": "出差一周"}
    )
    assert answer.status_code == 422
    assert "出差一周" in answer.content.decode()
    assert "请选择一名人员" in answer.content.decode()


def test_old_material_is_told_with_the_state(desk: Desk) -> None:
    task = desk.task()
    answer = logged_in(desk.officer).post(
        page(task, "transfer"),
        {"key": key(), "version": 7, "reason": "出差", "to": desk.leader.pk},
    )
    assert answer.status_code == 409


def test_after_by_the_page_tells_both_halves_at_once(desk: Desk) -> None:
    task, helper = desk.task(), desk.colleague("何敏")
    client = logged_in(desk.officer)
    assert client.get(page(task, "sign-after")).status_code == 200
    answer = client.post(page(task, "sign-after"), {"key": key(), "version": 1})
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "请选择结论" in words
    assert "请至少选择一名加签人" in words
    given = {
        "key": key(),
        "version": 1,
        "outcome": "recommend",
        "text": "同意",
        "users": [helper.pk],
        "mode": "ALL",
        "reason": "请复核",
    }
    assert client.post(page(task, "sign-after"), given).status_code == 302
    assert Opinion.objects.get(application=desk.case).outcome == "recommend"


def test_a_signer_is_taken_off_by_the_page(desk: Desk) -> None:
    task, one, two = desk.task(), desk.colleague("何敏"), desk.colleague("沈莉")
    desk.do(services.add_signer, task, desk.officer, kind="before", users=[one.pk, two.pk])
    client = logged_in(desk.officer)
    given = {"key": key(), "version": 1, "user": two.pk, "reason": "沈莉休假"}
    assert client.post(page(task, "remove-signer"), given).status_code == 302
    assert not desk.seat(two).is_open
    assert len(told(two)) == 2


def test_both_beside_must_recommend(desk: Desk) -> None:
    task = desk.task()
    desk.do(services.add_signer, task, desk.officer, kind="parallel", users=[desk.leader.pk])
    desk.say(desk.seat(desk.leader), desk.leader, "recommend")
    assert not Task.objects.filter(process=desk.case.process, element="intake").exists()
    desk.say(task, desk.officer, "recommend")
    assert desk.task("intake")


def test_who_leaves_hands_over_everything_each_with_its_result(desk: Desk, jiaxing: Town) -> None:
    other = Desk(jiaxing, name="b")
    for one in (desk, other):
        claim(one.task().pk, actor=one.officer)
    done = services.handover(
        seats_held(desk.officer), actor=jiaxing.user("flow_admin"), key=key(), reason="调离",
        to=desk.leader.pk,
    )  # fmt: skip
    assert [one.code for one in done] == ["", ""]
    assert len(seats_held(desk.leader)) == 2
    assert len(told(desk.officer)) == 2


def test_the_demo_shows_each_of_them(jiaxing: Town) -> None:
    for name in "abcd":
        Desk(jiaxing, name=name)
    assert ask_colleagues("jiaxing") == 4
    kinds = Task.objects.filter(flow_task_type__in=["SIGNERS", "COPY"]).values_list("item")
    assert sorted(kinds) == [("before",), ("copy",), ("delegate",)]
    assert Task.objects.filter(outcome="transferred").count() == 1
