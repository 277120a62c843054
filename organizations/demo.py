"""The demonstration's accounts, shown at the doors when DEMO_MODE is on (never otherwise)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

import clock
from organizations.doors import Door, door_of
from organizations.models import Membership
from organizations.roles import Role
from organizations.yaml_lines import YamlError, load_with_lines

MOST_ROWS = 400
A_ROLE = 2
"""How many accounts of one role of one city are listed; the rest is in `demo_accounts --json`."""


@dataclass(frozen=True)
class DemoAccount:
    """One account a visitor of the demonstration may use."""

    username: str
    name: str
    role: str
    organ: str
    city: str


def demo_accounts(doors: frozenset[Door]) -> list[DemoAccount]:
    """A few demo accounts of each role that enters by one of the doors, by city; none outside
    DEMO_MODE. One query."""
    if not settings.DEMO_MODE:
        return []
    roles = [role.value for role in Role if door_of(role) in doors]
    held = (
        Membership.objects.valid_on(clock.today())
        .filter(user__is_demo=True, user__is_active=True, role__in=roles)
        .select_related("user", "organ")
        .order_by("organ__city", "role", "pk")
    )
    shown: dict[tuple[str, str], list[Membership]] = {}
    for membership in held[:MOST_ROWS]:
        group = shown.setdefault((membership.organ.city, membership.role), [])
        if len(group) < A_ROLE:
            group.append(membership)
    return [_account(membership) for group in shown.values() for membership in group]


def _account(membership: Membership) -> DemoAccount:
    return DemoAccount(
        username=membership.user.username,
        name=membership.user.name,
        role=str(Role(membership.role).label),
        organ=membership.organ.name,
        city=membership.organ.city,
    )


def demo_password() -> str:
    """The common password of the demonstration (`password` in policies/demo.yaml), or empty."""
    if not settings.DEMO_MODE:
        return ""
    try:
        data, _lines = load_with_lines(settings.POLICIES_DIR / "demo.yaml")
    except (OSError, YamlError):
        return ""
    return str(data.get("password", "")) if isinstance(data, dict) else ""
