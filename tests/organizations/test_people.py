"""Accounts, posts, holders, conflicts: who stands where and who must stay away."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

import clock
from journal.selectors import entries
from organizations.accounts import (
    appoint,
    create_account,
    deactivate,
    declare_relation,
    end_relation,
)
from organizations.applicants import change_profile, register_applicant
from organizations.conflicts import conflict, conflicted
from organizations.errors import RuleError
from organizations.holders import holders, resolve_organ, successor_on
from organizations.models import Membership, NeverDeletedError, User
from organizations.roles import SEPARATED

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("first", sorted(SEPARATED))
@pytest.mark.parametrize("second", sorted(SEPARATED))
def test_no_account_holds_two_of_the_three_management_duties(city, hire, first, second):
    user = hire("admin", (first, city.hall))
    with pytest.raises(RuleError) as refused:
        appoint(user, city.elsewhere, second, by=None)
    assert refused.value.field == "role"
    assert refused.value.code == "separated"


def test_the_database_too_refuses_two_management_duties(city, hire):
    user = hire("admin", ("system_admin", city.hall))
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            user=user, organ=city.hall, role="audit_admin", valid_from=clock.today()
        )


def test_a_former_administrator_may_become_auditor(city, hire):
    user = hire("admin")
    appoint(
        user,
        city.hall,
        "system_admin",
        by=None,
        valid_from=date(2020, 1, 1),
        valid_to=date(2020, 12, 31),
    )
    assert appoint(user, city.hall, "audit_admin", by=None, valid_from=date(2021, 1, 1)).pk


@pytest.mark.parametrize(
    ("role", "organ"),
    [
        ("county_officer", "bureau"),
        ("zone_officer", "north"),
        ("bureau_leader", "finance"),
        ("applicant", "north"),
        ("department_officer", "party"),
    ],
)
def test_a_role_is_held_only_where_it_belongs(city, hire, incubator, role, organ):
    place = incubator.organ if organ == "party" else getattr(city, organ)
    with pytest.raises(RuleError, match="不设"):
        appoint(hire("officer"), place, role, by=None)


def test_the_same_post_is_given_once(city, hire):
    officer = hire("officer", ("county_officer", city.north))
    with pytest.raises(RuleError, match="已担任"):
        appoint(officer, city.north, "county_officer", by=None)
    with pytest.raises(RuleError, match="离任日期"):
        appoint(
            officer,
            city.south,
            "county_officer",
            by=None,
            valid_from=date(2026, 1, 2),
            valid_to=date(2026, 1, 1),
        )


def test_a_user_name_is_taken_once(hire):
    hire("officer")
    with pytest.raises(RuleError, match="已被使用"):
        create_account(username="officer", password=None, name="别人", by=None)


def test_an_account_ends_but_is_never_deleted(city, hire):
    officer = hire("officer", ("county_officer", city.north))
    with pytest.raises(NeverDeletedError):
        officer.delete()
    with pytest.raises(NeverDeletedError):
        city.north.delete()
    deactivate(officer, by=None, reason="退休")
    assert User.objects.get(pk=officer.pk).is_active is False
    assert officer.memberships.get().valid_to == clock.today() - timedelta(days=1)
    assert list(holders("county", city.north)) == []


def test_holders_of_a_lane_are_its_officers_leaders_and_zone_officers(city, hire):
    officer = hire("officer", ("county_officer", city.zone))
    leader = hire("leader", ("county_leader", city.zone))
    zone = hire("zone", ("zone_officer", city.zone))
    hire("other", ("county_officer", city.north))
    assert set(holders("county", city.zone)) == {officer, leader, zone}
    assert set(holders("county_officer", city.zone)) == {officer, zone}
    assert set(holders("zone", city.zone)) == {zone}
    assert set(holders("county_leader", city.zone)) == {leader}


def test_holders_cost_one_query(city, hire):
    for number in range(5):
        hire(f"officer{number}", ("county_officer", city.north))
    with CaptureQueriesContext(connection) as captured:
        assert len(holders("county", city.north)) == 5
    assert len(captured) == 1


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("applicant", "party"),
        ("agent", "party"),
        ("county", "north"),
        ("county_leader", "north"),
        ("zone_officer", "north"),
        ("intake", "bureau"),
        ("reviewer", "bureau"),
        ("bureau_leader", "bureau"),
        ("bureau", "bureau"),
        ("seal_keeper", "bureau"),
        ("archive", "bureau"),
        ("printing_office", "bureau"),
        ("finance", "finance"),
        ("finance_leader", "finance"),
        ("expert", "experts"),
    ],
)
def test_a_step_finds_its_organ(city, incubator, role, expected):
    organ = resolve_organ(
        city=city.north.city, role=role, scope="city", county=city.north, party=incubator.organ
    )
    assert organ == (incubator.organ if expected == "party" else getattr(city, expected))


def test_the_printing_office_is_the_office_when_there_is_one(city, found, incubator):
    office = found("zz_office", "office")
    organ = resolve_organ(
        city=office.city, role="printing_office", scope="city", county=None, party=incubator.organ
    )
    assert organ == office


def test_a_named_organ_and_its_successor(city, found, incubator):
    new = found("human_resources", "department", valid_from=date(2019, 1, 1))
    old = found("personnel", "department", valid_to=date(2018, 12, 31), successor=new)
    ask = {
        "city": city.north.city,
        "role": "department",
        "scope": "city",
        "county": None,
        "party": incubator.organ,
    }
    assert resolve_organ(**ask, key="personnel") == new
    assert resolve_organ(**ask, key="nowhere") is None
    assert resolve_organ(**ask) is None
    with clock.at(clock.now().replace(year=2018)):
        assert resolve_organ(**ask, key="personnel") == old
        assert resolve_organ(**ask, key="human_resources") is None


def test_a_chain_of_successors_is_followed_and_a_circle_ends(city, found):
    third = found("third", "department")
    second = found("second", "department", valid_to=date(2020, 1, 1), successor=third)
    first = found("first", "department", valid_to=date(2019, 1, 1), successor=second)
    assert successor_on(first, date(2026, 1, 1)) == third
    assert successor_on(first, date(2019, 1, 1)) == first
    alone = found("alone", "department", valid_to=date(2020, 1, 1))
    alone.successor = alone
    assert successor_on(alone, date(2026, 1, 1)) is None


def test_a_directly_sponsored_applicant_finds_its_department(city, enrol):
    direct = enrol("示例市直孵化器", city.north, direct_sponsor=city.labour)
    organ = resolve_organ(
        city=city.north.city, role="department", scope="city", county=None, party=direct.organ
    )
    assert organ == city.labour


def test_the_applicants_people_stay_away_from_his_case(city, hire, incubator, enrol):
    rival = enrol("示例云帆孵化器", city.north, body="91330402MA28A0001")
    double = hire("double", ("reviewer", city.bureau), ("applicant", incubator.organ))
    agent = hire("agent", ("agent", incubator.organ))
    assert conflict(double, incubator.organ).reason == "应当回避：您是该单位的人员或者代理人"
    assert not conflict(agent, incubator.organ)
    assert conflict(double, rival.organ)


def test_a_declared_relation_bars_until_it_ends(city, hire, incubator):
    cousin = hire("cousin", ("reviewer", city.bureau))
    colleague = hire("colleague", ("reviewer", city.bureau))
    with pytest.raises(RuleError, match="事由"):
        declare_relation(cousin, incubator.organ, ground=" ", by=cousin)
    relation = declare_relation(cousin, incubator.organ, ground="亲属持股", by=cousin)
    assert declare_relation(cousin, incubator.organ, ground="亲属持股", by=cousin) == relation
    assert conflict(cousin, incubator.organ).reason == "应当回避：亲属持股"
    assert conflicted(incubator.organ, [cousin.pk, colleague.pk]) == {cousin.pk}
    end_relation(relation, by=cousin, reason="已转让")
    assert conflict(cousin, incubator.organ)
    verbs = entries(incubator.organ.stream).values_list("verb", flat=True)
    assert list(verbs) == ["applicant_registered", "relation_declared", "relation_ended"]


def test_a_question_of_conflict_costs_one_query(city, hire, incubator):
    users = [hire(f"u{number}", ("reviewer", city.bureau)) for number in range(5)]
    with CaptureQueriesContext(connection) as captured:
        conflict(users[0], incubator.organ)
        conflicted(incubator.organ, [user.pk for user in users])
    assert len(captured) == 2


def test_an_applicant_is_registered_once_in_a_county_of_his_city(city, incubator):
    told = {
        "city": city.north.city,
        "name": "另一家",
        "kind": "enterprise",
        "by": None,
        "legal_representative": "李",
    }
    for credit_code, county, field in (
        (incubator.credit_code, city.north, "credit_code"),
        ("91350100M000100Y44", city.north, "credit_code"),
        ("91350100M000100Y43", city.bureau, "county"),
        ("91350100M000100Y43", city.elsewhere_bureau, "county"),
    ):
        with pytest.raises(RuleError) as refused:
            register_applicant(credit_code=credit_code, county=county, **told)
        assert refused.value.field == field


def test_a_bank_account_does_not_enter_the_journal(city, hire, incubator):
    owner = hire("owner", ("applicant", incubator.organ))
    changed = change_profile(
        incubator, by=owner, bank_account="6222020402001234567", address="示例路1号"
    )
    assert changed.bank_account.endswith("4567")
    change_profile(changed, by=owner, address="示例路1号")
    told = list(entries(incubator.organ.stream).values_list("verb", "data"))[1:]
    assert told == [
        ("appointed", told[0][1]),
        ("profile_changed", {"fields": ["bank_account", "address"]}),
    ]


def test_a_closed_account_holds_nothing_even_while_its_post_is_open(city, hire):
    closed = hire("closed", ("county_officer", city.north))
    closed.is_active = False
    closed.save()
    assert list(holders("county", city.north)) == []
