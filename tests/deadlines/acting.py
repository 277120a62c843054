"""Acts on a case's clock, as persons call them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

import clock
from approvals.applications.models import Application
from approvals.deadlines import facts, services
from organizations.models import Membership, User
from tests.people import Town, key
from workflows.errors import WrongState

MONDAY = datetime(2026, 10, 12, 10, 0, tzinfo=clock.BEIJING)
"""Accepted on this day; 20 working days later is 2026-11-09."""
TUESDAY = MONDAY + timedelta(days=1)


def accepted_on_monday(town: Town) -> Application:
    """Accepted on Monday, now before the departments; the reviewer handles it later on."""
    with clock.at(MONDAY):
        found = town.filed("recognition")
        town.played_to(found, "department_opinion")
    found.refresh_from_db()
    return found


def hearing(case: Application, actor: User, *, with_key: str = "", version: int = 1, **changes):
    said = {
        "procedure": "hearing",
        "starts_on": date(2026, 10, 14),
        "expected_on": date(2026, 10, 20),
        "reason": "利害关系人申请听证",
    }
    return services.special_procedure(
        case.pk, actor=actor, key=with_key or key(), expected_version=version, **{**said, **changes}
    )


def suspended(case: Application, actor: User, **changes):
    said = {"reason": "等待司法机关认定", "legal_basis": "示例办法第二十一条"}
    return services.suspend(
        case.pk, actor=actor, key=key(), expected_version=1, **{**said, **changes}
    )


def proposed(case: Application, actor: User, *, days: int = 10, reason: str = "案情复杂"):
    return services.propose_extension(
        case.pk, actor=actor, key=key(), expected_version=1, reason=reason, days=days
    )


def confirmed(case: Application, actor: User, *, approve: bool = True, reason: str = ""):
    return services.confirm_extension(
        case.pk, actor=actor, key=key(), expected_version=1, approve=approve, reason=reason
    )


def holds(case: Application) -> None:
    case.refresh_from_db()
    found = facts.case_clock(case).reckon()
    assert (case.due_on, case.due_provisional) == (found.due, found.provisional)


def second_leader(town: Town) -> User:
    """A leader of the bureau who has handled nothing."""
    person = User.objects.create(username="jx_second_leader", name="副局长")
    Membership.objects.create(
        user=person,
        organ=town.user("bureau_leader").memberships.first().organ,
        role="bureau_leader",
        valid_from=date(2020, 1, 1),
    )
    return person


def refused(code: str):
    return pytest.raises(WrongState, check=lambda refusal: refusal.code == code)
