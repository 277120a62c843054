"""取回: one's own last opinion, while nobody has built on it (semantics C7)."""

from __future__ import annotations

from typing import Any

import pytest

import clock
from tests.workflows.diagrams import diagram
from tests.workflows.playing import Played, released
from workflows.errors import NotAllowed, WrongState
from workflows.models import Task
from workflows.operations import retracting
from workflows.operations.retracting import TooLate

pytestmark = pytest.mark.django_db
HUMAN = {"role": "county", "outcomes": "approve reject"}
PANEL = {"role": "expert", "outcomes": "approve reject"}


def take_back(case: Played, name: str, by: Any = None, key: str = "") -> Any:
    task = last(case, name)
    with clock.at(case.now):
        act = retracting.begin_retraction(
            task.pk, actor=by or task.actor, key=key or f"back-{task.pk}", expected_version=None,
            reason="选错了", world=case.world,
        )  # fmt: skip
        return act.replayed or retracting.retract(act, "选错了")


def last(case: Played, name: str) -> Task:
    return [row for row in case.rows if case.named(row) == name and row.actor_id][-1]


def two_steps() -> Played:
    released(
        diagram(
            {
                "start": {}, "a": {**HUMAN, "due": "P5D"}, "late": {"kind": "boundaryEvent", "attached_to": "a", "timer": "P9D"},
                "fork": {"kind": "parallelGateway"}, "b": HUMAN, "c": HUMAN, "join": {"kind": "parallelGateway"}, "end": {}, "end_late": {},
            },
            [
                ("start", "a"), ("a", "fork"), ("fork", "b"), ("fork", "c"), ("b", "join"), ("c", "join"),
                ("join", "end"), ("late", "end_late"),
            ],
        )
    )  # fmt: skip
    return Played("flow")


def test_what_the_opinion_opened_is_closed_and_the_seat_is_its_authors_again():
    case = two_steps()
    case.do("a", "approve")
    take_back(case, "a")
    assert case.open == ["a"]
    old, new = (row for row in case.rows if row.element == "a")
    assert (old.status, old.outcome, new.owner_id) == ("DONE", "approve", old.actor_id)
    assert {row.outcome for row in case.rows if row.element in "bc"} == {"retracted"}
    case.do("a", "reject")
    assert case.open == ["b", "c"]


def test_nobody_gains_time_by_it():
    case = two_steps()
    timer = next(row for row in case.rows if row.element == "late").scheduled
    due = case.task("a").due_at
    case.do("a", "approve")
    case.wait(days=3)
    take_back(case, "a")
    assert case.task("a").due_at == due
    assert [r.scheduled for r in case.rows if r.element == "late" and r.status == "SCHEDULED"] == [timer]  # fmt: skip


def test_when_one_of_the_next_has_acted_it_is_too_late():
    case = two_steps()
    case.do("a", "approve")
    case.do("b", "approve")
    with pytest.raises(TooLate) as refusal:
        take_back(case, "a")
    assert (refusal.value.status, refusal.value.code) == (409, "next_has_acted")
    assert case.open == ["c"]


def test_a_branch_is_taken_back_and_the_other_stays():
    case = two_steps()
    case.do("a", "approve")
    case.do("b", "approve")
    take_back(case, "b")
    assert case.open == ["b", "c"]
    case.do("b", "approve")
    case.do("c", "approve")
    assert case.status == "DONE"


def test_only_the_author_and_only_his_last_opinion():
    case = two_steps()
    officer = case.directory.fresh("county")
    case.do("a", "approve", by=officer)
    with pytest.raises(NotAllowed) as refusal:
        take_back(case, "a", by=case.directory.fresh("county"))
    assert refusal.value.code == "not_own_opinion"
    case.wait(hours=1)
    case.do("b", "approve", by=officer)
    with pytest.raises(WrongState) as late:
        take_back(case, "a", by=officer)
    assert late.value.code == "not_the_last"


def test_the_same_key_takes_back_once():
    case = two_steps()
    case.do("a", "approve")
    author = last(case, "a").actor
    take_back(case, "a", key="one")
    old = last(case, "a")
    with clock.at(case.now):
        again = retracting.begin_retraction(
            old.pk, actor=author, key="one", expected_version=None, reason="选错了", world=case.world
        )  # fmt: skip
    assert again.replayed is not None
    assert case.open == ["a"]


def panel(mode: str, **more: Any) -> Played:
    released(
        diagram(
            {
                "start": {}, "vote": {**PANEL, "multi": {"collection": "who", "mode": mode, "minQuorum": "1", **more}},
                "after": HUMAN, "end": {},
            },
            [("start", "vote"), ("vote", "after"), ("after", "end")],
        )
    )  # fmt: skip
    return Played("flow", who=["p", "q", "r"])


def test_in_an_open_panel_only_the_seat_is_opened_again():
    case = panel("ALL")
    case.do("vote#p", "approve")
    take_back(case, "vote#p")
    assert case.open == ["vote#p", "vote#q", "vote#r"]
    for name in "pqr":
        case.do(f"vote#{name}", "approve")
    assert case.open == ["after"]


def test_a_panel_that_has_passed_is_open_again_with_the_seats_it_had_skipped():
    case = panel("QUORUM", need="2/3")
    case.do("vote#p", "approve")
    case.do("vote#q", "approve")
    assert case.open == ["after"]
    take_back(case, "vote#q")
    assert case.open == ["vote#q", "vote#r"]
    case.do("vote#r", "approve")
    assert case.open == ["after"]
    assert case.data["outcome"] == "approve"


def test_two_of_three_need_two_again_after_one_is_taken_back():
    case = panel("QUORUM", need="2/3")
    case.do("vote#p", "reject")
    take_back(case, "vote#p")
    case.do("vote#q", "reject")
    case.do("vote#r", "approve")
    assert case.open == ["vote#p"]
    case.do("vote#p", "approve")
    assert (case.open, case.data["outcome"]) == (["after"], "approve")
