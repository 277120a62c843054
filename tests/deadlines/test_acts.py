"""Acts on the clock: who may, when, once, and what a refused form keeps."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.urls import reverse

import clock
from approvals.applications.errors import KeyReusedError
from approvals.applications.models import Application
from approvals.deadlines import services
from approvals.deadlines.models import ClockEvent, DueChange
from approvals.rehearsal.choices import Plan
from jobs.worker import run_due
from tests.deadlines.acting import (
    MONDAY,
    TUESDAY,
    accepted_on_monday,
    hearing,
    refused,
)
from tests.people import Town, key
from workflows.errors import NotAllowed, NotVisible, Stale

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return accepted_on_monday(jiaxing)


def test_the_same_key_acts_once_and_another_payload_is_refused(
    jiaxing: Town, case: Application
) -> None:
    reviewer, once = jiaxing.user("reviewer"), key()
    with clock.at(TUESDAY):
        first = hearing(case, reviewer, with_key=once)
        assert hearing(case, reviewer, with_key=once) == first
        assert ClockEvent.objects.count() == DueChange.objects.count() == 1
        with pytest.raises(KeyReusedError):
            hearing(case, reviewer, with_key=once, reason="另一事由")


def test_each_act_answers_the_same_when_it_is_sent_again(jiaxing: Town, case: Application) -> None:
    reviewer, leader = jiaxing.user("reviewer"), jiaxing.user("bureau_leader")
    same = {"expected_version": 1}
    with clock.at(TUESDAY):
        acts = [
            (services.suspend, reviewer, {"reason": "甲", "legal_basis": "乙"}),
            (services.resume, reviewer, {"reason": "已认定"}),
            (services.propose_extension, reviewer, {"reason": "丙", "days": 5}),
            (services.confirm_extension, leader, {"approve": True, "reason": ""}),
        ]
        for act, actor, said in acts:
            once = key()
            first = act(case.pk, actor=actor, key=once, **same, **said)
            assert act(case.pk, actor=actor, key=once, **same, **said) == first
    assert ClockEvent.objects.count() == 2


def test_a_stale_material_version_is_refused(jiaxing: Town, case: Application) -> None:
    with clock.at(TUESDAY), pytest.raises(Stale):
        hearing(case, jiaxing.user("reviewer"), version=7)


def test_who_may_not_see_the_case_is_told_the_same_as_for_none(
    jiaxing: Town, case: Application
) -> None:
    with clock.at(TUESDAY):
        for stranger in (jiaxing.user("tax_bureau_officer"), jiaxing.user("xiuzhou_officer")):
            with pytest.raises(NotVisible):
                hearing(case, stranger)
        case.pk = 987_654_321
        with pytest.raises(NotVisible):
            hearing(case, jiaxing.user("reviewer"))


def test_readers_without_the_right_are_refused(jiaxing: Town, case: Application) -> None:
    with clock.at(TUESDAY):
        for reader in (
            jiaxing.cast.member_of(case.applicant),
            jiaxing.user("nanhu_officer"),
            jiaxing.user("intake"),
            jiaxing.user("discipline"),
            jiaxing.user("finance_officer"),
        ):
            with pytest.raises(NotAllowed):
                hearing(case, reader)


def test_nothing_is_done_to_a_clock_before_acceptance_or_after_the_decision(
    jiaxing: Town, case: Application
) -> None:
    with clock.at(MONDAY):
        early = jiaxing.filed("recognition", name="early")
        jiaxing.played_to(early, "intake")
        with refused("not_accepted"):
            hearing(early, jiaxing.user("reviewer"), starts_on=date(2026, 10, 12))
    with clock.at(MONDAY):
        decided = jiaxing.filed("voucher", name="late")
        jiaxing.played_to(decided, "publicity", Plan(dice=random.Random(5)))
    with clock.at(MONDAY + timedelta(days=12)):
        run_due()
        jiaxing.played_to(decided, "payment", Plan(dice=random.Random(5)))
        with refused("decided"):
            hearing(
                decided,
                jiaxing.user("reviewer"),
                starts_on=date(2026, 10, 26),
                expected_on=date(2026, 10, 27),
            )


def test_a_form_that_is_refused_keeps_what_was_typed(client, jiaxing: Town, case) -> None:
    client.force_login(jiaxing.user("reviewer"))
    address = reverse("deadlines:special", args=[case.pk])
    typed = {
        "key": key(),
        "version": 1,
        "procedure": "hearing",
        "starts_on": "2026-10-01",
        "expected_on": "2026-10-20",
        "reason": "利害关系人申请听证",
    }
    with clock.at(TUESDAY):
        answer = client.post(address, typed)
        assert answer.status_code == 422
        assert "不能追溯" in answer.content.decode()
        assert "利害关系人申请听证" in answer.content.decode()
        assert client.post(address, {**typed, "starts_on": ""}).status_code == 422
        again = client.post(address, {**typed, "version": 3, "starts_on": "2026-10-14"})
        assert again.status_code == 409
        assert again.context["form"]["version"].value() == "1"
        done = client.post(address, {**typed, "starts_on": "2026-10-14"})
    assert done.headers["Location"] == reverse("deadlines:clock", args=[case.pk])
    case.refresh_from_db()
    assert case.due_on is None
