"""A drawn expert is recused before he votes: the next of the draw has his seat, or the step waits."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

import clock
from approvals.applications.models import Application
from approvals.experts import pooling
from approvals.experts.models import Draw, Replacement
from approvals.notifications.models import Notification
from approvals.operations import recusal
from approvals.rehearsal.choices import FAVOURABLE
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from jobs.worker import run_due
from journal.models import Entry
from organizations.accounts import declare_relation
from organizations.models import Relation, User
from tests.experts.people import drawn, enter_pool, named
from tests.experts.test_draws import recomputed
from tests.experts.test_panel import declared, seated, voted
from tests.people import Town, key
from workflows import vacancies
from workflows.models import Process, Recusal, Task
from workflows.nodes import panel

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return jiaxing.filed("recognition", "nanhu")


def holders(case: Application) -> list[int]:
    """Who holds an open vote, by seat number."""
    seats = Task.objects.filter(process_id=case.process_id, element="expert_opinion", is_open=True)
    return [seat.owner_id for seat in sorted(seats, key=lambda one: one.data["seat"])]


def person(draw: Draw, number: int) -> int:
    return next(entry["user"] for entry in draw.pool if entry["id"] == number)


def tied(user: int, case: Application) -> None:
    Relation.objects.create(
        user_id=user, organ=case.applicant, ground="亲属", valid_from=clock.today()
    )


def state(case: Application) -> Process:
    return Process.objects.get(pk=case.process_id)


def test_the_next_of_the_draw_sits_in_his_place_at_once(
    jiaxing: Town, case: Application, client: Client, tmp_path: Path
) -> None:
    first, *_others = seated(jiaxing, case)
    before, draw = holders(case), Draw.objects.get()
    place = before.index(first.owner_id)
    declared(first, ground="配偶在该单位任职")
    came = person(draw, draw.substitutes[0])
    assert holders(case) == [came if n == place else one for n, one in enumerate(before)]
    verbs = Entry.objects.filter(stream__key=case.stream).order_by("position")
    assert {"expert_replaced", "recuse"} <= set(verbs.values_list("verb", flat=True))
    assert Notification.objects.filter(person=draw.by, title__contains="已按抽取顺序递补").exists()
    clerk = jiaxing.user("intake")
    client.force_login(clerk)
    page = client.get(f"/applications/{case.pk}/draw/").content.decode()
    assert "按抽取顺序自动递补" in page
    told = recomputed(tmp_path, client.get(f"/applications/{case.pk}/draw.json").content)
    assert told.returncode == 0, told.stderr


def test_his_vote_counts_and_the_panel_decides(jiaxing: Town, case: Application) -> None:
    first, *others = seated(jiaxing, case)
    declared(first, ground="配偶在该单位任职")
    came = Task.objects.get(
        process_id=case.process_id, element="expert_opinion", is_open=True,
        owner_id=person(Draw.objects.get(), Draw.objects.get().substitutes[0]),
    )  # fmt: skip
    for seat in [came, *others]:
        if Task.objects.get(pk=seat.pk).is_open:
            declared(seat)
            voted(seat)
    assert state(case).phase == "proposed"
    assert not state(case).blocked_reason


def test_without_the_rule_the_seat_stays_empty(
    jiaxing: Town, case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: nobody fills the registry."""
    first, *_others = seated(jiaxing, case)
    before = holders(case)
    monkeypatch.setattr(vacancies, "_rules", [])
    declared(first, ground="配偶在该单位任职")
    assert holders(case) == [one for one in before if one != first.owner_id]
    assert not Replacement.objects.exists()


def test_a_substitute_with_a_tie_is_passed_over_and_the_record_says_so(
    jiaxing: Town, case: Application, client: Client, tmp_path: Path
) -> None:
    first, *_others = seated(jiaxing, case)
    draw = Draw.objects.get()
    one, two, *_rest = draw.substitutes
    tied(person(draw, one), case)
    declared(first, ground="配偶在该单位任职")
    row = Replacement.objects.get()
    assert (row.came, row.passed) == (two, [{"id": one, "grounds": [pooling.TIED]}])
    assert person(draw, two) in holders(case)
    assert person(draw, one) not in holders(case)
    client.force_login(jiaxing.user("intake"))
    text = client.get(f"/applications/{case.pk}/draw.json").content
    assert recomputed(tmp_path, text).returncode == 0
    forged = json.loads(text)
    forged["draws"][0]["replacements"][0]["passed"] = []
    assert recomputed(tmp_path, json.dumps(forged).encode()).returncode != 0
    assert "越过：" in client.get(f"/applications/{case.pk}/draw/").content.decode()


def test_substitutes_come_in_their_order_and_each_once(jiaxing: Town, case: Application) -> None:
    first, second, *_others = seated(jiaxing, case)
    declared(first, ground="配偶在该单位任职")
    declared(second, ground="持有股份")
    draw = Draw.objects.get()
    came = [row.came for row in Replacement.objects.order_by("pk")]
    assert came == draw.substitutes[:2]
    assert {person(draw, number) for number in came} <= set(holders(case))


def test_one_who_came_and_is_recused_is_followed_too(jiaxing: Town, case: Application) -> None:
    first, *_others = seated(jiaxing, case)
    declared(first, ground="配偶在该单位任职")
    draw = Draw.objects.get()
    seat = Task.objects.get(
        process_id=case.process_id, is_open=True, owner_id=person(draw, draw.substitutes[0])
    )
    declared(seat, ground="持有股份")
    assert person(draw, draw.substitutes[1]) in holders(case)
    assert len(holders(case)) == 4


@pytest.mark.parametrize("how", ["requested", "ordered", "relation"])
def test_every_kind_of_recusal_is_followed(jiaxing: Town, case: Application, how: str) -> None:
    first, *_others = seated(jiaxing, case)
    leader, person_left = jiaxing.user("bureau_leader"), first.owner
    if how == "ordered":
        recusal.order_recusal(
            case, actor=leader, key=key(), person=person_left.pk, reason="亲属关系"
        )
    elif how == "requested":
        asked = Task.objects.filter(process_id=case.process_id, element="intake").last()
        recusal.request_recusal(
            asked.pk, actor=jiaxing.user("intake"), key=key(), expected_version=1,
            reason="亲属关系", to=person_left.pk,
        )  # fmt: skip
        assert person_left.pk in holders(case), "he waits for the ruling"
        recusal.rule_recusal(
            Recusal.objects.get(), actor=leader, key=key(), grant=True, reason="属实"
        )
    else:
        declare_relation(
            person_left, case.applicant, ground="亲属", by=jiaxing.user("system_admin")
        )
        run_due(kinds={"relation_declared"})
    draw = Draw.objects.get()
    assert person(draw, draw.substitutes[0]) in holders(case)
    assert person_left.pk not in holders(case)


def test_without_a_substitute_the_panel_goes_on_and_below_its_minimum_it_waits(
    jiaxing: Town, case: Application
) -> None:
    """Four drawn of four; the rule of the step wants at least three."""
    enter_pool(jiaxing, 4)
    one, two, three, four = seated_of_four(jiaxing, case)
    declared(one, ground="配偶在该单位任职")
    assert len(holders(case)) == 3
    assert not state(case).blocked_reason
    declared(three)
    voted(three)
    declared(two, ground="持有股份")
    assert state(case).blocked_reason.startswith("needs_replacement")
    assert state(case).phase == "check"
    declared(four)
    decide_task(
        four.pk, actor=four.owner, key=key(), expected_version=1,
        statement=Statement("approve", FAVOURABLE, values={"score": 90}),
    )  # fmt: skip
    assert state(case).blocked_reason.startswith("needs_replacement"), "never passed by emptiness"
    assert [row.came for row in Replacement.objects.all()] == [None, None]
    told = Notification.objects.filter(title__contains="候补专家已用尽")
    assert told.exists()


def seated_of_four(jiaxing: Town, case: Application) -> list[Task]:
    clerk, task = jiaxing.user("intake"), jiaxing.played_to(case, "intake")
    draw = drawn(task, clerk, size=4)
    chosen = [person(draw, number) for number in draw.drawn]
    named(task, clerk, chosen)
    jiaxing.played_to(case, "expert_opinion")
    seats = Task.objects.filter(process_id=case.process_id, element="expert_opinion", is_open=True)
    return [seats.get(owner_id=user) for user in chosen]


def test_an_expert_named_by_hand_has_no_successor(jiaxing: Town, case: Application) -> None:
    jiaxing.played_to(case, "expert_opinion")
    before = holders(case)
    left = User.objects.get(pk=before[0])
    recusal.order_recusal(
        case, actor=jiaxing.user("bureau_leader"), key=key(), person=left.pk, reason="亲属关系"
    )
    assert holders(case) == before[1:]
    assert not Replacement.objects.exists()


def test_who_has_a_tie_when_the_seats_open_is_followed_there(
    jiaxing: Town, case: Application
) -> None:
    enter_pool(jiaxing)
    clerk, task = jiaxing.user("intake"), jiaxing.played_to(case, "intake")
    draw = drawn(task, clerk, size=4)
    chosen = [person(draw, number) for number in draw.drawn]
    tied(chosen[2], case)
    named(task, clerk, chosen)
    jiaxing.played_to(case, "expert_opinion")
    came = person(draw, draw.substitutes[0])
    assert set(holders(case)) == {*chosen, came} - {chosen[2]}


def test_a_vote_that_was_given_is_annulled_and_nobody_comes(
    jiaxing: Town, case: Application
) -> None:
    first, *_others = seated(jiaxing, case)
    declared(first)
    voted(first)
    recusal.order_recusal(
        case,
        actor=jiaxing.user("bureau_leader"),
        key=key(),
        person=first.owner_id,
        reason="亲属关系",
    )
    assert len(holders(case)) == 3
    assert not Replacement.objects.exists()


def test_all_of_it_or_nothing(
    jiaxing: Town, case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_others = seated(jiaxing, case)
    before = holders(case)

    def broken(*_given: object, **_more: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(panel, "add_seat", broken)
    with pytest.raises(RuntimeError), clock.at(clock.now() + timedelta(minutes=1)):
        declared(first, ground="配偶在该单位任职")
    assert holders(case) == before
    assert not Replacement.objects.exists()
    assert not Recusal.objects.exists()
