"""回避: a person leaves a case, and nothing of it is his any more (semantics C13)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from organizations.accounts import appoint, declare_relation
from tests.workflows.diagrams import diagram
from tests.workflows.office import decide, furnished, open_task, organ, person, started
from tests.workflows.playing import released
from workflows import operations, queue
from workflows.errors import NotAllowed, NotVisible, WrongState
from workflows.models import Process, Recusal, Task
from workflows.operations import recusing
from workflows.recusals import Kind, State
from workflows.seating import SeatState, state_of

pytestmark = pytest.mark.django_db
CITY = "flowcity"


@pytest.fixture
def city() -> SimpleNamespace:
    return furnished()


def leave(process: Process, user: Any, kind: str = Kind.SELF, by: Any = None, **more: Any) -> Any:
    return recusing.recuse(process, user=user, kind=kind, ground="近亲属", by=by or user, **more)


def sees(user: Any, task: Task) -> bool:
    try:
        queue.visible_task(user, task.pk)
    except NotVisible:
        return False
    return True


def listed(user: Any) -> list[int]:
    from organizations.positions import positions

    return [task.pk for task in queue.page(positions(user), user).tasks]


def test_who_leaves_sees_nothing_and_the_seat_is_his_colleagues(city):
    process = started(city)
    task = open_task(process, "county_review")
    operations.claim(task.pk, actor=city.officer)
    left = leave(process, city.officer)
    task.refresh_from_db()
    again = open_task(process, "county_review")
    assert (task.status, task.outcome, state_of(task)) == (
        "CANCELED",
        "recused",
        SeatState.RECUSED,
    )
    assert (again.owner_id, again.due_at, left.annulled) == (None, task.due_at, ())
    assert not sees(city.officer, again)
    assert not sees(city.officer, task)
    assert listed(city.officer) == []
    assert listed(city.colleague) == [again.pk]
    with pytest.raises(NotVisible):
        decide(again, city.officer, "recommend")
    decide(again, city.colleague, "recommend")
    assert open_task(process, "propose")


def test_the_applicants_own_people_keep_their_own_filings(city):
    process = started(city)
    leave(process, city.filer)
    task = open_task(process, "county_review")
    decide(task, city.officer, "return")
    assert sees(city.filer, open_task(process, "correction"))


def test_the_last_one_who_could_act_leaves_the_step_blocked_never_passed(city):
    process = started(city)
    decide(open_task(process, "county_review"), city.officer, "recommend")
    decide(open_task(process, "propose"), city.reviewer, "approve")
    left = leave(process, city.leader)
    process.refresh_from_db()
    assert left.step.blocked.startswith("needs_replacement: sign")
    assert (process.status, process.verdict) == ("NEW", "")


def test_what_he_decided_is_annulled_and_the_step_opened_again(city):
    process = started(city)
    task = open_task(process, "county_review")
    decide(task, city.officer, "recommend")
    proposing = open_task(process, "propose")
    left = leave(process, city.officer, Kind.ORDERED, by=city.leader)
    proposing.refresh_from_db()
    assert left.annulled == (task.pk,)
    assert (proposing.status, proposing.outcome) == ("CANCELED", "returned")
    again = open_task(process, "county_review")
    decide(again, city.colleague, "recommend")
    assert open_task(process, "propose")


def test_after_the_decision_nothing_is_undone(city):
    process = started(city)
    decide(open_task(process, "county_review"), city.officer, "recommend")
    left = leave(process, city.officer, decided=True)
    assert left.annulled == ()
    assert open_task(process, "propose")


def test_a_request_blocks_the_person_until_a_third_has_ruled(city):
    process = started(city)
    task = open_task(process, "county_review")
    recusal = recusing.request(
        process, user=city.officer, by=city.reviewer, ground="曾任该公司顾问", task=task
    )
    assert recusal.due_at is not None
    assert sees(city.officer, task)
    with pytest.raises(WrongState) as blocked:
        decide(task, city.officer, "recommend")
    assert blocked.value.code == "recusal_pending"
    for concerned in (city.officer, city.reviewer):
        with pytest.raises(NotAllowed) as refusal:
            recusing.rule(recusal, by=concerned, grant=False, reason="无关")
        assert refusal.value.code == "no_third_person"
    assert recusing.rule(recusal, by=city.leader, grant=False, reason="没有利害关系") is None
    decide(task, city.officer, "recommend")
    assert Recusal.objects.get(pk=recusal.pk).state == State.REFUSED


def test_a_granted_request_takes_the_case_out_of_his_sight(city):
    process = started(city)
    task = open_task(process, "county_review")
    recusal = recusing.request(
        process, user=city.officer, by=city.reviewer, ground="股东", task=task
    )
    recusing.rule(recusal, by=city.leader, grant=True, reason="属实")
    assert not sees(city.officer, task)
    with pytest.raises(WrongState) as refusal:
        recusing.rule(recusal, by=city.leader, grant=False, reason="改判")
    assert refusal.value.code == "already_ruled"


@pytest.mark.parametrize(("ground", "code"), [("", "ground_missing"), ("再次", "already_recused")])
def test_what_cannot_be_is_refused_with_its_code(city, ground, code):
    process = started(city)
    leave(process, city.officer)
    with pytest.raises(WrongState) as refusal:
        recusing.recuse(process, user=city.officer, kind=Kind.SELF, ground=ground, by=city.officer)
    assert refusal.value.code == code


# Panels of named people


def panel(city: SimpleNamespace, need: str, least: int) -> tuple[Process, list[Any]]:
    pool = organ("pool", "expert_pool")
    experts = [person(name, ("expert", pool)) for name in ("li", "wang", "zhao")]
    released(
        diagram(
            {
                "start": {},
                "vote": {
                    "role": "expert", "holder": "=item", "outcomes": "approve reject",
                    "multi": {"collection": "experts", "mode": "QUORUM", "need": need, "minQuorum": str(least)},
                },
                "after": {"role": "reviewer"}, "end": {},
            },
            [("start", "vote"), ("vote", "after"), ("after", "end")],
            key="panel_flow",
        ),
        city=CITY,
    )  # fmt: skip
    process = operations.start(
        "panel_flow", city=CITY, county=city.north, party=city.firm, by=city.filer,
        data={"experts": [expert.pk for expert in experts]}, journal_stream="case:9",
    )  # fmt: skip
    return process, experts


def seat_of(process: Process, expert: Any) -> Task:
    return process.task_set.get(element="vote", owner=expert)


def test_below_the_quorum_a_panel_waits_for_a_replacement(city):
    process, (li, wang, _zhao) = panel(city, "2/3", 3)
    decide(seat_of(process, li), li, "approve")
    left = leave(process, wang)
    assert left.step.blocked.startswith("needs_replacement")
    assert state_of(process.task_set.get(element="vote", outcome="recused")) == SeatState.RECUSED


def test_a_vote_in_an_undecided_panel_is_annulled_and_the_rest_weighed(city):
    process, (li, wang, zhao) = panel(city, "3/4", 1)
    decide(seat_of(process, li), li, "approve")
    decide(seat_of(process, wang), wang, "approve")
    left = leave(process, li)
    assert len(left.annulled) == 1
    assert state_of(Task.objects.get(pk=left.annulled[0])) == SeatState.ANNULLED
    decide(seat_of(process, zhao), zhao, "approve")
    assert open_task(process, "after")


def test_a_panel_that_has_passed_with_his_vote_is_open_again(city):
    process, (li, wang, zhao) = panel(city, "2/3", 2)
    decide(seat_of(process, li), li, "approve")
    decide(seat_of(process, wang), wang, "approve")
    assert open_task(process, "after")
    leave(process, li)
    assert not process.task_set.filter(element="after", is_open=True).exists()
    assert [t.owner_id for t in process.task_set.filter(element="vote", is_open=True)] == [zhao.pk]
    decide(process.task_set.get(element="vote", is_open=True), zhao, "approve")
    assert open_task(process, "after")


def test_a_seat_that_is_opened_for_somebody_with_a_tie_does_not_count(city):
    pool = organ("pool2", "expert_pool")
    tied = person("tied", ("expert", pool))
    declare_relation(tied, city.firm, ground="股东", by=None)
    process, experts = panel(city, "3/4", 1)
    process.data["experts"] = []
    again = operations.start(
        "panel_flow", city=CITY, county=city.north, party=city.firm, by=city.filer,
        data={"experts": [tied.pk, experts[0].pk]}, journal_stream="case:10",
    )  # fmt: skip
    assert [t.owner_id for t in again.task_set.filter(is_open=True)] == [experts[0].pk]
    decide(seat_of(again, experts[0]), experts[0], "approve")
    assert open_task(again, "after")


def test_the_journal_says_who_left_and_what_was_annulled(city):
    from journal.models import Entry

    process = started(city)
    decide(open_task(process, "county_review"), city.officer, "recommend")
    leave(process, city.officer)
    entry = Entry.objects.filter(stream__key="case:1").order_by("position").last()
    assert (entry.verb, entry.data["person"]) == ("recuse", city.officer.pk)
    assert len(entry.data["annulled"]) == 1


def test_another_post_does_not_give_the_sight_back(city):
    process = started(city)
    leave(process, city.officer)
    appoint(city.officer, city.north, "county_leader", by=None, valid_from=date(2020, 1, 1))
    assert not sees(city.officer, open_task(process, "county_review"))
