"""A place that a recusal has left empty: who named the experts is told and names a replacement."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

import clock
from approvals.applications.errors import NotAllowedError, WrongStateError
from approvals.applications.models import Application
from approvals.experts.models import ExpertProfile, Replacement
from approvals.experts.services import name_replacement
from approvals.experts.services.naming import empty_of
from approvals.notifications.selectors import page
from approvals.operations import recusal
from approvals.rehearsal.choices import FAVOURABLE
from approvals.reviews.models import OpinionStanding
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from jobs.worker import run_due
from journal.models import Entry
from organizations.models import Relation, User
from tests.experts.people import enter_pool
from tests.experts.test_consulting import outsiders
from tests.experts.test_panel import declared, seated, voted
from tests.experts.test_succession import holders, seated_of_four, state
from tests.people import Town, key
from workflows.errors import KeyReused, OperationError
from workflows.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return jiaxing.filed("recognition", "nanhu")


@pytest.fixture
def seats(jiaxing: Town, case: Application) -> list[Task]:
    """Experts named by hand, three of them: the least the step allows."""
    clerk, task = jiaxing.user("intake"), jiaxing.played_to(case, "intake")
    chosen = [jiaxing.user(f"expert{number}").pk for number in (1, 2, 3)]
    said = Statement("accept", FAVOURABLE, values={"experts": chosen})
    decide_task(task.pk, actor=clerk, key=key(), expected_version=1, statement=said)
    jiaxing.played_to(case, "expert_opinion")
    found = Task.objects.filter(process=case.process_id, element="expert_opinion", is_open=True)
    return sorted(found.exclude(owner=None), key=lambda one: one.data["seat"])


def away(town: Town, case: Application, person: User) -> None:
    leader = town.user("bureau_leader")
    recusal.order_recusal(case, actor=leader, key=key(), person=person.pk, reason="亲属关系")


def named(town: Town, case: Application, person: User, **more: Any) -> None:
    (empty,) = empty_of(case)
    given = {"place": empty.name, "person": person.pk, "reason": "原专家回避", "key": key()}
    name_replacement(case.pk, **{"actor": town.user("intake"), **given, **more})


def lines(person: User) -> list[str]:
    return [row.link for row in page(person, kind="expert_panel").rows]


def test_who_named_them_is_told_once_and_names_another(
    jiaxing: Town, case: Application, seats: list[Task], client: Client
) -> None:
    clerk, left = jiaxing.user("intake"), seats[0].owner
    before = holders(case)
    away(jiaxing, case, left)
    panel = f"/applications/{case.pk}/panel/"
    assert lines(clerk) == [panel]
    fresh = outsiders(case)[0]
    client.force_login(clerk)
    shown = client.get(panel).content.decode()
    assert f'value="{fresh.pk}"' in shown
    for seated_already in (*seats[1:], seats[0]):
        assert f'name="person" value="{seated_already.owner_id}"' not in shown
    (empty,) = empty_of(case)
    given = {"key": key(), "place": empty.name, "person": fresh.pk, "reason": "原专家回避"}
    assert client.post(panel, given).status_code == 302
    assert holders(case) == [fresh.pk, *before[1:]]
    assert not state(case).blocked_reason
    assert client.post(panel, given).status_code == 422, "the place is taken"
    assert lines(clerk) == [panel]
    verbs = Entry.objects.filter(stream__key=case.stream).values_list("verb", flat=True)
    assert "replace_holder" in verbs
    run_due()
    assert [row.title for row in page(fresh, kind="task").rows]


def test_a_vote_given_before_the_recusal_is_void_and_its_place_can_be_filled(
    jiaxing: Town, case: Application, seats: list[Task]
) -> None:
    first, second, third = seats
    voted(first)
    away(jiaxing, case, first.owner)
    assert OpinionStanding.objects.get(opinion__task=first).state == "annulled"
    assert state(case).blocked_reason.startswith("needs_replacement")
    voted(second)
    voted(third)
    assert state(case).phase == "check", "two votes of two never pass a panel of three"
    fresh = outsiders(case)[0]
    named(jiaxing, case, fresh)
    case.refresh_from_db()
    assert state(case).phase == "proposed", "two of three seats have approved"
    assert not state(case).blocked_reason


@pytest.mark.parametrize("how", ["tie", "ended", "seated", "office"])
def test_only_a_fit_expert_is_taken(
    jiaxing: Town, case: Application, seats: list[Task], how: str
) -> None:
    away(jiaxing, case, seats[0].owner)
    fresh = outsiders(case)[0]
    codes = {"tie": "recused_user", "ended": "not_fit", "seated": "already_counted"}
    if how == "tie":
        Relation.objects.create(
            user=fresh, organ=case.applicant, ground="亲属", valid_from=clock.today()
        )
    elif how == "ended":
        enter_pool(jiaxing)
        ended = {"active_from": "2020-01-01", "active_to": "2021-01-01"}
        ExpertProfile.objects.filter(user=fresh).update(**ended)
    elif how == "seated":
        fresh = seats[1].owner
    else:
        fresh = jiaxing.user("reviewer")
    with pytest.raises(OperationError) as refusal:
        named(jiaxing, case, fresh)
    assert refusal.value.code == codes.get(how, "no_position")


def test_nobody_else_names_and_a_key_does_it_once(
    jiaxing: Town, case: Application, seats: list[Task]
) -> None:
    away(jiaxing, case, seats[0].owner)
    one, two, *_rest = outsiders(case)
    with pytest.raises(NotAllowedError):
        named(jiaxing, case, one, actor=jiaxing.user("nanhu_officer"))
    (empty,) = empty_of(case)
    given = {"place": empty.name, "person": one.pk, "reason": "回避", "key": key()}
    clerk = jiaxing.user("intake")
    name_replacement(case.pk, actor=clerk, **given)
    name_replacement(case.pk, actor=clerk, **given)
    assert holders(case).count(one.pk) == 1
    with pytest.raises(KeyReused):
        name_replacement(case.pk, actor=clerk, **{**given, "person": two.pk})


def test_while_the_draw_has_a_substitute_nobody_else_is_named(
    jiaxing: Town, case: Application
) -> None:
    """A drawn expert who is recused after his vote: his place is the next substitute's."""
    first, *_others = seated(jiaxing, case)
    declared(first)
    voted(first)
    away(jiaxing, case, first.owner)
    assert len(empty_of(case)) == 1
    assert not Replacement.objects.exists()
    draw = case.draws.get()
    people = {entry["id"]: entry["user"] for entry in draw.pool}
    due, other = (User.objects.get(pk=people[n]) for n in draw.substitutes[:2])
    with pytest.raises(WrongStateError) as refusal:
        named(jiaxing, case, other)
    assert refusal.value.code == "out_of_turn"
    named(jiaxing, case, due)
    assert due.pk in holders(case)
    assert Replacement.objects.get().came == draw.substitutes[0]


def test_when_the_draw_is_exhausted_the_pool_is_open(jiaxing: Town, case: Application) -> None:
    enter_pool(jiaxing, 4)
    one, *_others = seated_of_four(jiaxing, case)
    declared(one, ground="配偶在该单位任职")
    assert lines(jiaxing.user("intake"))[0] == f"/applications/{case.pk}/panel/"
    fresh = outsiders(case)[0]
    named(jiaxing, case, fresh)
    assert fresh.pk in holders(case)
    assert not empty_of(case)
