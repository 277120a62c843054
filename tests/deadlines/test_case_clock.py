"""A case's clock from its rows: what is stored is what is reckoned, after every move (I6)."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

import clock
from approvals.applications import services as applications
from approvals.applications.models import Application
from approvals.deadlines import facts
from approvals.deadlines.models import DueChange
from approvals.deadlines.rules import decision_rule
from approvals.deadlines.statutory import Kind
from approvals.notifications.models import Notification
from approvals.rehearsal.choices import Plan
from approvals.rehearsal.filing import applicant_kind
from approvals.rehearsal.season import Actor, Season
from jobs.worker import run_due
from journal.selectors import entries
from tests.people import Town, key

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 10, 12, 10, 0, tzinfo=clock.BEIJING)


def reckoned(case: Application):
    return facts.case_clock(Application.objects.get(pk=case.pk)).reckon()


def holds(case: Application) -> None:
    """The invariant: stored = reckoned."""
    case.refresh_from_db()
    found = reckoned(case)
    if found.start is None:
        assert case.due_on is None
    else:
        assert (case.due_on, case.due_provisional) == (found.due, found.provisional)


def played(town: Town, kind: str, element: str, plan: Plan | None = None, name: str = "a"):
    """A case played to a step, an hour an act from Monday on."""
    with clock.at(MONDAY):
        case = town.filed(kind, name=name)
        town.played_to(case, element, plan)
    return case


def test_before_acceptance_no_decision_clock_runs(jiaxing: Town) -> None:
    case = played(jiaxing, "recognition", "intake")
    assert facts.events_of(case) == []
    holds(case)


def test_acceptance_starts_the_clock_and_the_day_itself_is_not_counted(jiaxing: Town) -> None:
    case = played(jiaxing, "recognition", "department_opinion")
    holds(case)
    assert case.accepted_at == date(2026, 10, 12)
    assert case.due_on == date(2026, 11, 9)


def test_the_expert_review_stops_the_clock_and_the_applicant_is_told(jiaxing: Town) -> None:
    case = played(jiaxing, "recognition", "expert_opinion")
    holds(case)
    assert case.due_on is None
    change = DueChange.objects.get(application=case)
    assert (change.before, change.after, change.cause) == (date(2026, 11, 9), None, "moved")
    assert "due_changed" in [entry.verb for entry in entries(case.stream)]
    told = Notification.objects.filter(case_id=case.pk, kind="clock").get()
    assert told.person == jiaxing.cast.member_of(case.applicant)
    assert "第四十五条" in told.body


def test_the_clock_goes_on_when_the_last_expert_has_spoken(jiaxing: Town) -> None:
    case = played(jiaxing, "recognition", "expert_opinion")
    with clock.at(MONDAY + timedelta(days=3)):
        jiaxing.played_to(case, "propose")
    holds(case)
    assert case.due_on == date(2026, 11, 12)
    pause = next(e for e in facts.events_of(case) if e.kind is Kind.EXPERT_REVIEW)
    assert (pause.on, pause.until) == (date(2026, 10, 12), date(2026, 10, 15))
    days = [(one.before, one.after) for one in DueChange.objects.filter(application=case)]
    assert days == [(date(2026, 11, 9), None), (None, date(2026, 11, 12))]


def test_a_case_that_is_withdrawn_while_the_clock_stands_still_gets_its_day(jiaxing: Town) -> None:
    case = played(jiaxing, "recognition", "expert_opinion")
    with clock.at(MONDAY + timedelta(days=2)):
        applications.withdraw(
            case, by=jiaxing.cast.member_of(case.applicant), reason="另行申报", key=key()
        )
    holds(case)
    assert case.due_on == date(2026, 11, 11)


def test_a_return_to_the_applicant_after_acceptance_stops_the_clock_by_its_clause(
    jiaxing: Town,
) -> None:
    plan = Plan(dice=random.Random(1))
    case = played(jiaxing, "award", "propose", plan)
    rule = decision_rule(case.program.content)
    assert rule.pauses[Kind.CORRECTION].startswith("示例办法")


def test_without_a_clause_a_return_does_not_stop_the_clock() -> None:
    content = {"deadlines": {"correction": {"days": 10, "unit": "workdays"}}}
    assert Kind.CORRECTION not in decision_rule(content).pauses


def test_the_programs_own_list_of_pauses_is_the_whole_list() -> None:
    content = {
        "deadlines": {
            "decision": {
                "days": 15,
                "unit": "days",
                "first_day": "same",
                "clause": "第九条",
                "extension": {"days": 5, "clause": "第十条"},
                "pauses": {"publicity": {"clause": "第十一条"}},
            }
        }
    }
    rule = decision_rule(content)
    assert (rule.days, rule.unit, rule.first, rule.basis) == (15, "days", "same", "第九条")
    assert rule.pauses == {Kind.PUBLICITY: "第十一条"}
    assert (rule.extension, rule.extension_basis) == (5, "第十条")


def test_a_program_that_says_nothing_has_the_terms_of_the_law() -> None:
    rule = decision_rule({})
    assert (rule.days, rule.unit, rule.first, rule.extension) == (20, "workdays", "next", 10)
    assert set(rule.pauses) == {Kind.EXPERT_REVIEW, Kind.SPECIAL_PROCEDURE, Kind.SUSPENSION}


def test_stopping_the_worker_for_days_changes_no_day(jiaxing: Town) -> None:
    """The same acts; one house works its jobs every day, the other not for a fortnight."""
    days = []
    for name, awake in (("a", True), ("b", False)):
        case = played(jiaxing, "recognition", "expert_opinion", name=name)
        for n in range(1, 15):
            with clock.at(MONDAY + timedelta(days=n)):
                if awake:
                    run_due()
        with clock.at(MONDAY + timedelta(days=14)):
            jiaxing.played_to(case, "propose")
        holds(case)
        with clock.at(MONDAY + timedelta(days=20)):
            run_due()
            holds(case)
        days.append(case.due_on)
    assert days[0] == days[1] is not None


def test_deemed_acceptance_after_a_correction_counts_from_the_day_the_correction_came_in(
    jiaxing: Town,
) -> None:
    plan = Plan(returns=1, dice=random.Random(2))
    with clock.at(MONDAY):
        case = jiaxing.filed("recognition")
        jiaxing.played_to(case, "correction", plan)
    with clock.at(MONDAY + timedelta(days=3)):
        jiaxing.played_to(case, "intake", plan)
    with clock.at(MONDAY + timedelta(days=14)):
        run_due()
    case.refresh_from_db()
    assert case.accepted_at == date(2026, 10, 15)
    holds(case)


def test_every_case_of_a_season_stores_what_is_reckoned(jiaxing: Town) -> None:
    season = Season(random.Random(7), MONDAY + timedelta(days=60))
    load_season(jiaxing, season)
    cases = list(Application.objects.filter(process__isnull=False))
    assert sum(case.accepted_at is not None for case in cases) >= 5
    for case in cases:
        holds(case)
    assert DueChange.objects.exists()


def load_season(town: Town, season: Season) -> None:
    """Eight cases of two kinds, a few returned, one withdrawn."""
    for n in range(8):
        kind = ("recognition", "award")[n % 2]
        program = town.program(kind)
        organ = town.applicant(applicant_kind(program), name=f"s{n}")
        plan = Plan(returns=n % 3, dice=random.Random(n))
        actor = Actor(program, organ, town.cast.member_of(organ), plan, withdraws=n == 5)
        season.plan(actor, MONDAY + timedelta(days=n, minutes=n))
    season.play()
