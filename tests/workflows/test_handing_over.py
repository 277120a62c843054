"""转办, 委派, 移交: who has the seat now, who had it, and what hangs on it."""

from __future__ import annotations

import pytest

from journal.selectors import entries
from tests.workflows.seated import SINGLE, Seated, panel
from tests.workflows.test_signers import refused
from workflows.models import LIVE, Task
from workflows.operations import handover
from workflows.operations.transferring import seats_held
from workflows.seating import SeatState, seats_of_step, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Seated:
    found = Seated(SINGLE)
    found.process.journal_stream = "case:7"
    found.process.save()
    found.take("A")
    return found


def to(case: Seated, letter: str) -> int:
    return case.who(letter).pk


def transfer(case: Seated, giver: str, taker: str, **more):
    return case.op("transfer_seat", case.seat(giver), giver, to=to(case, taker), **more)


# transfer


def test_a_seat_is_another_persons_for_good(case):
    old = case.seat("A")
    step = transfer(case, "A", "B")
    (heir,) = step.opened
    assert (heir.owner, heir.due_at, heir.entered_at) == (case.who("B"), old.due_at, old.entered_at)
    old.refresh_from_db()
    assert (state_of(old), old.outcome) == (SeatState.CLOSED, "transferred")
    refused("task_closed", case.vote, "A", "approve", task=old)
    case.vote("B", "approve")
    assert case.open == ["sign"]


def test_the_steps_own_term_goes_over_with_the_seat(case):
    transfer(case, "A", "B")
    assert case.wait(days=9) == ["chase"]
    assert not [row for row in case.rows if row.status in LIVE and row.element == "review"]


def test_a_seat_nobody_has_taken_is_transferred_by_whoever_holds_the_post():
    case = Seated(SINGLE)
    case.op("transfer_seat", case.task("review"), "A", to=to(case, "B"))
    assert case.at_work == {"B"}
    assert case.seat("B").data["held"] == [case.who("A").pk]


def test_a_transferred_seat_keeps_its_place_in_a_sequence():
    case = Seated(panel(mode="SEQUENCE", sequential=True), "abc")
    transfer(case, "a", "D")
    assert case.at_work == {"D"}
    case.vote("D", "approve")
    assert case.at_work == {"b"}
    case.vote("b", "approve")
    case.vote("c", "approve")
    assert case.open == ["yes"]


def test_a_transfer_changes_no_count():
    case = Seated(panel(mode="QUORUM", need="2/3"), "abc")
    transfer(case, "a", "D")
    case.vote("D", "reject")
    assert "no" not in case.open, "one no does not kill a majority"
    case.vote("b", "approve")
    case.vote("c", "approve")
    assert case.open == ["yes"]


def test_signers_beside_stay_when_the_seat_goes(case):
    case.add("A", "parallel", "C")
    transfer(case, "A", "B")
    assert case.at_work == {"B", "C"}
    case.vote("C", "approve")
    case.vote("B", "approve")
    assert case.open == ["sign"]


def test_a_signers_seat_can_be_transferred_too(case):
    case.add("A", "before", "B")
    transfer(case, "B", "C")
    case.vote("C", "approve")
    assert case.at_work == {"A"}


def test_who_counts_already_cannot_take_a_seat():
    case = Seated(panel(mode="ALL"), "ab")
    refused("already_counted", transfer, case, "a", "b")


def test_who_waits_does_not_transfer(case):
    case.add("A", "before", "B")
    refused("seat_waits", transfer, case, "A", "C")


def test_a_seat_that_comes_back_is_told_to_the_supervisor(case):
    transfer(case, "A", "B")
    step = transfer(case, "B", "A")
    assert step.opened[0].data["warning"] == "returned_to_earlier_holder"
    told = [entry.data for entry in entries("case:7") if entry.verb == "transfer_seat"]
    assert [fact.get("warning") for fact in told] == [None, "returned_to_earlier_holder"]
    assert [(fact["from"], fact["to"]) for fact in told] == [
        (to(case, "A"), to(case, "B")),
        (to(case, "B"), to(case, "A")),
    ]


def test_more_than_five_hands_are_told_to_the_supervisor(case):
    warnings = []
    for giver, taker in zip("ABCDEF", "BCDEFG", strict=True):
        step = transfer(case, giver, taker)
        warnings.append(step.opened[0].data.get("warning"))
    assert warnings == [None] * 5 + ["many_hops"]
    held = case.seat("G").data["held"]
    assert held == [to(case, letter) for letter in "ABCDEF"]
    assert len(seats_of_step(case.seat("G"))) == 7, "the chain is one step"


def test_who_took_over_and_gave_his_voice_is_last_on_the_step(case):
    transfer(case, "A", "B")
    case.vote("B", "return")
    assert case.task("again").owner == case.who("B")


# bulk


def test_everything_a_person_holds_is_handed_over_each_seat_with_its_result():
    free, waiting, joint = Seated(SINGLE), Seated(SINGLE.replace('"single"', '"second"')), None
    free.take("A")
    waiting.people, waiting.directory = free.people, free.directory
    waiting.world = free.world
    waiting.take("A")
    waiting.add("A", "before", "C")
    joint = Seated(panel(mode="ALL"), "")
    assert joint.blocked
    seats = seats_held(free.who("A"))
    assert len(seats) == 2
    free.who("B")
    done = handover(
        seats,
        actor=free.who("E"),
        key="bulk",
        reason="A离任",
        to=to(free, "B"),
        world=free.world,
    )
    assert [(one.code, bool(one.step)) for one in done] == [("", True), ("", True)]
    assert seats_held(free.who("A")) == []
    waiting.vote("C", "approve")
    assert waiting.seat("B").is_open, "what was asked is answered to the new holder"
    again = handover(
        seats, actor=free.who("E"), key="bulk", reason="A离任", to=to(free, "B"), world=free.world
    )
    assert [one.step.answer() for one in again] == [one.step.answer() for one in done]


def test_one_seat_that_cannot_go_hinders_no_other():
    first = Seated(SINGLE)
    first.take("A")
    second = Seated(SINGLE.replace('"single"', '"second"'))
    second.people, second.directory, second.world = first.people, first.directory, first.world
    second.take("A")
    second.add("A", "parallel", "B")
    done = handover(
        seats_held(first.who("A")),
        actor=first.who("E"),
        key="bulk",
        reason="A离任",
        to=to(first, "B"),
        world=first.world,
    )
    assert [one.code for one in done] == ["", "already_counted"]


# delegation


def delegate(case: Seated, giver: str, taker: str, **more):
    return case.op("delegate_seat", case.seat(giver), giver, to=to(case, taker), **more)


def test_an_answer_never_decides_and_the_seat_comes_back(case):
    delegate(case, "A", "B")
    assert case.at_work == {"B"}
    assert case.seat("A").owner == case.who("A")
    refused("unknown_outcome", case.vote, "B", "approve")
    case.vote("B", "answered")
    assert case.at_work == {"A"}
    assert "said" not in case.data
    case.vote("A", "approve")
    assert case.open == ["sign"]


def test_who_is_consulted_passes_nothing_on(case):
    delegate(case, "A", "B")
    refused("no_redelegation", delegate, case, "B", "C")
    refused("no_redelegation", transfer, case, "B", "C")
    refused("no_redelegation", case.add, "B", "before", "C")


def test_the_owner_recalls_before_the_answer_and_not_after(case):
    delegate(case, "A", "B")
    case.op("recall_seat", case.seat("A"), "A")
    assert case.at_work == {"A"}
    assert (state_of(case.seat("B")), case.seat("B").outcome) == (SeatState.CLOSED, "recalled")
    refused("task_closed", case.vote, "B", "answered")
    delegate(case, "A", "C")
    case.vote("C", "answered")
    refused("not_delegated", case.op, "recall_seat", case.seat("A"), "A")


def test_nobody_else_recalls(case):
    delegate(case, "A", "B")
    refused("held_by_another", case.op, "recall_seat", case.seat("A"), "C")


def test_who_was_consulted_may_still_be_given_a_seat_that_counts(case):
    delegate(case, "A", "B")
    case.vote("B", "answered")
    case.add("A", "parallel", "B")
    rows = Task.objects.filter(owner=case.who("B"), is_open=True)
    assert rows.count() == 1
