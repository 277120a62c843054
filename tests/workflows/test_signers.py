"""加签 and 减签: before, after, beside; who may be asked; what a removal can never do."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.workflows.seated import SINGLE, Seated, panel
from workflows import operations
from workflows.models import LIVE
from workflows.nodes.ballot import Rule
from workflows.seating import SeatState, seats_of_step, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Seated:
    """A reviews a step of one seat."""
    found = Seated(SINGLE)
    found.take("A")
    return found


def refused(code: str, call, *args, **more) -> None:
    with pytest.raises(operations.OperationError) as refusal:
        call(*args, **more)
    assert refusal.value.code == code


# before


def test_a_signer_before_is_heard_first_and_then_the_seat_opens_again(case):
    step = case.add("A", "before", "B")
    assert [row.owner for row in step.opened] == [case.who("B")]
    assert case.at_work == {"B"}
    assert state_of(case.seat("A")) is SeatState.WAITING
    case.vote("B", "reject")
    assert case.at_work == {"A"}, "advice decides nothing"
    case.vote("A", "approve")
    assert case.open == ["sign"]
    assert case.data["said"] == "approve"


def test_a_waiting_seat_says_that_it_waits(case):
    case.add("A", "before", "B")
    refused("seat_waits", case.vote, "A", "approve")


def test_binding_signers_who_refuse_fail_the_step(case):
    case.add("A", "before", "B", binding=True)
    case.vote("B", "reject")
    assert case.open == ["no"]
    assert case.data["said"] == "reject"
    assert not [row for row in case.rows if row.status in LIVE and row.element == "review"]


def test_binding_signers_who_approve_leave_the_decision_to_the_seat(case):
    case.add("A", "before", "B", "C", binding=True)
    case.vote("C", "approve")
    case.vote("B", "approve")
    assert case.at_work == {"A"}


def test_the_signers_have_a_rule_of_their_own(case):
    case.add("A", "before", "B", "C", "D", rule=Rule("QUORUM", Fraction(2, 3)))
    case.vote("B", "approve")
    assert case.at_work == {"C", "D"}
    case.vote("D", "approve")
    assert case.at_work == {"A"}
    assert state_of(case.seat("C")) is SeatState.SKIPPED


def test_signers_in_sequence_are_asked_one_after_the_other(case):
    case.add("A", "before", "B", "C", rule=Rule("SEQUENCE"))
    assert case.at_work == {"B"}
    case.vote("B", "approve")
    assert case.at_work == {"C"}
    case.vote("C", "reject")
    assert case.at_work == {"A"}


def test_any_one_signer_is_enough_when_the_rule_says_so(case):
    case.add("A", "before", "B", "C", rule=Rule("ANY"))
    case.vote("C", "approve")
    assert case.at_work == {"A"}


def test_signers_are_asked_again_in_a_second_round(case):
    case.add("A", "before", "B")
    case.vote("B", "approve")
    case.add("A", "before", "C")
    case.vote("C", "approve")
    case.vote("A", "approve")
    assert case.open == ["sign"]


def test_a_signers_seat_is_due_when_the_asking_one_is(case):
    due = case.seat("A").due_at
    case.add("A", "before", "B")
    assert case.seat("B").due_at == due
    assert case.wait(days=9) == ["chase"], "the statutory clock goes on"
    assert not [row for row in case.rows if row.status in LIVE and row.element == "review"]


def test_a_signer_votes_and_does_not_use_the_steps_own_outcomes(case):
    case.add("A", "before", "B")
    refused("unknown_outcome", case.vote, "B", "return")
    case.vote("B", "approve", remark="mine")
    assert "remark" not in case.data


# after


def test_with_signers_after_the_opinion_is_stored_and_the_step_waits(case):
    case.add("A", "after", "B", outcome="approve", data={"score": 3})
    assert case.at_work == {"B"}
    assert "score" not in case.data
    refused("already_decided", case.vote, "A", "reject")
    case.vote("B", "reject")
    assert case.open == ["sign"], "advice decides nothing"
    assert case.data["score"] == 3
    assert case.rows[-1].element == "sign"


def test_binding_signers_after_who_refuse_turn_the_step_down(case):
    case.add("A", "after", "B", outcome="approve", binding=True)
    case.vote("B", "reject")
    assert case.open == ["no"]


def test_after_needs_the_actors_own_outcome(case):
    refused("unknown_outcome", case.add, "A", "after", "B")
    refused("unknown_outcome", case.add, "A", "after", "B", outcome="sign")


def test_who_signed_after_is_excluded_from_the_next_step_by_four_eyes(case):
    case.add("A", "after", "B", outcome="approve")
    case.vote("B", "approve")
    case.directory._roles[case.who("B").pk] = "bureau_leader"
    refused("four_eyes", case.vote, "B", "sign", task=case.task("sign"))


def test_the_next_step_goes_back_to_who_decided_and_not_to_a_signer(case):
    case.add("A", "after", "B", outcome="return")
    case.vote("B", "approve")
    assert case.task("again").owner == case.who("A")


# beside


def test_beside_a_single_seat_both_must_agree(case):
    case.add("A", "parallel", "B")
    assert case.at_work == {"A", "B"}
    case.vote("A", "approve", remark="by A")
    assert case.at_work == {"B"}
    refused("already_decided", case.vote, "A", "approve")
    case.vote("B", "approve")
    assert case.open == ["sign"]
    assert (case.data["said"], case.data["remark"]) == ("approve", "by A")


def test_beside_a_single_seat_the_first_answer_against_is_the_steps(case):
    case.add("A", "parallel", "B")
    case.vote("B", "return")
    assert case.open == ["again"]
    assert case.data["said"] == "return"


def test_a_third_seat_beside_joins_the_same_small_panel(case):
    case.add("A", "parallel", "B")
    case.add("A", "parallel", "C")
    assert case.at_work == {"A", "B", "C"}
    case.vote("B", "approve")
    case.vote("A", "approve")
    assert case.at_work == {"C"}
    case.vote("C", "approve")
    assert case.open == ["sign"]


def test_beside_in_a_panel_n_grows_by_one():
    case = Seated(panel(mode="QUORUM", need="2/3", minQuorum="2"), "abc")
    case.vote("a", "approve")
    case.add("b", "parallel", "D")
    case.vote("b", "approve")
    assert "yes" not in case.open, "two of four are less than two thirds"
    case.vote("D", "approve")
    assert case.open == ["yes"]


def test_a_seat_added_to_a_sequence_opens_when_its_turn_comes():
    case = Seated(panel(mode="SEQUENCE", sequential=True), "ab")
    case.add("a", "parallel", "C")
    assert case.at_work == {"a"}
    case.vote("a", "approve")
    assert case.at_work == {"b"}
    case.vote("b", "approve")
    assert case.at_work == {"C"}
    case.vote("C", "approve")
    assert case.open == ["yes"]


def test_binding_signers_of_one_seat_fail_the_whole_panel():
    case = Seated(panel(mode="QUORUM", need="2/3"), "abc")
    case.add("a", "before", "D", binding=True)
    case.vote("D", "reject")
    assert case.open == ["no"]


# who may be asked


def test_nobody_has_two_seats_in_one_step(case):
    case.add("A", "before", "B")
    case.vote("B", "approve")
    refused("already_counted", case.add, "A", "before", "B")
    refused("already_counted", case.add, "A", "parallel", "A")
    refused("already_counted", case.add, "A", "parallel", "C", "C")


def test_before_and_after_are_not_mixed_on_one_seat(case):
    case.add("A", "before", "B")
    case.vote("B", "approve")
    refused("mixed_add_kinds", case.add, "A", "after", "C", outcome="approve")


def test_signers_ask_signers_three_deep_and_no_deeper(case):
    case.add("A", "before", "B")
    case.add("B", "before", "C")
    case.add("C", "before", "D")
    refused("depth_exceeded", case.add, "D", "before", "E")
    case.vote("D", "approve")
    assert case.at_work == {"C"}
    case.vote("C", "approve")
    case.vote("B", "approve")
    assert case.at_work == {"A"}


def test_only_the_holder_of_an_open_seat_adds(case):
    task = case.seat("A")
    refused("held_by_another", case.add, "B", "before", "C", task=task)
    case.vote("A", "approve")
    refused("already_decided", case.add, "A", "before", "C", task=task)


def test_a_stranger_learns_nothing(case):
    case.who("X", "county_officer")
    with pytest.raises(operations.NotVisible):
        case.add("X", "before", "B", task=case.seat("A"))


def test_who_has_no_fitting_post_is_not_added(case):
    case.who("X", "county_officer")
    refused("no_position", case.add, "A", "parallel", "X")
    refused("no_users", case.add, "A", "parallel")
    refused("reason_missing", case.add, "A", "before", "B", reason="  ")
    refused("unknown_kind", case.add, "A", "between", "B")


def test_a_quorum_that_can_never_be_reached_is_refused(case):
    refused("below_quorum", case.add, "A", "before", "B", rule=Rule("ALL", None, 2))
    refused("need_too_high", case.add, "A", "before", "B", rule=Rule("QUORUM", 2))


def test_the_same_key_adds_once(case):
    task = case.seat("A")
    first = case.add("A", "before", "B", key="once")
    again = case.add("A", "before", "B", key="once", task=task)
    assert again.answer() == first.answer()
    assert len([row for row in case.rows if row.owner_id == case.who("B").pk]) == 1
    refused("key_reused", case.add, "A", "before", "C", key="once", task=task)


def test_who_saw_older_material_is_stale(case):
    operations.renew_material(case.process)
    refused("stale", case.add, "A", "before", "B", version=1)


# taking off


def test_an_added_signer_is_taken_off_and_the_rule_is_asked_again(case):
    case.add("A", "before", "B", "C")
    case.vote("B", "approve")
    case.op("remove_signer", case.seat("A"), "A", user=case.who("C").pk)
    assert case.at_work == {"A"}
    assert (state_of(case.seat("C")), case.seat("C").outcome) == (SeatState.CLOSED, "removed")


def test_a_removal_never_goes_below_the_quorum(case):
    case.add("A", "before", "B")
    refused("below_quorum", case.op, "remove_signer", case.seat("A"), "A", user=case.who("B").pk)


def test_who_has_acted_is_not_taken_off(case):
    case.add("A", "before", "B", "C")
    case.vote("B", "approve")
    refused("seat_has_acted", case.op, "remove_signer", case.seat("A"), "A", user=case.who("B").pk)


def test_only_the_adder_or_an_administrator_takes_off(case):
    task = case.seat("A")
    case.add("A", "before", "B", "C")
    user = case.who("C").pk
    refused("not_adder", case.op, "remove_signer", task, "E", user=user)
    case.op("remove_signer", task, "E", user=user, as_admin=True)
    assert case.at_work == {"B"}


def test_seats_of_the_diagram_are_not_taken_off():
    case = Seated(panel(mode="ALL"), "ab")
    refused("not_added", case.op, "remove_signer", case.seat("a"), "a", user=case.who("b").pk)


def test_the_last_seat_beside_may_go_and_the_single_one_decides_alone(case):
    case.add("A", "parallel", "B")
    case.vote("A", "approve")
    case.op("remove_signer", case.seat("A"), "A", user=case.who("B").pk)
    assert case.open == ["sign"]


def test_a_step_without_approvals_never_passes_by_a_removal():
    case = Seated(panel(mode="ALL"), "a")
    case.add("a", "parallel", "B")
    case.vote("a", "abstain")
    case.op("remove_signer", case.seat("a"), "a", user=case.who("B").pk)
    assert case.open == ["no"]


def test_the_seats_of_the_step_are_told_with_their_states(case):
    case.add("A", "before", "B", "C")
    case.vote("B", "approve")
    names = {person.pk: letter for letter, person in case.people.items()}
    told = {names[s.owner_id]: state_of(s).value for s in seats_of_step(case.seat("A"))}
    assert told == {"A": "waiting", "B": "acted", "C": "open"}
