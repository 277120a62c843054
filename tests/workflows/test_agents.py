"""代理: B acts for A while A is away; either may, the first wins, both must be free to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import clock
from journal.selectors import entries
from organizations.agencies import (
    agencies_given,
    agencies_held,
    end_agency,
    name_agent,
    positions_by_agency,
    possible_agents,
)
from organizations.errors import RuleError
from organizations.models import Relation
from tests.workflows.office import decide, furnished, open_task, person, started
from workflows import operations

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    found = furnished()
    found.clerk = person("clerk", ("intake", found.bureau))
    return found


def absent(principal, agent, *, days: int = 7, scope: str = ""):
    today = clock.today()
    return name_agent(
        principal, agent, valid_from=today, valid_to=today + timedelta(days=days), reason="出差",
        scope=scope, by=principal,
    )  # fmt: skip


def signing(city):
    process = started(city)
    decide(open_task(process, "county_review"), city.officer, "recommend")
    decide(open_task(process, "propose"), city.reviewer, "approve")
    return open_task(process, "sign")


def test_without_an_agency_the_clerk_does_not_know_of_the_task(city):
    with pytest.raises(operations.NotVisible):
        decide(signing(city), city.clerk, "sign")


def test_an_agent_acts_for_his_principal_and_it_is_recorded_so(city):
    task = signing(city)
    absent(city.leader, city.clerk)
    decide(task, city.clerk, "sign")
    task.refresh_from_db()
    assert task.actor == city.clerk
    assert task.data["on_behalf_of"] == city.leader.pk
    assert list(entries("case:1"))[-1].data["on_behalf_of"] == city.leader.pk
    assert list(entries("case:1"))[-1].actor_name == "clerk"


def test_what_the_principal_has_taken_his_agent_may_do_too_and_the_first_wins(city):
    task = signing(city)
    absent(city.leader, city.clerk)
    operations.claim(task.pk, actor=city.leader)
    decide(task, city.clerk, "sign")
    with pytest.raises(operations.AlreadyDecided) as refusal:
        decide(task, city.leader, "sign")
    assert refusal.value.by == "clerk"


def test_the_principal_still_may(city):
    task = signing(city)
    absent(city.leader, city.clerk)
    decide(task, city.leader, "sign")
    task.refresh_from_db()
    assert "on_behalf_of" not in task.data


@pytest.mark.parametrize("moved", [-1, 8])
def test_outside_its_days_an_agency_is_nothing(city, moved):
    task = signing(city)
    absent(city.leader, city.clerk)
    with clock.at(clock.now() + timedelta(days=moved)), pytest.raises(operations.NotVisible):
        decide(task, city.clerk, "sign")


def test_an_agency_that_was_ended_is_nothing(city):
    task = signing(city)
    end_agency(absent(city.leader, city.clerk), by=city.leader)
    with pytest.raises(operations.NotVisible):
        decide(task, city.clerk, "sign")
    assert agencies_given(city.leader) == []


def test_an_agency_for_one_role_does_not_reach_the_others(city):
    task = signing(city)
    absent(city.leader, city.clerk, scope="reviewer")
    with pytest.raises(operations.NotVisible):
        decide(task, city.clerk, "sign")
    assert {held.role for held in positions_by_agency(city.clerk)} == {"reviewer"}


def test_an_agent_who_must_stay_away_does_not_see_the_case(city):
    task = signing(city)
    absent(city.leader, city.clerk)
    Relation.objects.create(
        user=city.clerk, organ=city.firm, ground="配偶任职", valid_from=date(2020, 1, 1)
    )
    with pytest.raises(operations.NotVisible):
        decide(task, city.clerk, "sign")


def test_nobody_acts_for_a_principal_who_must_stay_away(city):
    task = signing(city)
    absent(city.leader, city.clerk)
    Relation.objects.create(
        user=city.leader, organ=city.firm, ground="配偶任职", valid_from=date(2020, 1, 1)
    )
    with pytest.raises(operations.NotVisible):
        decide(task, city.clerk, "sign")


def test_four_eyes_are_asked_of_the_principal_and_of_the_agent(city):
    process = started(city)
    decide(open_task(process, "county_review"), city.officer, "recommend")
    decide(open_task(process, "propose"), city.leader, "approve")
    absent(city.leader, city.clerk)
    with pytest.raises(operations.NotAllowed) as refusal:
        decide(open_task(process, "sign"), city.clerk, "sign")
    assert refusal.value.code == "four_eyes", "what the leader proposed he does not sign by another"


def test_an_agent_who_acted_before_does_not_sign_for_his_principal(city):
    process = started(city)
    decide(open_task(process, "county_review"), city.officer, "recommend")
    decide(open_task(process, "propose"), city.reviewer, "approve")
    absent(city.leader, city.reviewer)
    with pytest.raises(operations.NotAllowed) as refusal:
        decide(open_task(process, "sign"), city.reviewer, "sign")
    assert refusal.value.code == "four_eyes"


def test_an_agency_is_not_passed_on(city):
    third = person("third", ("intake", city.bureau))
    task = signing(city)
    absent(city.leader, city.clerk)
    absent(city.clerk, third)
    with pytest.raises(operations.NotVisible):
        decide(task, third, "sign")


def test_agents_are_colleagues_of_the_same_organ(city):
    assert city.stranger not in possible_agents(city.leader)
    with pytest.raises(RuleError) as refusal:
        absent(city.leader, city.stranger)
    assert refusal.value.field == "agent"
    with pytest.raises(RuleError):
        absent(city.leader, city.leader)


def test_what_is_missing_is_told_by_its_field(city):
    today = clock.today()
    for field, more in (
        ("reason", {"reason": " "}),
        ("valid_to", {"valid_to": today - timedelta(days=1)}),
        ("scope", {"scope": "finance_leader"}),
    ):
        given = {
            "valid_from": today - timedelta(days=3),
            "valid_to": today,
            "reason": "休假",
        } | more
        with pytest.raises(RuleError) as refusal:
            name_agent(city.leader, city.clerk, by=city.leader, **given)
        assert refusal.value.field == field


def test_an_agency_opens_no_page_by_itself(city):
    from organizations.positions import positions

    absent(city.leader, city.clerk)
    assert {held.role for held in positions(city.clerk)} == {"intake"}
    assert [held.principal for held in agencies_held(city.clerk)] == [city.leader]
