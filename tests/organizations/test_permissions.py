"""Who may do what, where, and why; every right is gone the moment it is withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

import clock
from journal.selectors import entries
from organizations.accounts import deactivate, dismiss
from organizations.permissions import (
    Permission,
    can,
    cities_where,
    grant,
    grants_at,
    withdraw_grant,
)
from organizations.positions import positions
from organizations.roles import ROLE_PERMISSIONS, SENTENCES, SEPARATED, Role, acting_roles

CASE_RIGHTS = {
    Permission.FILE_APPLICATION,
    Permission.REVIEW_APPLICATION,
    Permission.RECOMMEND_APPLICATION,
    Permission.ACCEPT_APPLICATION,
    Permission.GIVE_OPINION,
    Permission.SCORE_APPLICATION,
    Permission.PROPOSE_DECISION,
    Permission.SIGN_DECISION,
    Permission.REVIEW_FUNDS,
    Permission.CONFIRM_PAYMENT,
}

pytestmark = pytest.mark.django_db


def test_every_role_has_a_row_and_a_sentence():
    assert set(ROLE_PERMISSIONS) == set(SENTENCES) == set(Role)
    assert all(str(role.sentence).endswith("。") for role in Role)
    assert all(permission.label for permission in Permission)


def test_no_administrator_has_a_right_in_a_case():
    for role in (*SEPARATED, Role.FLOW_ADMIN, Role.DISCIPLINE):
        assert not ROLE_PERMISSIONS[role] & CASE_RIGHTS


def test_the_three_management_duties_share_no_managing_right():
    shared = [ROLE_PERMISSIONS[role] - {Permission.READ_ADMINISTRATION} for role in SEPARATED]
    assert sum(len(rights) for rights in shared) == len(frozenset().union(*shared))


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("zone_officer", {"zone_officer", "zone", "county", "county_officer"}),
        ("county_officer", {"county_officer", "county"}),
        ("county_leader", {"county_leader", "county"}),
        ("department_leader", {"department_leader", "department"}),
        ("intake", {"intake", "bureau"}),
        ("finance_officer", {"finance_officer", "finance"}),
        ("agent", {"agent", "applicant"}),
        ("expert", {"expert"}),
        ("bureau", {"bureau"}),
    ],
)
def test_a_role_acts_for_its_lanes(role, names):
    assert acting_roles(role) == names


def test_a_county_officer_may_recommend_in_his_county_only(city, hire):
    north = hire("north_officer", ("county_officer", city.north))
    answer = can(north, Permission.RECOMMEND_APPLICATION, city.north)
    assert answer
    assert answer.reason == "县（市、区）经办人可以：代表县（市、区）推荐申请"
    refused = can(north, Permission.RECOMMEND_APPLICATION, city.south)
    assert not refused
    assert refused.reason == "您在south没有“代表县（市、区）推荐申请”的权限"
    assert not can(north, Permission.SIGN_DECISION)


def test_a_right_reaches_the_organs_directly_below(city, hire, found):
    office = found("office", "office", parent=city.bureau)
    leader = hire("leader", ("bureau_leader", city.bureau))
    assert can(leader, Permission.SIGN_DECISION, office)


def test_deciding_rights_of_the_bureau_do_not_reach_the_counties(city, hire):
    reviewer = hire("reviewer", ("reviewer", city.bureau))
    assert not can(reviewer, Permission.REVIEW_APPLICATION, city.north)
    assert can(reviewer, Permission.READ_REGISTER, city.north)


def test_the_printing_office_prints_for_every_organ_of_its_city_and_no_other(city, hire, found):
    office = found("office", "office")
    printer = hire("printer", ("printing_office", office))
    assert can(printer, Permission.PRINT_DOCUMENT, city.bureau)
    assert can(printer, Permission.PRINT_DOCUMENT, city.finance)
    assert not can(printer, Permission.PRINT_DOCUMENT, city.elsewhere_bureau)


def test_strangers_and_closed_accounts_may_do_nothing(city, hire):
    assert can(AnonymousUser(), Permission.FILE_APPLICATION).reason == "请先登录"
    leaver = hire("leaver", ("reviewer", city.bureau))
    deactivate(leaver, by=None, reason="调离")
    assert not can(leaver, Permission.REVIEW_APPLICATION)
    assert positions(leaver) == ()
    assert positions(AnonymousUser()) == ()
    assert cities_where(leaver, Permission.READ_REGISTER) == frozenset()


def test_a_superuser_has_no_right_in_a_case(city, hire):
    admin = hire("admin")
    admin.is_superuser = True
    admin.save()
    assert not any(can(admin, permission) for permission in Permission)


def test_a_post_gives_rights_from_its_first_to_its_last_day(city, hire):
    officer = hire("officer", ("county_officer", city.north))
    post = officer.memberships.get()
    post.valid_from, post.valid_to = clock.today(), clock.today() + timedelta(days=2)
    post.save()
    expected = {-1: False, 0: True, 2: True, 3: False}
    for days, allowed in expected.items():
        with clock.at(clock.now() + timedelta(days=days)):
            assert bool(can(officer, Permission.REVIEW_APPLICATION, city.north)) is allowed
            assert bool(positions(officer)) is allowed


def test_the_day_turns_in_beijing(city, hire):
    officer = hire("officer", ("county_officer", city.north))
    officer.memberships.update(valid_from="2026-01-01")
    with clock.at(datetime.fromisoformat("2025-12-31T16:00:00+00:00")):
        assert positions(officer)
    with clock.at(datetime.fromisoformat("2025-12-31T15:59:59+00:00")):
        assert not positions(officer)


def test_a_dismissed_officer_loses_his_rights_at_once(city, hire):
    officer = hire("officer", ("county_officer", city.north))
    dismiss(officer.memberships.get(), by=None, reason="调离")
    assert not can(officer, Permission.REVIEW_APPLICATION, city.north)
    assert entries(city.north.stream).last().data["reason"] == "调离"


def test_an_individual_right_is_granted_and_withdrawn_with_its_reason(city, hire):
    security = hire("security", ("security_admin", city.hall))
    auditor = hire("auditor")
    grant(auditor, Permission.READ_REGISTER, city.bureau, by=security, reason="专项检查")
    answer = can(auditor, Permission.READ_REGISTER, city.bureau)
    assert (answer.allowed, answer.reason) == (True, "您被单独授予“查阅发文登记簿”的权限")
    assert not can(auditor, Permission.READ_REGISTER, city.finance)
    assert not can(auditor, Permission.KEEP_SEAL, city.bureau)
    assert cities_where(auditor, Permission.READ_REGISTER) == {city.bureau.city}
    assert grants_at(city.bureau) == [(auditor.pk, "read_register")]

    for _twice in range(2):
        withdraw_grant(auditor, Permission.READ_REGISTER, city.bureau, by=security, reason="结束")
    assert not can(auditor, Permission.READ_REGISTER, city.bureau)
    verbs = list(entries(city.bureau.stream).values_list("verb", "actor_id"))
    assert ("right_granted", security.pk) in verbs
    assert ("right_withdrawn", security.pk) in verbs


def test_an_answer_costs_one_query_however_many_posts_and_grants_there_are(city, hire, found):
    officer = hire("officer", ("county_officer", city.north), ("agent", found("a", "applicant")))
    for number in range(20):
        organ = found(f"d{number}", "department")
        grant(officer, Permission.READ_REGISTER, organ, by=officer, reason="检查")
    for ask in (
        lambda: can(officer, Permission.READ_REGISTER, city.bureau),
        lambda: positions(officer),
        lambda: cities_where(officer, Permission.READ_REGISTER),
    ):
        with CaptureQueriesContext(connection) as captured:
            ask()
        assert len(captured) == 1
