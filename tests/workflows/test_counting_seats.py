"""Who is counted in a panel while it runs: recusal, annulment, replacement, and panels of before."""

from __future__ import annotations

import pytest

import clock
from tests.workflows.seated import SINGLE, Seated, panel
from workflows.cases import execution, live_rows, lock, run_through
from workflows.models import Task
from workflows.nodes import panel as panels
from workflows.nodes.ballot import Rule
from workflows.seating import SeatState, state_of

pytestmark = pytest.mark.django_db


def change(case: Seated, *uncounted: tuple[Task, str], add: str = "", place: int | None = None):
    """Under the lock, as an operation does it: uncount seats, add one, ask the rule again."""
    process = lock(case.process.pk)
    wanted = [row.pk for row, _why in uncounted]
    rows = {row.pk: row for row in [*live_rows(process), *Task.objects.filter(pk__in=wanted)]}

    def doing(run) -> None:
        body = next(row for row in run.rows if row.element == "opinion" and not row.item)
        for row, why in uncounted:
            panels.uncount(run.activation(rows[row.pk]), why)
        if add:
            post = {"person": case.who(add).pk, "role": "reviewer", "organ": None, "by": 1}
            panels.add_seat(run.activation(body), post, place=place)
        panels.reweigh(run.activation(body))

    with clock.at(case.now):
        run_through(execution(process, rows.values(), case.world), doing, case.world)


def three(**rule: str) -> Seated:
    return Seated(panel(**rule), "abc")


def test_a_recused_seat_counts_no_more_and_the_rule_is_asked_again():
    case = three(mode="ALL")
    case.vote("a", "approve")
    case.vote("b", "approve")
    change(case, (case.seat("c"), "recused"))
    assert case.open == ["yes"]
    assert state_of(case.seat("c")) is SeatState.RECUSED


def test_an_annulled_vote_counts_no_more_and_its_opinion_stays_as_history():
    case = three(mode="QUORUM", need="2/3", minQuorum="2")
    case.vote("a", "approve")
    change(case, (case.seat("a"), "annulled"))
    assert state_of(case.seat("a")) is SeatState.ANNULLED
    assert case.seat("a").outcome == "approve"
    case.vote("b", "approve")
    assert "yes" not in case.open, "one of two is less than two thirds"
    case.vote("c", "approve")
    assert case.open == ["yes"]


def test_a_no_that_is_annulled_kills_nothing():
    case = three(mode="QUORUM", need="2/3", minQuorum="2")
    case.vote("a", "reject")
    change(case, (case.seat("a"), "annulled"))
    case.vote("b", "approve")
    case.vote("c", "approve")
    assert case.open == ["yes"]


def test_too_few_counted_seats_block_until_somebody_replaces_them():
    case = three(mode="QUORUM", need="2/3", minQuorum="3")
    case.vote("a", "approve")
    change(case, (case.seat("b"), "recused"))
    assert case.blocked == "needs_replacement: opinion"
    change(case, add="D")
    assert case.blocked == ""
    assert case.at_work == {"c", "D"}
    case.vote("D", "approve")
    assert case.open == ["yes"]


def test_while_it_is_blocked_the_others_are_still_heard():
    case = three(mode="QUORUM", need="2/3", minQuorum="3")
    change(case, (case.seat("b"), "recused"))
    case.vote("a", "approve")
    case.vote("c", "approve")
    assert case.blocked == "needs_replacement: opinion", "two of two never pass for three"
    change(case, add="D")
    assert case.open == ["yes"], "two of three are two thirds"


def test_a_panel_without_a_rule_is_not_passed_by_emptiness_either():
    case = Seated(panel(), "a")
    change(case, (case.seat("a"), "recused"))
    assert case.blocked == "needs_replacement: opinion"
    change(case, add="B")
    case.vote("B", "approve")
    assert case.open == ["yes"]


def test_a_replacement_sits_at_the_same_place_of_a_sequence():
    case = Seated(panel(mode="SEQUENCE", sequential=True), "abc")
    change(case, (case.seat("a"), "recused"), add="D", place=0)
    assert case.at_work == {"D"}
    case.vote("D", "approve")
    assert case.at_work == {"b"}


def test_results_of_an_annulled_seat_are_taken_out_of_the_list():
    case = Seated(panel(mode="ALL", outputItem="score", output="scores"), "ab")
    case.vote("a", "approve", score=10)
    change(case, (case.seat("a"), "annulled"))
    case.vote("b", "approve", score=90)
    assert case.data["scores"] == [90]


def test_a_single_seat_that_nobody_may_hold_waits_for_a_replacement():
    case = Seated(SINGLE)
    seat = case.take("A")
    process = lock(case.process.pk)

    def doing(run) -> None:
        row = next(row for row in run.rows if row.pk == seat.pk)
        panels.uncount(run.activation(row), "recused")

    with clock.at(case.now):
        run_through(execution(process, live_rows(process), case.world), doing, case.world)
    assert case.blocked == "needs_replacement: review"


def test_a_panel_that_was_open_before_seats_could_leave_goes_on():
    case = three(mode="QUORUM", need="2/3")
    body = next(row for row in case.rows if row.element == "opinion" and not row.item)
    assert set(body.data) == {"items", "opened", "completed", "results", "votes"}, "as it was"
    case.vote("a", "approve")
    case.add("b", "parallel", "D")
    case.vote("b", "approve")
    case.vote("D", "approve")
    assert case.open == ["yes"]


def test_who_replaces_an_earlier_seat_of_a_sequence_is_heard_before_the_later_one():
    case = Seated(panel(mode="SEQUENCE", sequential=True), "abc")
    change(case, (case.seat("a"), "recused"))
    assert case.at_work == {"b"}
    change(case, add="D", place=0)
    assert case.at_work == {"D"}, "only the first undecided seat is open"
    case.vote("D", "approve")
    assert case.at_work == {"b"}


def test_who_replaces_a_later_seat_of_a_sequence_waits_for_his_turn():
    case = Seated(panel(mode="SEQUENCE", sequential=True), "abc")
    case.vote("a", "approve")
    case.vote("b", "approve")
    change(case, (case.seat("a"), "annulled"), (case.seat("b"), "annulled"))
    change(case, add="D", place=0)
    change(case, add="E", place=1)
    assert case.at_work == {"D"}
    case.vote("D", "approve")
    assert case.at_work == {"E"}
    case.vote("E", "approve")
    assert case.at_work == {"c"}


def test_a_vote_that_nobody_is_left_to_cast_blocks_the_step_and_decides_nothing():
    case = three(mode="QUORUM", need="3")
    Task.objects.filter(pk=case.seat("c").pk).update(status="CANCELED", is_open=False)
    case.vote("a", "approve")
    case.vote("b", "approve")
    assert case.blocked == "needs_replacement: opinion"
    assert "outcome" not in case.data


@pytest.mark.parametrize("first", ["A", "B"])
def test_beside_a_seat_the_first_word_decides_also_when_it_was_heard_too_early(first):
    """或签 of at least three: one is recused, two speak meanwhile, then somebody else comes."""
    case = Seated(SINGLE)
    case.take("A")
    case.add("A", "parallel", "B", "C", rule=Rule("ANY", min_quorum=3))
    beside(case, case.seat("C"))
    words = {"A": "approve", "B": "reject"}
    for letter in (first, *words.keys() - {first}):
        case.vote(letter, words[letter])
    assert case.blocked == "needs_replacement: review"
    beside(case, None, add="D")
    assert case.data["said"] == words[first]


def beside(case: Seated, gone: Task | None, add: str = "") -> None:
    """One of the signers beside a seat leaves, or one more comes."""
    process = lock(case.process.pk)
    rows = live_rows(process)

    def doing(run) -> None:
        body = run.activation(next(row for row in run.rows if row.flow_task_type == "SIGNERS"))
        if gone is not None:
            row = next(row for row in run.rows if row.pk == gone.pk)
            panels.uncount(run.activation(row), "recused")
        if add:
            post = {"person": case.who(add).pk, "role": "reviewer", "organ": None, "by": 1}
            panels.add_seat(body, post)
        panels.reweigh(body)

    with clock.at(case.now):
        run_through(execution(process, rows, case.world), doing, case.world)
