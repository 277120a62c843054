"""Special procedures and suspension: the clock stops and goes on, once, told, journalled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import clock
from approvals.applications.models import Application
from approvals.deadlines import services
from approvals.deadlines.models import ClockEvent, DueChange
from approvals.notifications.models import Notification
from journal.selectors import entries
from tests.deadlines.acting import (
    MONDAY,
    TUESDAY,
    accepted_on_monday,
    hearing,
    holds,
    refused,
    suspended,
)
from tests.people import Town, key

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return accepted_on_monday(jiaxing)


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
