"""退回: back to a step that was passed, and no token is lost or doubled (semantics C6)."""

from __future__ import annotations

from typing import Any

import pytest

import clock
from tests.workflows.diagrams import diagram
from tests.workflows.playing import Played, released
from workflows import operations, resuming
from workflows.models import Process, Task
from workflows.operations import WrongState, returning
from workflows.reopened import reopening_of, superseded

pytestmark = pytest.mark.django_db
HUMAN = {"role": "county", "outcomes": "approve reject"}
ITEMS = [{"problem": "请核对面积"}]


def send_back(case: Played, name: str, target: str, mode: str = "replay", **more: Any) -> Any:
    task = case.task(name)
    said = {"reason": "材料不一致", "items": ITEMS, **more}
    with clock.at(case.now):
        version = Process.objects.get(pk=case.process.pk).material_version
        act = operations.begin(
            task.pk, actor=task.owner or case.directory.fresh(task.role), key=f"back-{task.pk}",
            expected_version=version, payload={"target": target, "mode": mode}, world=case.world,
        )  # fmt: skip
        return returning.return_to(act, target, mode=mode, **said)


def names(case: Played, name: str) -> list[str]:
    return [target.element for target in returning.targets(case.task(name))]


@pytest.fixture
def row() -> Played:
    released(
        diagram(
            {"start": {}, "a": HUMAN, "b": HUMAN, "c": HUMAN, "end": {"verdict": "approved"}},
            [("start", "a"), ("a", "b"), ("b", "c"), ("c", "end")],
        )
    )
    case = Played("flow")
    case.do("a", "approve")
    case.do("b", "approve")
    return case


def test_a_case_goes_back_and_through_everything_again(row):
    step = send_back(row, "c", "a")
    assert [task.element for task in step.opened] == ["a"]
    assert row.open == ["a"]
    for name in "abc":
        row.do(name, "approve")
    assert (row.status, row.process.verdict) == ("DONE", "approved")
    assert row.completed == {"start": 1, "a": 2, "b": 2, "c": 1, "end": 1}


def test_a_case_goes_straight_back_when_nothing_has_changed(row):
    send_back(row, "c", "a", "resume")
    row.do("a", "approve")
    assert row.open == ["c"]
    row.do("c", "approve")
    assert row.completed == {"start": 1, "a": 2, "b": 1, "c": 1, "end": 1}


def test_another_answer_than_before_does_not_go_straight_back(row):
    send_back(row, "c", "a", "resume")
    row.do("a", "reject")
    assert row.open == ["b"]


def test_what_relied_on_a_change_is_opened_before_the_case_goes_back(row, monkeypatch):
    asked: list[Any] = []

    def stale(process: Process, steps: Any, since: int) -> list[str]:
        asked.append((list(steps), since))
        return ["b"]

    monkeypatch.setattr(resuming, "_stale", [stale])
    send_back(row, "c", "a", "resume")
    row.do("a", "approve")
    assert (row.open, asked) == (["b"], [(["b"], 2)])
    row.do("b", "approve")
    assert row.open == ["c"]


def test_the_closed_seat_says_why_and_the_new_one_says_what_is_asked(row):
    send_back(row, "c", "b")
    closed = next(task for task in row.rows if task.element == "c")
    again = reopening_of(row.task("b"))
    assert (closed.status, closed.outcome, closed.is_open) == ("CANCELED", "returned", False)
    assert again is not None
    assert (again.origin, again.told["reason"], again.told["items"]) == ("c", "材料不一致", ITEMS)
    assert row.process.material_version == 1
    row.process.refresh_from_db()
    assert row.process.material_version == 2


def test_opinions_behind_the_target_do_not_count_until_the_case_is_back(row):
    done = {task.element: task.pk for task in row.rows if task.status == "DONE"}
    send_back(row, "c", "a", "resume")
    assert superseded(row.process) >= {done["a"], done["b"]}
    row.do("a", "approve")
    assert done["b"] not in superseded(row.process)
    assert done["a"] in superseded(row.process)


@pytest.mark.parametrize(
    ("target", "more", "code"),
    [
        ("end", {}, "not_visited"),
        ("c", {}, "not_visited"),
        ("nowhere", {}, "unknown_target"),
        ("a", {"reason": " "}, "reason_missing"),
        ("a", {"items": []}, "items_missing"),
        ("a", {"most": 0}, "too_many_returns"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(row, target, more, code):
    with pytest.raises(WrongState) as refusal:
        send_back(row, "c", target, **more)
    assert refusal.value.code == code
    assert row.open == ["c"]


def test_the_fourth_return_to_one_step_is_refused_with_the_way_out(row):
    for _time in range(3):
        send_back(row, "c", "b")
        row.do("b", "approve")
    with pytest.raises(WrongState) as refusal:
        send_back(row, "c", "b")
    assert (refusal.value.code, "督办" in refusal.value.detail) == ("too_many_returns", True)
    assert returning.returns_to(row.process, "b") == 3


def test_the_same_key_sends_back_once(row):
    task = row.task("c")
    actor = row.directory.fresh("county")
    for _twice in range(2):
        with clock.at(row.now):
            act = operations.begin(
                task.pk, actor=actor, key="one", expected_version=1, payload={"t": "a"}, world=row.world
            )  # fmt: skip
            if act.replayed is None:
                returning.return_to(act, "a", mode="replay", reason="错", items=ITEMS)
    assert (row.open, returning.returns_to(row.process, "a")) == (["a"], 1)


def parallel() -> Played:
    released(
        diagram(
            {
                "start": {}, "a": HUMAN, "fork": {"kind": "parallelGateway"}, "left": HUMAN, "left2": HUMAN,
                "right": HUMAN, "join": {"kind": "parallelGateway"}, "after": HUMAN, "end": {},
            },
            [
                ("start", "a"), ("a", "fork"), ("fork", "left"), ("left", "left2"), ("fork", "right"),
                ("left2", "join"), ("right", "join"), ("join", "after"), ("after", "end"),
            ],
        )
    )  # fmt: skip
    case = Played("flow")
    case.do("a", "approve")
    return case


def test_before_the_split_every_branch_is_closed():
    case = parallel()
    case.do("left", "approve")
    send_back(case, "right", "a")
    assert case.open == ["a"]
    case.do("a", "approve")
    assert case.open == ["left", "right"]


def test_an_arrival_that_waits_at_the_join_goes_with_its_branch():
    case = parallel()
    case.do("right", "approve")
    send_back(case, "left", "a")
    case.do("a", "approve")
    case.do("left", "approve")
    case.do("left2", "approve")
    assert case.open == ["right"]


def test_a_sibling_branch_is_no_target_and_stays_untouched():
    case = parallel()
    case.do("left", "approve")
    assert names(case, "right") == ["a"]
    with pytest.raises(WrongState) as refusal:
        send_back(case, "right", "left")
    assert refusal.value.code == "sibling_branch"
    send_back(case, "left2", "left")
    assert case.open == ["left", "right"]


def test_into_a_branch_from_behind_the_join_the_others_need_not_act_again():
    case = parallel()
    for name in ("left", "left2", "right"):
        case.do(name, "approve")
    send_back(case, "after", "left2")
    assert case.open == ["left2"]
    case.do("left2", "approve")
    assert case.open == ["after"]
    send_back(case, "after", "right", "resume")
    case.do("right", "approve")
    assert case.open == ["after"]
    case.do("after", "approve")
    assert case.status == "DONE"


def test_going_straight_back_opens_the_other_branch_again():
    case = parallel()
    case.do("left", "approve")
    send_back(case, "right", "a", "resume")
    case.do("a", "approve")
    assert case.open == ["left2", "right"]


def test_back_twice_and_forward_leaves_one_row_a_visit():
    case = parallel()
    for name in ("left", "left2", "right"):
        case.do(name, "approve")
    send_back(case, "after", "left2")
    send_back(case, "left2", "a")
    for name in ("a", "left", "left2", "right"):
        case.do(name, "approve")
    assert case.open == ["after"]
    visits = Task.objects.filter(process=case.process, element="after")
    assert [task.status for task in visits.order_by("id")] == ["CANCELED", "NEW"]


def test_a_panel_as_target_asks_every_seat_again():
    released(
        diagram(
            {
                "start": {},
                "experts": {"role": "expert", "multi": {"collection": "who", "mode": "ALL", "minQuorum": "1"}, "outcomes": "approve reject"},
                "decide": HUMAN, "end": {},
            },
            [("start", "experts"), ("experts", "decide"), ("decide", "end")],
        )
    )  # fmt: skip
    case = Played("flow", who=["a", "b"])
    case.do("experts#a", "approve")
    case.do("experts#b", "approve")
    old = {task.pk for task in case.rows if task.item}
    send_back(case, "decide", "experts", "resume")
    assert case.open == ["experts#a", "experts#b"]
    assert superseded(case.process) >= old
    case.do("experts#a", "approve")
    case.do("experts#b", "approve")
    assert case.open == ["decide"]


def test_a_seat_of_a_panel_closes_the_whole_panel():
    released(
        diagram(
            {
                "start": {}, "a": HUMAN,
                "experts": {"role": "expert", "multi": {"collection": "who", "mode": "ALL", "minQuorum": "1"}, "outcomes": "approve reject"},
                "end": {},
            },
            [("start", "a"), ("a", "experts"), ("experts", "end")],
        )
    )  # fmt: skip
    case = Played("flow", who=["a", "b"])
    case.do("a", "approve")
    send_back(case, "experts#a", "a")
    assert case.open == ["a"]
    case.do("a", "approve")
    assert case.open == ["experts#a", "experts#b"]


def test_the_applicant_is_a_target_where_the_diagram_leads_to_him():
    released(
        diagram(
            {
                "start": {}, "intake": {"role": "intake", "outcomes": "accept return"},
                "decide": {"kind": "exclusiveGateway"}, "mend": {"role": "applicant", "outcomes": "resubmit"},
                "propose": HUMAN, "end": {},
            },
            [
                ("start", "intake"), ("intake", "decide"), ("decide", "mend", {"outcome": "return"}),
                ("decide", "propose", {"default": True}), ("mend", "intake"), ("propose", "end"),
            ],
        )
    )  # fmt: skip
    case = Played("flow")
    case.do("intake", "accept")
    assert names(case, "propose") == ["mend", "intake"]
    send_back(case, "propose", "mend", "resume")
    case.do("mend", "resubmit")
    assert case.open == ["propose"]
    send_back(case, "propose", "mend")
    case.do("mend", "resubmit")
    assert case.open == ["intake"]


def test_out_of_a_sub_process_the_inside_ends_and_nothing_can_go_straight_back():
    inside = {"start_in": {"kind": "startEvent"}, "x": HUMAN, "y": HUMAN, "end_in": {"kind": "endEvent"}}  # fmt: skip
    released(
        diagram(
            {
                "start": {}, "a": HUMAN,
                "sub": {"kind": "subProcess", "nodes": inside, "flows": [("start_in", "x"), ("x", "y"), ("y", "end_in")]},
                "end": {},
            },
            [("start", "a"), ("a", "sub"), ("sub", "end")],
        )
    )  # fmt: skip
    case = Played("flow")
    case.do("a", "approve")
    case.do("x", "approve")
    assert [(t.element, t.may_resume) for t in returning.targets(case.task("y"))] == [
        ("x", True),
        ("a", False),
    ]
    with pytest.raises(WrongState) as refusal:
        send_back(case, "y", "a", "resume")
    assert refusal.value.code == "cannot_resume"
    send_back(case, "y", "a")
    case.do("a", "approve")
    assert case.open == ["x"]
