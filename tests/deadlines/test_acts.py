"""Special procedure, suspension, extension: who may, when, once, told, journalled."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

import clock
from approvals.applications.errors import KeyReusedError
from approvals.applications.models import Application
from approvals.deadlines import facts, services
from approvals.deadlines.models import ClockEvent, DueChange
from approvals.notifications.models import Notification
from approvals.rehearsal.choices import Plan
from jobs.worker import run_due
from journal.selectors import entries
from organizations.models import Membership, User
from tests.people import Town, key
from workflows.errors import NotAllowed, NotVisible, Stale, WrongState

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 10, 12, 10, 0, tzinfo=clock.BEIJING)
"""Accepted on this day; 20 working days later is 2026-11-09."""
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def case(jiaxing: Town) -> Application:
    """Accepted on Monday, now before the departments; the reviewer handles it later on."""
    with clock.at(MONDAY):
        found = jiaxing.filed("recognition")
        jiaxing.played_to(found, "department_opinion")
    found.refresh_from_db()
    return found


def hearing(case: Application, actor: User, *, with_key: str = "", version: int = 1, **changes):
    said = {
        "procedure": "hearing",
        "starts_on": date(2026, 10, 14),
        "expected_on": date(2026, 10, 20),
        "reason": "利害关系人申请听证",
    }
    return services.special_procedure(
        case.pk, actor=actor, key=with_key or key(), expected_version=version, **{**said, **changes}
    )


def suspended(case: Application, actor: User, **changes):
    said = {"reason": "等待司法机关认定", "legal_basis": "示例办法第二十一条"}
    return services.suspend(
        case.pk, actor=actor, key=key(), expected_version=1, **{**said, **changes}
    )


def proposed(case: Application, actor: User, *, days: int = 10, reason: str = "案情复杂"):
    return services.propose_extension(
        case.pk, actor=actor, key=key(), expected_version=1, reason=reason, days=days
    )


def confirmed(case: Application, actor: User, *, approve: bool = True, reason: str = ""):
    return services.confirm_extension(
        case.pk, actor=actor, key=key(), expected_version=1, approve=approve, reason=reason
    )


def holds(case: Application) -> None:
    case.refresh_from_db()
    found = facts.case_clock(case).reckon()
    assert (case.due_on, case.due_provisional) == (found.due, found.provisional)


def second_leader(town: Town) -> User:
    """A leader of the bureau who has handled nothing."""
    person = User.objects.create(username="jx_second_leader", name="副局长")
    Membership.objects.create(
        user=person,
        organ=town.user("bureau_leader").memberships.first().organ,
        role="bureau_leader",
        valid_from=date(2020, 1, 1),
    )
    return person


def refused(code: str):
    return pytest.raises(WrongState, check=lambda refusal: refusal.code == code)


def test_a_hearing_stops_the_clock_and_the_applicant_knows_for_how_long(
    jiaxing: Town, case: Application
) -> None:
    with clock.at(TUESDAY):
        row = hearing(case, jiaxing.user("reviewer"))
    holds(case)
    assert case.due_on is None
    assert row.told_to_applicant_at == TUESDAY
    told = Notification.objects.get(case_id=case.pk, kind="clock")
    assert told.person == jiaxing.cast.member_of(case.applicant)
    for words in ("听证", "2026-10-14", "2026-10-20", "第四十五条", "利害关系人申请听证"):
        assert words in told.body
    assert jiaxing.user("reviewer").name not in told.body
    verbs = [entry.verb for entry in entries(case.stream)][-2:]
    assert verbs == ["special_procedure_begun", "due_changed"]


def test_after_the_hearing_the_days_go_on(jiaxing: Town, case: Application) -> None:
    """Wednesday 14 to Monday 19 October: four working days are not counted."""
    reviewer = jiaxing.user("reviewer")
    with clock.at(TUESDAY):
        hearing(case, reviewer)
    with clock.at(MONDAY + timedelta(days=7)):
        services.end_special_procedure(case.pk, actor=reviewer, key=key(), expected_version=1)
    holds(case)
    assert case.due_on == date(2026, 11, 13)
    changes = DueChange.objects.filter(application=case).values_list("before", "after", "cause")
    assert list(changes) == [
        (date(2026, 11, 9), None, "special_procedure"),
        (None, date(2026, 11, 13), "special_procedure_ended"),
    ]


def test_a_hearing_that_is_called_off_before_it_began_takes_no_day(
    jiaxing: Town, case: Application
) -> None:
    with clock.at(TUESDAY):
        hearing(case, jiaxing.user("reviewer"))
        services.end_special_procedure(
            case.pk, actor=jiaxing.user("reviewer"), key=key(), expected_version=1
        )
    holds(case)
    assert case.due_on == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"procedure": "coffee"}, "unknown_procedure"),
        ({"starts_on": date(2026, 10, 12)}, "bad_days"),
        ({"starts_on": date(2027, 10, 12)}, "bad_days"),
        ({"expected_on": date(2026, 10, 13)}, "bad_days"),
        ({"expected_on": date(2036, 10, 13)}, "bad_days"),
        ({"reason": " \x00 "}, "reason_missing"),
    ],
)
def test_what_cannot_be_a_procedure_is_refused_and_nothing_is_kept(
    jiaxing: Town, case: Application, changes, code
) -> None:
    with clock.at(TUESDAY), refused(code):
        hearing(case, jiaxing.user("reviewer"), **changes)
    assert not ClockEvent.objects.exists()
    holds(case)


def test_one_pause_at_a_time(jiaxing: Town, case: Application) -> None:
    with clock.at(TUESDAY):
        suspended(case, jiaxing.user("reviewer"))
        with refused("already_paused"):
            hearing(case, jiaxing.user("reviewer"))


def test_a_suspension_leaves_its_own_day_counted_and_ends_by_hand(
    jiaxing: Town, case: Application
) -> None:
    """Suspended on Tuesday, resumed on Thursday: Wednesday and Thursday are not counted."""
    with clock.at(TUESDAY):
        row = suspended(case, jiaxing.user("reviewer"))
        assert row.legal_basis == "示例办法第二十一条"
    with clock.at(TUESDAY + timedelta(days=2)):
        services.resume(
            case.pk, actor=jiaxing.user("reviewer"), key=key(), expected_version=1, reason="已认定"
        )
    holds(case)
    assert case.due_on == date(2026, 11, 11)
    with clock.at(TUESDAY + timedelta(days=2)), refused("not_paused"):
        services.resume(
            case.pk, actor=jiaxing.user("reviewer"), key=key(), expected_version=1, reason="再次"
        )


def test_while_a_case_is_suspended_the_engine_stands_still(
    jiaxing: Town, case: Application
) -> None:
    reviewer = jiaxing.user("reviewer")
    with clock.at(TUESDAY):
        suspended(case, reviewer)
        case.process.refresh_from_db()
        assert case.process.suspended_at == TUESDAY
        with refused("reason_missing"):
            services.resume(case.pk, actor=reviewer, key=key(), expected_version=1, reason=" ")
        services.resume(case.pk, actor=reviewer, key=key(), expected_version=1, reason="已认定")
    case.process.refresh_from_db()
    assert case.process.suspended_at is None
    holds(case)


def test_a_suspension_without_its_basis_is_refused(jiaxing: Town, case: Application) -> None:
    with clock.at(TUESDAY), refused("basis_missing"):
        suspended(case, jiaxing.user("reviewer"), legal_basis=" ")


def test_a_rule_that_names_no_basis_stops_for_nothing(
    jiaxing: Town, case: Application, monkeypatch
) -> None:
    rule = {"deadlines": {"decision": {"days": 20, "unit": "workdays", "pauses": {}}}}
    type(case.program).objects.filter(pk=case.program_id).update(
        content=case.program.content | rule
    )
    with clock.at(TUESDAY), refused("no_legal_basis"):
        hearing(case, jiaxing.user("reviewer"))


def test_an_extension_moves_nothing_before_another_person_approves(
    jiaxing: Town, case: Application
) -> None:
    with clock.at(TUESDAY):
        proposed(case, jiaxing.user("reviewer"))
        holds(case)
        assert case.due_on == date(2026, 11, 9)
        row = confirmed(case, jiaxing.user("bureau_leader"))
    holds(case)
    assert case.due_on == date(2026, 11, 23)
    assert row.state == ClockEvent.State.IN_FORCE
    told = Notification.objects.get(case_id=case.pk, kind="clock")
    assert "案情复杂" in told.body
    assert "2026-11-23" in told.body


def test_nobody_approves_his_own_extension(jiaxing: Town, case: Application) -> None:
    leader = jiaxing.user("bureau_leader")
    with clock.at(TUESDAY):
        proposed(case, leader)
        with pytest.raises(NotAllowed, check=lambda refusal: refusal.code == "four_eyes"):
            confirmed(case, leader)
        confirmed(case, second_leader(jiaxing))


def test_who_handles_the_case_does_not_approve_its_extension(
    jiaxing: Town, case: Application
) -> None:
    leader = second_leader(jiaxing)
    seat = case.process.task_set.filter(is_open=True).first()
    type(seat).objects.filter(pk=seat.pk).update(owner=leader)
    with clock.at(TUESDAY):
        proposed(case, jiaxing.user("reviewer"))
        with pytest.raises(NotAllowed, check=lambda refusal: refusal.code == "four_eyes"):
            confirmed(case, leader)


def test_a_reviewer_proposes_and_does_not_approve(jiaxing: Town, case: Application) -> None:
    with clock.at(TUESDAY):
        proposed(case, jiaxing.user("reviewer"))
        with pytest.raises(NotAllowed):
            confirmed(case, jiaxing.user("reviewer"))


def test_the_term_is_extended_once(jiaxing: Town, case: Application) -> None:
    reviewer, leader = jiaxing.user("reviewer"), jiaxing.user("bureau_leader")
    with clock.at(TUESDAY):
        proposed(case, reviewer)
        with refused("already_proposed"):
            proposed(case, reviewer)
        confirmed(case, leader)
        with refused("already_extended"):
            proposed(case, reviewer)
        with refused("nothing_proposed"):
            confirmed(case, leader)


def test_a_refused_extension_leaves_the_day_and_says_why(jiaxing: Town, case: Application) -> None:
    reviewer, leader = jiaxing.user("reviewer"), jiaxing.user("bureau_leader")
    with clock.at(TUESDAY):
        proposed(case, reviewer)
        with refused("reason_missing"):
            confirmed(case, leader, approve=False)
        confirmed(case, leader, approve=False, reason="可以按期办结")
        holds(case)
        assert case.due_on == date(2026, 11, 9)
        assert not Notification.objects.filter(case_id=case.pk, kind="clock").exists()
        proposed(case, reviewer)


def test_what_has_run_out_is_not_extended(jiaxing: Town, case: Application) -> None:
    with clock.at(MONDAY + timedelta(days=27)):
        proposed(case, jiaxing.user("reviewer"))
    with clock.at(MONDAY + timedelta(days=29)):
        with refused("term_over"):
            confirmed(case, jiaxing.user("bureau_leader"))
        assert case.clock_events.get().state == "proposed"


@pytest.mark.parametrize("days", [0, 11])
def test_an_extension_has_the_days_of_the_rule(jiaxing: Town, case: Application, days) -> None:
    with clock.at(TUESDAY), refused("bad_days"):
        proposed(case, jiaxing.user("reviewer"), days=days)


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
