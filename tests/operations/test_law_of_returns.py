"""Sentences of semantics C6, on returns, that the state machine found broken, each with its story."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.operations.machine.city import furnished
from tests.operations.machine.scenario import Scenario
from workflows.models import LIVE, Task
from workflows.seating import SeatState, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> SimpleNamespace:
    return furnished()


def test_the_applicant_sends_nothing_back_and_takes_nothing_back(city):
    case = Scenario(city)
    case.says("c1", "county_review", "return", "name")
    row = case.row("correction")
    assert case.return_to(row.pk, "a", 1, "county_review", "replay", ("name",)) == (
        422,
        "not_offered",
    )
    case.ok(case.resubmit(row.pk, "a", 1, {"name": "新名称"}))
    assert case.retract(row.pk, "a", 2) == (422, "not_offered")


def test_an_annulled_answer_to_a_return_leaves_the_return_in_force(city):
    case = Scenario(city)
    case.says("c2", "county_review", "recommend")
    case.says("i1", "intake", "accept")
    case.sends_back("d1", case.row("panel", "d1"), "county_review", "resume")
    case.says("c1", "county_review", "recommend")
    assert case.open() == ["panel", "panel", "panel", "site"]
    case.ok(case.order_recusal("cl", "c1"))
    assert case.open() == ["county_review"]
    case.says("c2", "county_review", "recommend")
    assert case.open() == ["panel", "panel", "panel", "site"]


def test_nobody_goes_straight_back_past_a_step_that_was_annulled(city):
    case = Scenario(city)
    case.says("c2", "county_review", "recommend")
    case.says("i1", "intake", "accept")
    case.sends_back("d1", case.row("panel", "d1"), "county_review", "resume")
    case.says("c1", "county_review", "recommend")
    case.ok(case.order_recusal("bl", "i1"))
    case.ok(case.order_recusal("cl", "c1"))
    case.says("c2", "county_review", "recommend")
    assert case.open() == ["intake"]


def _panel_opened_first(city) -> Scenario:
    """The reviewer has asked the applicant, whose new plan opens the panel before he goes on."""
    case = Scenario(city).accepted(site="c2")
    case.sends_back("r1", case.row("propose"), "correction", "resume")
    case.ok(case.resubmit(case.row("correction").pk, "a", case.version, {"plan": "新方案"}))
    assert case.open() == ["panel", "panel", "panel"]
    return case


def test_a_branch_annulled_while_the_other_is_opened_first_is_waited_for(city):
    case = _panel_opened_first(city)
    case.ok(case.order_recusal("cl", "c2"))
    assert case.open() == ["panel", "panel", "panel", "site"]
    case.approved()
    assert case.open() == ["site"]
    case.says("c1", "site", "agree")
    assert case.open() == ["propose"]


def test_a_branch_done_again_before_the_one_opened_first_leaves_one_token(city):
    case = _panel_opened_first(city)
    case.ok(case.order_recusal("cl", "c2"))
    case.says("c1", "site", "agree")
    assert case.open() == ["panel", "panel", "panel"]
    case.approved()
    assert case.open() == ["propose"]
    assert not Task.objects.filter(process=case.process_id, element="join", status__in=LIVE)


def test_who_is_recused_while_the_case_is_sent_back_does_not_count_when_it_comes_back(city):
    case = Scenario(city).accepted(site="c2")
    case.sends_back("r1", case.row("propose"), "correction", "resume")
    case.ok(case.order_recusal("cl", "c2"))
    case.ok(case.resubmit(case.row("correction").pk, "a", case.version, {"plan": "新方案"}))
    assert case.open() == ["county_review"]


def test_who_answered_a_return_and_acted_behind_it_leaves_one_token_when_he_is_recused(city):
    case = Scenario(city).accepted()
    case.sends_back("d1", case.row("panel", "d1"), "county_review", "resume")
    case.says("c2", "county_review", "recommend")
    case.says("c2", "site", "agree")
    case.ok(case.order_recusal("cl", "c2"))
    assert case.open() == ["county_review"]


def test_who_voted_in_a_panel_that_was_sent_back_and_again_in_its_next_leaves_one_token(city):
    case = Scenario(city, "all").accepted()
    case.says("d2", "panel", "abstain")
    case.sends_back("d1", case.row("panel", "d1"), "county_review", "resume")
    case.says("c2", "county_review", "recommend")
    case.says("d1", "panel", "approve")
    case.says("d3", "panel", "approve")
    case.says("d2", "panel", "reject")
    case.says("c1", "site", "agree")
    case.ok(case.recuse_self(case.row("panel", "d2").pk, "d2"))
    assert case.open() == ["propose"]
    steps = case.process.task_set.filter(element="panel", item="", status="DONE")
    assert list(steps.values_list("outcome", flat=True)) == ["approve"]
    his = [state_of(row) for row in case.rows("panel") if row.actor and row.actor.username == "d2"]
    assert his == [SeatState.ANNULLED, SeatState.ANNULLED]


def test_what_was_taken_back_after_a_return_is_not_annulled_with_its_author(city):
    case = Scenario(city).accepted(site="c1")
    case.sends_back("r1", case.row("propose"), "site", "resume")
    case.says("c2", "site", "agree")
    case.ok(case.retract(case.row("site").pk, "c2", case.version))
    to = case.who("c1").pk
    case.ok(case.seat("transfer_seat", case.row("site").pk, "c2", case.version, to=to))
    case.says("c1", "site", "agree")
    case.ok(case.order_recusal("cl", "c2"))
    assert case.open() == ["propose"]


def test_a_panel_that_a_return_has_undone_lies_on_no_other_branch(city):
    case = Scenario(city).accepted()
    case.says("d1", "panel", "approve")
    case.ok(case.seat("copy_case", case.row("panel", "d1").pk, "d1", 1, users=[case.who("bl").pk]))
    case.sends_back("d2", case.row("panel", "d2"), "county_review", "replay")
    row, version = case.row("county_review"), case.version
    assert case.return_to(row.pk, "cl", version, "panel", "resume", ("plan",)) == (
        422,
        "not_visited",
    )


def test_what_the_applicant_was_asked_meanwhile_cannot_be_unsaid(city):
    case = Scenario(city).accepted()
    case.sends_back("d1", case.row("panel", "d1"), "correction", "replay")
    assert case.retract(case.row("county_review").pk, "c1", case.version) == (422, "irreversible")
