"""Who may sit in a meeting of an organ, chair it, or keep its minutes."""

from __future__ import annotations

from django.db.models import Q, QuerySet

import clock
from organizations.models import Membership, Organ, User
from organizations.permissions import Permission
from organizations.roles import SEPARATED, Role, roles_with

_OUTSIDE = frozenset({Role.EXPERT, Role.APPLICANT, Role.AGENT, Role.FLOW_ADMIN, *SEPARATED})
"""Outsiders, and the administrators, who have nothing to do with cases."""
CHAIRS = roles_with(Permission.SIGN_DECISION)
"""Roles whose holders may chair: what the meeting decides is carried out in the chair's seat."""


def people_of(organ: Organ) -> list[User]:
    """The organ's active people and those of its own offices (办公室), by name; one query."""
    held = _posts(organ).exclude(role__in=_OUTSIDE)
    found = User.objects.filter(is_active=True, pk__in=held.order_by().values("user_id"))
    return list(found.order_by("name", "pk"))


def chairs_of(organ: Organ) -> list[User]:
    """Who may chair: leaders of the organ itself, by name; one query."""
    held = _posts(organ).filter(organ=organ, role__in=CHAIRS)
    found = User.objects.filter(is_active=True, pk__in=held.order_by().values("user_id"))
    return list(found.order_by("name", "pk"))


def _posts(organ: Organ) -> QuerySet[Membership]:
    there = Q(organ=organ) | Q(organ__parent=organ)
    return Membership.objects.valid_on(clock.today()).filter(there)
