"""Panels whose diagram weighs the seats: who comes, who goes, and what each takes with him."""

from __future__ import annotations

import pytest

import clock
from tests.workflows.playing import Played, released
from tests.workflows.seated import Seated, panel
from tests.workflows.test_counting_seats import change
from tests.workflows.test_panels import panel as numbered_panel
from workflows import operations
from workflows.models import Task
from workflows.operations.retracting import begin_retraction, retract

pytestmark = pytest.mark.django_db

CHAIR = '=if item = "a" then 3 else 1'
"""a is the chair and weighs 3, everybody else 1."""


def weighted(need: str = ">1/2", members: str = "abc", weight: str = CHAIR, **rule: str) -> Seated:
    return Seated(panel(mode="QUORUM", need=need, weight=weight, **rule), members)


def body(case: Seated) -> Task:
    """The panel's newest row."""
    rows = [row for row in case.rows if row.element == "opinion" and not row.item]
    return rows[-1]


def test_the_chair_alone_outweighs_two_seats():
    case = weighted()
    assert body(case).data["weights"] == [3, 1, 1]
    case.vote("a", "approve")
    assert case.open == ["yes"]
    assert case.data["outcome"] == "approve"


def test_two_who_disagree_with_the_chair_have_lost():
    case = weighted()
    case.vote("b", "approve")
    case.vote("c", "approve")
    assert case.at_work == {"a"}, "two of five are no majority"
    case.vote("a", "reject")
    assert case.open == ["no"]


def test_a_fixed_need_is_a_weight():
    case = weighted("4")
    case.vote("a", "approve")
    assert case.at_work == {"b", "c"}
    case.vote("c", "approve")
    assert case.open == ["yes"]


def test_the_weight_may_come_from_a_variable_of_the_case():
    case = Seated(panel(mode="QUORUM", need=">1/2", weight="=heavy"), "ab", heavy=2)
    assert body(case).data["weights"] == [2, 2]


def test_numbered_seats_are_weighed_by_their_number():
    rule = {"cardinality": 3, "mode": "QUORUM", "need": ">1/2", "item": "seat"}
    released(numbered_panel({**rule, "weight": "=seat * seat"}))
    case = Played("flow")
    case.do("opinion#1", "reject")
    case.do("opinion#2", "reject")
    case.do("opinion#3", "approve")
    assert case.open == ["yes"], "nine of fourteen"


def test_a_recused_chair_takes_the_weight_with_him():
    case = weighted(minQuorum="2")
    case.vote("b", "approve")
    change(case, (case.seat("a"), "recused"))
    assert case.at_work == {"c"}, "one of two is no majority"
    case.vote("c", "approve")
    assert case.open == ["yes"]


def test_an_annulled_vote_of_the_chair_weighs_nothing():
    case = weighted("4")
    case.vote("a", "approve")
    change(case, (case.seat("a"), "annulled"))
    assert case.open == ["no"], "the two who are left weigh two of four"


def test_who_replaces_the_chair_has_the_chair_s_weight():
    case = weighted(minQuorum="3")
    change(case, (case.seat("a"), "recused"))
    assert case.blocked == "needs_replacement: opinion"
    change(case, add="D", place=0)
    assert case.blocked == ""
    case.vote("D", "approve")
    assert case.open == ["yes"]
    assert case.seat("D").data["weight"] == 3


def test_who_takes_the_chair_s_seat_over_by_a_transfer_has_its_weight():
    case = weighted()
    case.op("transfer_seat", case.seat("a"), "a", to=case.who("D").pk)
    case.vote("D", "approve")
    assert case.open == ["yes"]
    assert case.seat("D").data["weight"] == 3


def test_a_colleague_added_beside_the_chair_weighs_one():
    case = weighted()
    case.add("a", "parallel", "D", "E")
    assert body(case).data["weights"] == [3, 1, 1, 1, 1]
    case.vote("a", "approve")
    assert "yes" not in case.open, "three of seven"
    case.vote("D", "approve")
    assert case.open == ["yes"]


def test_who_is_taken_off_again_takes_his_weight_off_the_total():
    case = weighted()
    case.add("b", "parallel", "D")
    case.vote("a", "approve")
    assert "yes" not in case.open, "three of six are no majority"
    case.op("remove_signer", case.seat("b"), "b", user=case.who("D").pk)
    assert case.open == ["yes"], "three of five are"


def test_an_opinion_taken_back_is_asked_for_again_with_its_weight():
    case = weighted("4")
    case.vote("a", "approve")
    with clock.at(case.now):
        act = begin_retraction(
            case.seat("a").pk,
            actor=case.who("a"),
            key="back",
            expected_version=1,
            reason="选错了",
            world=case.world,
        )
        retract(act, "选错了")
    assert case.seat("a").data["weight"] == 3
    case.vote("b", "approve")
    assert case.at_work == {"a", "c"}
    case.vote("a", "approve")
    assert case.open == ["yes"]


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        ('=if item = "b" then 0 else 1', "bad_weight: b: 0"),
        ('=if item = "b" then 1.5 else 1', "bad_weight: b: 1.5"),
        ('=if item = "a" then 0 - 1 else 1', "bad_weight: a: -1"),
        ("=nobody", "bad_weight: a: None"),
        ("=item", "bad_weight: a: a"),
        ("=item = item", "bad_weight: a: True"),
        ("=1000000 + count([item]) - 1", "bad_weight: a: 1000000"),
    ],
)
def test_a_weight_that_is_none_parks_the_case_before_anybody_is_asked(weight, told):
    case = weighted(weight=weight)
    assert case.blocked == told
    assert case.at_work == set()


def test_a_parked_panel_weighs_again_when_it_is_retried():
    case = Seated(panel(mode="QUORUM", need=">1/2", weight="=heavy"), "ab", heavy=0)
    assert case.blocked == "bad_weight: a: 0"
    case.process.refresh_from_db()
    case.process.data = {**case.process.data, "heavy": 2}
    case.process.save(update_fields=["data"])
    with clock.at(case.now):
        operations.retry(case.process, case.starter, world=case.world)
    assert case.blocked == ""
    assert body(case).data["weights"] == [2, 2]


def test_a_panel_opened_before_seats_were_weighed_counts_each_as_one():
    case = weighted("2")
    row = body(case)
    row.data.pop("weights")
    row.save(update_fields=["data"])
    case.add("b", "parallel", "D")
    case.vote("a", "approve")
    assert "yes" not in case.open
    case.vote("b", "approve")
    assert case.open == ["yes"]


def test_a_panel_without_weights_keeps_none():
    case = Seated(panel(mode="QUORUM", need="2/3"), "abc")
    assert "weights" not in body(case).data
    assert "weight" not in case.seat("a").data
