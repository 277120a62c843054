"""Multi-instance user tasks: parallel, sequential, with the decision rule and with a condition."""

from __future__ import annotations

import pytest

import clock
from tests.workflows.diagrams import diagram
from tests.workflows.playing import MONDAY, Played, released
from workflows import operations
from workflows.models import LIVE, Task

pytestmark = pytest.mark.django_db
HUMAN = {"role": "county"}


def panel(multi: dict, **node: object) -> str:
    return diagram(
        {
            "start": {},
            "opinion": {"role": "expert", "multi": multi, **node},
            "late": {"kind": "boundaryEvent", "attached_to": "opinion", "timer": "P3D"},
            "decide": {"kind": "exclusiveGateway"},
            "yes": HUMAN,
            "no": HUMAN,
            "chase": HUMAN,
            "end": {},
        },
        [
            ("start", "opinion"),
            ("opinion", "decide"),
            ("decide", "yes", {"outcome": "approve"}),
            ("decide", "no", {"default": True}),
            ("yes", "end"),
            ("no", "end"),
            ("late", "chase"),
            ("chase", "end"),
        ],
    )


ITEMS = {"collection": "experts"}


def test_every_member_has_a_seat_and_the_step_counts_once():
    released(panel({**ITEMS, "outputItem": "score", "output": "scores"}))
    case = Played("flow", experts=["li", "wang", "zhao"])
    assert case.open == ["opinion#li", "opinion#wang", "opinion#zhao"]
    case.do("opinion#wang", score=80, remark="good")
    case.do("opinion#li", score=70)
    assert "yes" not in case.open
    case.do("opinion#zhao", "approve", score=90)
    assert case.open == ["yes"]
    assert case.data["scores"] == [80, 70, 90]
    assert case.data["remark"] == "good"
    assert "score" not in case.data
    assert case.completed["opinion"] == 1


def test_a_sequential_panel_opens_one_seat_at_a_time():
    released(panel({**ITEMS, "sequential": True}))
    case = Played("flow", experts=["li", "wang"])
    assert case.open == ["opinion#li"]
    case.do("opinion#li")
    assert case.open == ["opinion#wang"]
    case.do("opinion#wang")
    assert case.open == ["no"]


def test_a_cardinality_numbers_the_seats():
    released(panel({"cardinality": "=n"}))
    assert Played("flow", n=3).open == ["opinion#1", "opinion#2", "opinion#3"]


def test_two_thirds_are_exact_and_the_other_seats_are_skipped():
    released(panel({**ITEMS, "mode": "QUORUM", "need": "2/3", "minQuorum": "3"}))
    case = Played("flow", experts=["a", "b", "c"])
    case.do("opinion#a", "approve")
    assert len(case.open) == 2
    case.do("opinion#c", "approve")
    assert case.open == ["yes"]
    assert case.data["outcome"] == "approve"
    skipped = Task.objects.get(item="b")
    assert (skipped.status, skipped.outcome) == ("CANCELED", "skipped")


def test_one_reject_fails_the_all_mode_at_once_but_not_a_majority():
    released(panel({**ITEMS, "mode": "ALL"}))
    case = Played("flow", experts=["a", "b", "c"])
    case.do("opinion#b", "reject")
    assert case.open == ["no"]
    assert case.data["outcome"] == "reject"


def test_too_few_seats_block_the_step_instead_of_passing_it():
    released(panel({**ITEMS, "mode": "QUORUM", "need": "2/3", "minQuorum": "3"}))
    assert Played("flow", experts=["a", "b"]).blocked == "needs_replacement: opinion"


def test_an_empty_collection_passes_without_mode_and_blocks_with_mode():
    released(panel(ITEMS))
    assert Played("flow", experts=[]).open == ["no"]
    released(panel({**ITEMS, "mode": "ANY"}).replace('version="1"', 'version="2"'))
    assert Played("flow", experts=[]).blocked == "needs_replacement: opinion"


def test_duplicate_members_are_refused():
    released(panel(ITEMS))
    assert Played("flow", experts=["a", "a"]).blocked == "duplicate_item: experts"


def test_the_completion_condition_sees_the_counts_and_cancels_the_rest():
    released(
        panel(
            {
                **ITEMS,
                "outputItem": "score",
                "completion": "=nrOfCompletedInstances >= 2 and sum(results) > 100",
            }
        )
    )
    case = Played("flow", experts=["a", "b", "c", "d"])
    case.do("opinion#a", score=30)
    case.do("opinion#b", score=30)
    assert case.open == ["opinion#c", "opinion#d"]
    case.do("opinion#d", score=50)
    assert case.open == ["no"]


def test_the_panels_timer_covers_every_seat():
    released(panel(ITEMS))
    case = Played("flow", experts=["a", "b"])
    case.do("opinion#a")
    assert case.wait(days=3) == ["chase"]
    case.do("chase")
    assert case.status == "DONE"
    assert not [row for row in case.rows if row.status in LIVE]


def test_a_named_holder_owns_his_seat():
    released(panel(ITEMS, holder="=item"))
    case = Played("flow", experts=["li", "wang"])
    assert case.task("opinion#li").owner.name == "li"
    case.do("opinion#li")
    case.do("opinion#wang")
    assert case.open == ["no"]


@pytest.mark.parametrize("odd", ["three", -1, 2.5, None, True])
def test_an_odd_number_of_seats_is_a_fault_and_no_crash(odd):
    released(panel({"cardinality": "=n"}))
    assert Played("flow", n=odd).blocked.startswith("bad_cardinality")


@pytest.mark.parametrize("odd", [[1.5], [True], [[1]], [{"a": 1}]])
def test_an_odd_holder_is_a_fault_that_can_be_mended_without_losing_votes(odd):
    released(panel(ITEMS, holder="=item"))
    assert Played("flow", experts=odd).blocked.startswith("missing_holder")


def test_a_panel_that_was_parked_half_way_goes_on_where_it_stopped():
    released(
        panel({**ITEMS, "sequential": True}, holder='=if item = "wang" then missing else item')
    )
    case = Played("flow", experts=["li", "wang"])
    step = case.do("opinion#li", "approve")
    assert step.blocked == "missing_holder: opinion"
    case.process.refresh_from_db()
    case.process.data["missing"] = "wang"
    case.process.save()
    with clock.at(MONDAY):
        operations.retry(case.process, case.starter, world=case.world)
    assert case.open == ["opinion#wang"]
    case.do("opinion#wang")
    assert case.completed["opinion"] == 1


@pytest.mark.parametrize("outcome", ["", "agree"])
def test_a_seat_under_a_decision_rule_must_vote(outcome):
    released(panel({**ITEMS, "mode": "ALL"}, outcomes="approve agree"))
    case = Played("flow", experts=["a", "b"])
    with pytest.raises(operations.WrongState):
        case.do("opinion#a", outcome)
    assert case.open == ["opinion#a", "opinion#b"]
