"""An expert consults a colleague of the pool (委派, C5): his seat, his vote, two declarations."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

import clock
from approvals.applications.models import Application
from approvals.experts.models import Declaration, ExpertProfile
from approvals.notifications.models import Notification
from approvals.operations import recusal, returning, services
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from jobs.worker import run_due
from journal.models import Entry
from organizations.models import Membership, Relation, User
from tests.experts.people import enter_pool, ruled
from tests.experts.test_blind_review import leaks, read
from tests.experts.test_panel import SHEET, declared, filled, seated, voted
from tests.people import Town, key
from workflows.errors import NotAllowed, OperationError
from workflows.models import Process, Task

pytestmark = pytest.mark.django_db

QUESTION = "孵化服务能力指标应当如何理解？"
ANSWER = "按办法应当以在孵企业满意度测算。"


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return jiaxing.filed("recognition", "nanhu")


def outsiders(case: Application) -> list[User]:
    """Experts of the pool without a seat, by number of the account."""
    seats = Task.objects.filter(process=case.process_id, element="expert_opinion", owner__gt=0)
    held = Membership.objects.filter(role="expert", organ__city=case.city)
    people = User.objects.filter(pk__in=held.values("user"))
    return list(people.exclude(pk__in=seats.values("owner")).order_by("pk"))


def consult(seat: Task, to: User, **more: Any) -> Task:
    given = {"actor": seat.owner, "key": key(), "expected_version": 1, "reason": QUESTION}
    services.delegate_seat(seat.pk, to=to.pk, **{**given, **more})
    return Task.objects.get(process=seat.process_id, owner=to, is_open=True)


def answered(asked: Task) -> None:
    said = Statement("answered", ANSWER)
    decide_task(asked.pk, actor=asked.owner, key=key(), expected_version=1, statement=said)


def page(person: User, address: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(address, follow=True).content.decode()


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_colleague_answers_and_the_vote_stays_the_experts(
    jiaxing: Town, case: Application
) -> None:
    seat, second, *_others = seated(jiaxing, case)
    declared(seat)
    run_due()
    helper = outsiders(case)[0]
    asked = consult(seat, helper)
    assert (asked.role, asked.organ) == ("expert", seat.organ)
    with pytest.raises(OperationError) as refusal:
        voted(seat)
    assert refusal.value.code == "seat_waits"
    declared(asked)
    told = page(helper, f"/tasks/{asked.pk}/")
    assert QUESTION in told
    assert seat.owner.name not in told, "experts do not learn of each other"
    with pytest.raises(OperationError):
        decide_task(
            asked.pk, actor=helper, key=key(), expected_version=1,
            statement=Statement("approve", ANSWER, values={"score": 90}),
        )  # fmt: skip
    answered(asked)
    seen = page(seat.owner, f"/tasks/{seat.pk}/")
    assert ANSWER in seen
    assert helper.name in seen
    assert ANSWER not in page(second.owner, f"/tasks/{second.pk}/")
    body = Task.objects.get(pk=seat.parent_id)
    assert (body.data["votes"], len(body.data["items"])) == ([None] * 4, 4)
    run_due()
    lines = Notification.objects.filter(person=seat.owner, link=f"/tasks/{seat.pk}/", kind="task")
    assert lines.count() == 2, "told when the seat opened, and again when the answer had come"
    voted(seat)
    body.refresh_from_db()
    assert [vote for vote in body.data["votes"] if vote] == ["approve"]
    verbs = Entry.objects.filter(stream__key=case.stream).values_list("verb", flat=True)
    assert "delegate_seat" in verbs


def test_his_declaration_is_asked_too_and_an_interest_gives_the_question_back(
    jiaxing: Town, case: Application
) -> None:
    seat, *_others = seated(jiaxing, case)
    declared(seat)
    helper = outsiders(case)[0]
    asked = consult(seat, helper)
    client = logged_in(helper)
    assert client.get(f"/tasks/{asked.pk}/").url == f"/tasks/{asked.pk}/declare/"
    assert client.get(f"/applications/{case.pk}/").status_code == 404
    with pytest.raises(OpinionRefused):
        answered(asked)
    declared(asked, ground="持有股份")
    seat.refresh_from_db()
    assert seat.is_open, "the expert goes on"
    assert not Process.objects.get(pk=case.process_id).blocked_reason
    assert client.get(f"/tasks/{asked.pk}/").status_code == 404
    assert Declaration.objects.filter(user=helper, kind="interest").exists()
    assert "已回避" in page(seat.owner, f"/tasks/{seat.pk}/")
    voted(seat)


@pytest.mark.parametrize("how", ["panel", "tie", "recused", "ended", "employer", "office", "left"])
def test_who_may_not_be_consulted_is_neither_offered_nor_taken(
    jiaxing: Town, case: Application, how: str
) -> None:
    seat, second, *_others = seated(jiaxing, case)
    declared(seat)
    helper = outsiders(case)[0]
    codes = {
        "panel": "already_counted",
        "tie": "recused_user",
        "recused": "recused_user",
        "ended": "not_fit",
        "employer": "not_fit",
        "office": "no_position",
        "left": "no_position",
    }
    profile = ExpertProfile.objects.filter(user=helper)
    if how == "panel":
        helper = second.owner
    elif how == "tie":
        Relation.objects.create(
            user=helper, organ=case.applicant, ground="亲属", valid_from=clock.today()
        )
    elif how == "recused":
        declared(consult(seat, helper), ground="持有股份")
    elif how == "ended":
        profile.update(active_to=clock.today().replace(year=2025), active_from="2020-01-01")
    elif how == "employer":
        profile.update(employer_organ=case.applicant)
    elif how == "office":
        helper = jiaxing.user("reviewer")
    else:
        Membership.objects.filter(user=helper).delete()
    offered = page(seat.owner, f"/tasks/{seat.pk}/acts/delegate/")
    assert f'name="to" value="{helper.pk}"' not in offered
    with pytest.raises(OperationError) as refusal:
        consult(seat, helper)
    assert refusal.value.code == codes[how]


def test_a_tie_that_comes_up_later_is_found_at_the_act(jiaxing: Town, case: Application) -> None:
    seat, *_others = seated(jiaxing, case)
    declared(seat)
    asked = consult(seat, outsiders(case)[0])
    declared(asked)
    Relation.objects.create(
        user=asked.owner, organ=case.applicant, ground="亲属", valid_from=clock.today()
    )
    with pytest.raises(OperationError) as refusal:
        answered(asked)
    assert refusal.value.status == 404
    services.recall_seat(
        seat.pk, actor=seat.owner, key=key(), expected_version=1, reason="不再需要"
    )
    voted(seat)


def test_only_where_the_program_says_so(jiaxing: Town, case: Application) -> None:
    seat, *_others = seated(jiaxing, case)
    declared(seat)
    ruled(case, delegation=False)
    assert "/acts/delegate/" not in page(seat.owner, f"/tasks/{seat.pk}/")
    with pytest.raises(NotAllowed) as refusal:
        consult(seat, outsiders(case)[0])
    assert refusal.value.code == "expert_may_not_delegate"
    assert Task.objects.get(pk=seat.pk).is_open


def test_the_colleague_passes_nothing_on_and_fills_no_sheet(
    jiaxing: Town, case: Application
) -> None:
    ruled(case, sheet=SHEET, delegation=True)
    seat, *_others = seated(jiaxing, case)
    declared(seat)
    first, second, *_rest = outsiders(case)
    asked = consult(seat, first)
    declared(asked)
    shown = page(first, f"/tasks/{asked.pk}/")
    for act in ("delegate", "return", "transfer", "request-recusal"):
        assert f"/acts/{act}/" not in shown
    assert "评分表" not in shown
    with pytest.raises(OperationError) as refusal:
        consult(asked, second)
    assert refusal.value.code == "no_redelegation"
    answered(asked)
    filled(seat)
    voted(seat)


def test_a_blind_program_stays_blind_to_him(jiaxing: Town, case: Application) -> None:
    ruled(case, blind=True, delegation=True)
    seat, *_others = seated(jiaxing, case)
    declared(seat)
    blind = Application.objects.select_related("program", "applicant__applicant").get(pk=case.pk)
    asked = consult(seat, outsiders(case)[0])
    client = logged_in(asked.owner)
    before = {one: read(client.get(one)) for one in (f"/tasks/{asked.pk}/declare/", "/tasks/")}
    declared(asked)
    addresses = (f"/tasks/{asked.pk}/blind/", "/", "/tasks/", f"/applications/{case.pk}/")
    pages = {one: read(client.get(one)) for one in addresses}
    assert QUESTION in pages[f"/tasks/{asked.pk}/blind/"]
    assert not leaks({**before, **pages}, blind)
    given = {"key": key(), "version": 1, "outcome": "answered", "text": ANSWER}
    assert client.post(f"/tasks/{asked.pk}/blind/", given).status_code == 302
    assert ANSWER in page(seat.owner, f"/tasks/{seat.pk}/blind/")


def test_one_vote_sends_nothing_back_and_asks_about_nobody(
    jiaxing: Town, case: Application
) -> None:
    seat, second, *_others = seated(jiaxing, case)
    declared(seat)
    given = {"actor": seat.owner, "key": key(), "expected_version": 1, "reason": "材料不全"}
    with pytest.raises(NotAllowed) as refusal:
        returning.return_case(
            seat.pk, **given, target="intake", mode="replay", items=[{"problem": "缺件"}]
        )
    assert refusal.value.code == "expert_only_votes"
    with pytest.raises(NotAllowed) as refusal:
        recusal.request_recusal(seat.pk, **given, to=second.owner_id)
    assert refusal.value.code == "expert_asks_about_nobody"
    assert not Process.objects.get(pk=case.process_id).material_version > 1


def test_a_pool_without_entries_asks_for_the_post_alone(jiaxing: Town, case: Application) -> None:
    seat = jiaxing.played_to(case, "expert_opinion")
    assert not ExpertProfile.objects.exists()
    assert consult(seat, outsiders(case)[0]).is_open
    enter_pool(jiaxing)
