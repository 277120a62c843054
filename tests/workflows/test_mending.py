"""The flow administrator gets a case out of a fault: a step is skipped, a token moved."""

from __future__ import annotations

import pytest
from viewflow.workflow.status import STATUS

import clock
from journal.models import Entry
from tests.workflows.diagrams import diagram
from tests.workflows.office import furnished, open_task, started
from tests.workflows.playing import MONDAY, Played, released
from workflows.models import Process, Task
from workflows.operations import WrongState, mending

pytestmark = pytest.mark.django_db
HUMAN = {"role": "county"}


def broken(call):
    raise RuntimeError


def a_step_that_fails() -> None:
    released(
        diagram(
            {
                "start": {},
                "work": {"kind": "serviceTask", "handler": "work", "result": "score"},
                "decide": {"kind": "exclusiveGateway"},
                "yes": {"role": "county", "outcomes": "approve reject"},
                "other": HUMAN,
                "end": {"verdict": "approved"},
            },
            [
                ("start", "work"), ("work", "decide"),
                ("decide", "yes", {"condition": '=outcome = "approve"'}), ("decide", "other", {"default": True}),
                ("yes", "end"), ("other", "end"),
            ],
        )
    )  # fmt: skip


def parked(case: Played) -> Task:
    return next(row for row in case.rows if row.status == STATUS.ERROR)


def skip(case: Played, task: Task, flow: str, outcome: str = ""):
    with clock.at(MONDAY):
        return mending.skip(task.pk, flow=flow, outcome=outcome, by=case.starter, world=case.world)


def move(case: Played, task: Task, target: str):
    with clock.at(MONDAY):
        return mending.move(task.pk, target=target, by=case.starter, world=case.world)


def test_a_skipped_step_counts_as_passed_with_the_given_outcome():
    a_step_that_fails()
    case = Played("flow", {"work": broken})
    step = skip(case, parked(case), "work_to_decide", "approve")
    assert [task.element for task in step.opened] == ["yes"]
    assert case.blocked == ""
    assert case.data == {"outcome": "approve", "score": "approve"}
    left = next(row for row in case.rows if row.element == "work")
    assert (left.status, left.outcome, left.is_open) == (STATUS.REVIVED, mending.SKIPPED, False)


def test_a_skip_without_an_outcome_leaves_the_variables_alone():
    a_step_that_fails()
    case = Played("flow", {"work": broken}, n=1)
    skip(case, parked(case), "work_to_decide")
    assert case.open == ["other"]
    assert case.data == {"n": 1}


def test_a_parked_token_moves_to_another_step_and_the_case_can_end():
    a_step_that_fails()
    case = Played("flow", {"work": broken})
    move(case, parked(case), "yes")
    assert case.open == ["yes"]
    case.do("yes", "approve")
    assert case.status == "DONE"


def test_what_was_mended_once_is_not_mended_again():
    a_step_that_fails()
    case = Played("flow", {"work": broken})
    task = parked(case)
    skip(case, task, "work_to_decide")
    with pytest.raises(WrongState) as late:
        skip(case, task, "work_to_decide")
    assert late.value.code == "not_here"
    assert case.open == ["other"]


def test_an_arrow_of_another_step_and_an_unknown_target_are_refused():
    a_step_that_fails()
    case = Played("flow", {"work": broken})
    with pytest.raises(WrongState):
        skip(case, parked(case), "yes_to_end")
    for nowhere in ("work", "start", "missing"):
        with pytest.raises(WrongState):
            move(case, parked(case), nowhere)
    assert case.blocked.startswith("handler_failed")


def test_a_token_put_on_a_gateway_is_decided_there():
    a_step_that_fails()
    case = Played("flow", {"work": broken}, outcome="approve")
    assert move(case, parked(case), "decide").blocked == ""
    assert case.open == ["yes"]


def with_a_timer() -> None:
    released(
        diagram(
            {
                "start": {},
                "wait": HUMAN,
                "late": {"kind": "boundaryEvent", "attached_to": "wait", "timer": "P5D"},
                "next": HUMAN,
                "end": {},
                "end_late": {},
            },
            [("start", "wait"), ("wait", "next"), ("next", "end"), ("late", "end_late")],
        )
    )


def test_moving_an_open_task_cancels_its_timers():
    with_a_timer()
    case = Played("flow")
    move(case, case.task("wait"), "next")
    assert case.open == ["next"]
    states = {row.element: row.status for row in case.rows}
    assert (states["wait"], states["late"]) == (STATUS.CANCELED, STATUS.CANCELED)
    assert case.wait(days=10) == ["next"]
    assert case.status == "NEW"


def test_an_open_step_is_moved_but_not_skipped():
    with_a_timer()
    case = Played("flow")
    with pytest.raises(WrongState):
        skip(case, case.task("wait"), "wait_to_next")


def test_a_token_put_on_an_end_ends_the_case():
    a_step_that_fails()
    case = Played("flow", {"work": broken})
    step = move(case, parked(case), "end")
    assert (case.status, step.verdict) == ("DONE", "approved")


def panel() -> None:
    released(
        diagram(
            {
                "start": {},
                "experts": {"role": "expert", "multi": {"collection": "who", "mode": "ALL", "minQuorum": "1"}, "outcomes": "approve reject"},
                "decide": HUMAN,
                "end": {},
            },
            [("start", "experts"), ("experts", "decide"), ("decide", "end")],
        )
    )  # fmt: skip


def test_a_panel_that_cannot_sit_is_skipped_with_a_verdict():
    panel()
    case = Played("flow", who=[])
    assert case.blocked.startswith("needs_replacement")
    skip(case, parked(case), "experts_to_decide", "approve")
    assert case.open == ["decide"]
    assert case.data["outcome"] == "approve"


def test_a_panel_moves_as_a_whole_and_never_by_a_seat():
    panel()
    case = Played("flow", who=["a", "b"])
    seat = case.task("experts#a")
    with pytest.raises(WrongState):
        move(case, seat, "decide")
    move(case, seat.parent, "decide")
    assert case.open == ["decide"]


def deadlocked() -> Played:
    """Both branches are wanted at the join and only one comes."""
    released(
        diagram(
            {
                "start": {},
                "split": {"kind": "exclusiveGateway"},
                "left": HUMAN,
                "right": HUMAN,
                "join": {"kind": "parallelGateway"},
                "after": HUMAN,
                "end": {},
            },
            [
                ("start", "split"), ("split", "left", "=true"), ("split", "right", {"default": True}),
                ("left", "join"), ("right", "join"), ("join", "after"), ("after", "end"),
            ],
        )
    )  # fmt: skip
    case = Played("flow")
    case.do("left")
    return case


def test_a_deadlocked_join_is_skipped():
    case = deadlocked()
    assert case.blocked.startswith("deadlock")
    waiting = mending.mendable(Process.objects.get(pk=case.process.pk))
    assert [row.element for row in waiting] == ["join"]
    skip(case, waiting[0], "join_to_after")
    assert case.open == ["after"]


def test_a_join_that_waits_for_its_other_branch_is_left_alone():
    released(
        diagram(
            {"start": {}, "fork": {"kind": "parallelGateway"}, "left": HUMAN, "right": HUMAN, "join": {"kind": "parallelGateway"}, "end": {}},
            [("start", "fork"), ("fork", "left"), ("fork", "right"), ("left", "join"), ("right", "join"), ("join", "end")],
        )
    )  # fmt: skip
    case = Played("flow")
    case.do("left")
    arrived = next(row for row in case.rows if row.element == "join")
    with pytest.raises(WrongState):
        skip(case, arrived, "join_to_end")
    movable = mending.mendable(Process.objects.get(pk=case.process.pk))
    assert [row.element for row in movable] == ["right"]
    assert "join" not in {node.id for node in mending.targets(movable[0])}


def test_a_token_stays_in_its_sub_process():
    released(
        diagram(
            {
                "start": {},
                "inside": {
                    "kind": "subProcess",
                    "nodes": {"start_in": {"kind": "startEvent"}, "a": HUMAN, "b": HUMAN, "end_in": {"kind": "endEvent"}},
                    "flows": [("start_in", "a"), ("a", "b"), ("b", "end_in")],
                },
                "after": HUMAN,
                "end": {},
            },
            [("start", "inside"), ("inside", "after"), ("after", "end")],
        )
    )  # fmt: skip
    case = Played("flow")
    task = case.task("a")
    assert {node.id for node in mending.targets(task)} == {"b", "end_in"}
    move(case, task, "b")
    case.do("b")
    assert case.open == ["after"]


def test_the_journal_says_who_moved_what_from_where_to_where():
    city = furnished()
    process = started(city)
    task = open_task(process, "county_review")
    mending.move(task.pk, target="propose", by=city.leader, facts={"reason": "演练"})
    entry = Entry.objects.filter(stream__key="case:1").order_by("position").last()
    assert (entry.verb, entry.actor_id) == ("move_token", city.leader.pk)
    assert (entry.data["element"], entry.data["target"], entry.data["reason"]) == (
        "county_review",
        "propose",
        "演练",
    )
