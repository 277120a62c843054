"""Whose cases a person may not see: the other direction of `organizations.conflicts`."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

import clock
from organizations.kinds import Kind
from organizations.models import Membership, Organ, Relation, User


def conflicting_parties(user: User) -> tuple[int, ...]:
    """Organs of applicants the user works for, acts for, or has declared a relation to; one query.

    As in `organizations.conflicts`: the staff of an organ and of those directly below it.
    """
    return tuple(tied_parties(user.pk).order_by("pk").distinct())


def tied_parties(user_id: int) -> QuerySet[Any, int]:
    """The same organs as a subquery for a list of cases."""
    day = clock.today()
    own = Membership.objects.valid_on(day).filter(user_id=user_id).values("organ_id")
    declared = Relation.objects.filter(user_id=user_id, valid_from__lte=day).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )
    parties = Organ.objects.filter(
        Q(pk__in=declared.values("organ_id"))
        | Q(kind=Kind.APPLICANT) & (Q(pk__in=own) | Q(children__in=own))
    )
    return parties.order_by().values_list("pk", flat=True)
