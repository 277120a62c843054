"""Whom an order reaches: the holders of the seat it is about and the leaders of the organ."""

from __future__ import annotations

from django.db.models import Q

import clock
from approvals.reviews.notifications import addressees
from approvals.supervision.models import SupervisionOrder
from organizations.models import Membership, Organ, User
from workflows.models import Task


def addressed(order: SupervisionOrder) -> list[User]:
    """The people who are told; without seat and leader everybody at the organ."""
    found = {person.pk: person for person in leaders(order.organ)}
    for task in _seats(order):
        found.update({person.pk: person for person in addressees(task)})
    return list(found.values()) or _staff(order.organ, Q())


def leaders(organ: Organ) -> list[User]:
    """Leaders of the organ today; one query."""
    return _staff(organ, Q(role__endswith="_leader"))


def _seats(order: SupervisionOrder) -> list[Task]:
    if order.application is None:
        return []
    rows = Task.objects.filter(
        process_id=order.application.process_id, is_open=True, organ=order.organ
    )
    return list(rows.select_related("owner", "organ"))


def _staff(organ: Organ, rule: Q) -> list[User]:
    held = Membership.objects.valid_on(clock.today()).filter(rule, organ=organ).order_by()
    return list(User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("pk"))
