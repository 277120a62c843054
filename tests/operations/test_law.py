"""Sentences of semantics C0–C16 that the state machine found broken, each with its own story."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from approvals.applications.models import Application, CorrectionRequest, DeferredItem
from approvals.reviews.models import Opinion, OpinionStanding
from tests.operations.machine.city import furnished
from tests.operations.machine.driver import DONE, said
from tests.operations.machine.scenario import Scenario
from workflows.models import Task
from workflows.nodes.ballot import Ballot, Rule
from workflows.seating import SeatState, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> SimpleNamespace:
    return furnished()


# C2, C0: counting


def test_what_was_said_first_decides_when_a_too_small_panel_is_filled_up_again():
    ballot = Ballot({"items": ["d1", "d2"], "votes": [None, None]})
    rule = Rule("ANY", min_quorum=3)
    ballot.cast(1, "reject")
    ballot.cast(0, "approve")
    assert ballot.verdict(rule) == "BLOCKED"
    ballot.add("d3")
    assert ballot.verdict(rule) == "FAILED"
    ballot.uncount(1, "annulled")
    ballot.add("d4")
    assert ballot.verdict(rule) == "PASSED"


def test_in_a_sequence_only_the_first_undecided_seat_is_open_after_a_retraction(city):
    case = Scenario(city, "sequence").accepted()
    case.says("d1", "panel", "approve")
    case.ok(case.retract(case.row("panel", "d1").pk, "d1", 1))
    assert case.states("panel") == ["acted", "closed retracted", "open"]
    case.says("d1", "panel", "approve")
    case.says("d2", "panel", "approve")
    assert case.retract(case.row("panel", "d1").pk, "d1", 1) == (409, "next_has_acted")


def test_a_seat_that_was_handed_over_stays_with_its_new_holder_when_it_is_asked_again(city):
    case = Scenario(city, "two").accepted()
    case.ok(case.seat("transfer_seat", case.row("panel", "d3").pk, "d3", 1, to=case.who("d4").pk))
    case.says("d1", "panel", "approve")
    case.says("d2", "panel", "approve")
    case.ok(case.retract(case.row("panel", "d2").pk, "d2", 1))
    holders = {row.owner.username for row in case.rows("panel") if row.is_open}
    assert holders == {"d2", "d4"}


def test_a_seat_handed_over_after_it_was_asked_again_stays_with_its_last_holder(city):
    case = Scenario(city, "any").accepted()
    for _time in range(2):
        case.says("d3", "panel", "approve")
        case.ok(case.retract(case.row("panel", "d3").pk, "d3", 1))
        holders = {row.owner.username for row in case.rows("panel") if row.is_open}
        if "d4" not in holders:
            seat = case.row("panel", "d1")
            case.ok(case.seat("transfer_seat", seat.pk, "d1", 1, to=case.who("d4").pk))
    assert holders == {"d4", "d2", "d3"}


def test_nobody_gains_time_in_a_panel_by_taking_his_opinion_back(city):
    case = Scenario(city, "all").accepted()
    before = case.row("panel", "d1").due_at
    case.says("d1", "panel", "approve")
    case.pass_days(3)
    case.ok(case.retract(case.row("panel", "d1").pk, "d1", 1))
    assert case.row("panel", "d1").due_at == before


def test_who_has_voted_is_not_asked_again_when_another_takes_his_opinion_back(city):
    case = Scenario(city, "any_of_three").accepted()
    case.says("d3", "panel", "approve")
    case.ok(case.order_recusal("bl", "d3"))
    case.says("d2", "panel", "approve")
    case.says("d1", "panel", "approve")
    case.ok(case.retract(case.row("panel", "d1").pk, "d1", 1))
    assert [row.owner.username for row in case.rows("panel") if row.is_open] == ["d1"]


# C3: signers


def test_beside_and_behind_the_step_waits_for_both(city):
    case = Scenario(city)
    row = case.row("county_review")
    case.asks("c1", row, "parallel", "c2")
    case.asks("c1", row, "after", "cl", statement=said("recommend"))
    case.says("c2", "county_review", "recommend")
    assert case.open() == ["county_review"]
    case.says("cl", "county_review", "approve")
    assert case.open() == ["intake"]


def test_a_seat_without_which_the_step_was_decided_has_not_acted(city):
    case = Scenario(city)
    row = case.row("county_review")
    case.asks("c1", row, "parallel", "c2")
    case.says("c2", "county_review", "reject")
    row.refresh_from_db()
    assert (state_of(row), row.outcome) == (SeatState.SKIPPED, "reject")


def test_advice_is_no_decision_while_deferred_items_are_open(city):
    case = Scenario(city, promised=True)
    case.says("c1", "county_review", "recommend")
    case.ok(case.accept_with_deferred(case.row("intake").pk, "i1", 1))
    for member in ("d1", "d2", "d3"):
        case.says(member, "panel", "approve")
    case.says("c1", "site", "agree")
    case.asks("r1", case.row("propose"), "before", "r2")
    case.says("r2", "propose", "approve")
    assert case.vote(case.row("propose", "r1").pk, "r1", 1, "approve") == (422, "opinion_refused")


def test_nothing_is_deferred_before_the_whole_step_accepts(city):
    case = Scenario(city, promised=True)
    case.says("c1", "county_review", "recommend")
    row = case.row("intake")
    case.asks("i1", row, "parallel", "i2")
    assert case.accept_with_deferred(row.pk, "i1", 1) == (422, "signers_are_asked")
    assert not DeferredItem.objects.filter(application=case.case).exists()


# C5: agents


def test_who_claims_for_his_principal_does_not_lock_him_out(city):
    case = Scenario(city).accepted()
    case.ok(case.name_agent("d1", "d4"))
    row = case.row("panel", "d1")
    case.ok(case.claim(row.pk, "d4"))
    case.says("d1", "panel", "approve")


def test_nobody_acts_for_a_person_whose_recusal_is_not_ruled(city):
    case = Scenario(city).accepted()
    case.ok(case.name_agent("d1", "d4"))
    row = case.row("panel", "d1")
    case.ok(case.request_recusal(case.row("site").pk, "c2", "d1"))
    assert case.vote(row.pk, "d4", 1, "approve") == (422, "recusal_pending")


# C7: who sees nothing


def test_a_stranger_who_withdraws_is_told_as_for_a_missing_case(city):
    case = Scenario(city)
    assert case.withdraw("south") == (404, "not_found")
    assert case.withdraw("c1") == (403, "not_allowed")


# C13: recusal


def test_who_acted_twice_in_a_step_leaves_one_token_behind(city):
    case = Scenario(city)
    case.says("c1", "county_review", "return", "name")
    case.ok(case.resubmit(case.row("correction").pk, "a", 1, {"name": "新名称"}))
    case.says("c1", "county_review", "recommend")
    case.ok(case.order_recusal("cl", "c1"))
    assert case.open() == ["county_review"]
    assert case.states("county_review") == ["annulled", "acted", "open"]


def test_what_was_annulled_says_so_on_its_seat(city):
    case = Scenario(city)
    case.says("c1", "county_review", "recommend")
    case.ok(case.order_recusal("cl", "c1"))
    assert state_of(case.rows("county_review")[0]) == SeatState.ANNULLED


def test_a_seat_that_was_handed_over_goes_to_the_office_by_the_rule_of_the_step(city):
    case = Scenario(city)
    case.ok(case.seat("transfer_seat", case.row("county_review").pk, "c1", 1, to=case.who("c2").pk))
    case.ok(case.recuse_self(case.row("county_review").pk, "c2"))
    assert (case.open(), case.row("county_review").owner) == (["county_review"], None)


def test_an_opinion_that_waits_for_signers_is_annulled_with_its_author(city):
    case = Scenario(city)
    row = case.row("county_review")
    case.asks("c1", row, "after", "c2", statement=said("recommend"))
    case.ok(case.order_recusal("cl", "c1"))
    row.refresh_from_db()
    assert state_of(row) == SeatState.ANNULLED
    assert OpinionStanding.objects.get(opinion__task=row).state == "annulled"
    assert case.open() == ["county_review"]


def test_advice_of_somebody_recused_is_struck_out_and_the_step_goes_on(city):
    case = Scenario(city)
    row = case.row("county_review")
    case.asks("c1", row, "before", "c2")
    case.says("c2", "county_review", "approve")
    case.ok(case.order_recusal("cl", "c2"))
    assert case.states("county_review") == ["open", "annulled"]
    case.ok(case.vote(row.pk, "c1", 1, "recommend"))
    assert case.open() == ["intake"]


def test_a_step_decided_beside_somebody_recused_is_open_again(city):
    case = Scenario(city)
    row = case.row("county_review")
    case.asks("c1", row, "parallel", "c2")
    case.says("c2", "county_review", "recommend")
    case.ok(case.vote(row.pk, "c1", 1, "recommend"))
    case.ok(case.order_recusal("cl", "c2"))
    assert case.open() == ["county_review"]


def test_a_vote_that_was_taken_back_is_not_annulled_again(city):
    case = Scenario(city, "two").accepted()
    case.says("d2", "panel", "approve")
    case.ok(case.retract(case.row("panel", "d2").pk, "d2", 1))
    case.ok(case.seat("transfer_seat", case.row("panel", "d2").pk, "d2", 1, to=case.who("d4").pk))
    case.ok(case.recuse_self(case.row("panel", "d2").pk, "d2"))
    case.says("d4", "panel", "approve")
    case.says("d1", "panel", "approve")
    assert case.open() == ["site"]


def test_who_has_left_is_not_asked_again_when_a_colleague_takes_his_opinion_back(city):
    case = Scenario(city, "any").accepted()
    case.ok(case.request_recusal(case.row("site").pk, "c2", "d3"))
    case.says("d2", "panel", "approve")
    case.ok(case.rule_recusal(0, "bl", grant=True))
    case.ok(case.retract(case.row("panel", "d2").pk, "d2", 1))
    holders = {row.owner.username for row in case.rows("panel") if row.is_open}
    assert (holders, state_of(case.row("panel", "d3"))) == ({"d1", "d2"}, SeatState.RECUSED)


def test_a_request_to_the_applicant_is_void_when_who_asked_must_stay_away(city):
    case = Scenario(city)
    case.says("c1", "county_review", "return", "name")
    case.ok(case.order_recusal("cl", "c1"))
    asked = CorrectionRequest.objects.get(application=case.case)
    assert (asked.is_open, asked.answered_at) == (False, None)
    case.says("c2", "county_review", "return", "plan")
    case.ok(case.resubmit(case.row("correction").pk, "a", 1, {"plan": "新方案"}))
    assert Application.objects.get(pk=case.case.pk).data["plan"] == "新方案"


@pytest.mark.parametrize("kind", ["delegate", "before", "after"])
def test_when_the_last_of_an_office_must_leave_nobody_he_has_asked_can_answer(city, kind):
    """The answer came to a seat that waits for a replacement: an error of the server."""
    case = Scenario(city)
    case.says("c1", "county_review", "recommend")
    row = case.row("intake")
    case.ok(case.recuse_self(row.pk, "i1"))
    if kind == "delegate":
        case.ok(case.seat("delegate_seat", row.pk, "i2", 1, to=case.who("r2").pk))
    else:
        more = {"statement": said("accept", ())} if kind == "after" else {}
        case.asks("i2", row, kind, "r2", **more)
    asked = case.row("intake", "r2")
    answer = "answered" if kind == "delegate" else "approve"
    case.ok(case.order_recusal("bl", "i2"))
    assert state_of(case.row("intake", "r2")) == SeatState.SKIPPED
    assert case.vote(asked.pk, "r2", 1, answer) == (422, "task_closed")
    assert case.process.blocked_reason == "needs_replacement: intake"


def test_a_key_stands_for_every_word_of_who_asks_others_after_himself(city):
    """Another text with the same outcome was taken for the same request (I11)."""
    case = Scenario(city).accepted()
    case.asks("d1", case.row("panel", "d1"), "after", "d4", statement=said("abstain"))
    other = replace(said("abstain"), text="另外的意见")
    assert case.again(len(case.said) - 1) == DONE
    assert case.again(len(case.said) - 1, statement=other) == (409, "key_reused")


# The tests that semantics C0 names and that need a case


def test_tally_is_per_step_not_per_case(city):
    case = Scenario(city, "all").accepted()
    for member in ("d1", "d2", "d3"):
        case.says(member, "panel", "approve")
    case.says("c1", "site", "agree")
    case.sends_back("r1", case.row("propose"), "panel")
    case.says("d1", "panel", "approve")
    assert case.open() == ["panel", "panel"]
    case.says("d2", "panel", "reject")
    assert case.open() == ["propose"]


def test_or_sign_others_not_in_done_list(city):
    case = Scenario(city, "any").accepted()
    case.says("d1", "panel", "approve")
    done = Task.objects.filter(process=case.process_id, element="panel", actor__isnull=False)
    assert [row.actor.username for row in done] == ["d1"]
    assert case.states("panel") == ["acted", "skipped", "skipped"]
    assert not Opinion.objects.filter(author=case.who("d2")).exists()
