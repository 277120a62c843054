"""Who stands behind a role: the persons who hold it, and the organ a flow's step belongs to."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Final, cast

from django.db.models import CharField, DateField, Q, QuerySet

import clock
from organizations.kinds import Kind
from organizations.models import Applicant, Membership, Organ, User
from organizations.roles import roles_acting_as
from prepared import Given, Reading

_SUCCESSIONS: Final = 10
"""A longer chain of successors is a circle."""

_KIND_OF_ROLE: Final[dict[str, tuple[Kind, ...]]] = {
    "bureau": (Kind.SCIENCE_BUREAU,),
    "intake": (Kind.SCIENCE_BUREAU,),
    "reviewer": (Kind.SCIENCE_BUREAU,),
    "bureau_leader": (Kind.SCIENCE_BUREAU,),
    "seal_keeper": (Kind.SCIENCE_BUREAU,),
    "archive": (Kind.SCIENCE_BUREAU,),
    "printing_office": (Kind.OFFICE, Kind.SCIENCE_BUREAU),
    "finance": (Kind.FINANCE_BUREAU,),
    "finance_officer": (Kind.FINANCE_BUREAU,),
    "finance_leader": (Kind.FINANCE_BUREAU,),
    "expert": (Kind.EXPERT_POOL,),
}
"""The kinds of city organ a role belongs to, the preferred one first."""

_COUNTY_ROLES: Final = frozenset(
    {"county", "county_officer", "county_leader", "zone", "zone_officer", "division_officer"}
)
_APPLICANT_ROLES: Final = frozenset({"applicant", "agent"})
_DEPARTMENT_ROLES: Final = frozenset({"department", "department_officer", "department_leader"})


def holders(role: str, organ: Organ) -> QuerySet[User]:
    """The active users who may act as `role` at `organ` today: `holders("county", organ)` gives its
    county officers and leaders and its zone officers."""
    held = (
        Membership.objects.valid_on(clock.today())
        .filter(organ=organ, role__in=roles_acting_as(role))
        .order_by()
    )
    return User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("pk")


def organs_valid_on(city: str, day: date) -> QuerySet[Organ]:
    """The city's organs that exist on a day, by key."""
    return Organ.objects.valid_on(day).filter(city=city).order_by("key")


def successor_on(organ: Organ, day: date) -> Organ | None:
    """The organ that stands in for `organ` on a day: itself while it exists, else its successor,
    or that one's; None when nobody took over or nobody exists yet."""
    current: Organ | None = organ
    for _step in range(_SUCCESSIONS):
        if current is None or current.is_valid_on(day):
            return current
        current = current.successor
    return None


def resolve_organ(
    *,
    city: str,
    role: str,
    scope: str,
    county: Organ | None,
    party: Organ,
    key: str | None = None,
) -> Organ | None:
    """The organ that holds a step of a case, or None when there is none (the caller says so).

    `key` (a pack's organ key) comes first; then the role decides; a role that names no organ
    follows the lane's `scope`: `county` is the case's county or zone, `city` the science bureau.
    An organ that has ended is replaced by its successor of today.
    """
    day = clock.today()
    if key:
        named = Organ.objects.filter(city=city, key=key).select_related("successor").first()
        return None if named is None else successor_on(named, day)
    if role in _APPLICANT_ROLES:
        return party
    if role in _COUNTY_ROLES:
        return None if county is None else successor_on(county, day)
    if role in _DEPARTMENT_ROLES:
        return _sponsor(party, day)
    if role in _KIND_OF_ROLE:
        return _of_kind(city, _KIND_OF_ROLE[role], day)
    if scope == "county":
        return None if county is None else successor_on(county, day)
    return _of_kind(city, (Kind.SCIENCE_BUREAU,), day)


@lru_cache(maxsize=32)
def _of_kinds(kinds: tuple[Kind, ...]) -> Reading[Organ]:
    city, day = cast(Any, Given("city", CharField())), cast(Any, Given("day", DateField()))
    return Reading(lambda: organs_valid_on(city, day).filter(kind__in=kinds))


def _of_kind(city: str, kinds: tuple[Kind, ...], day: date) -> Organ | None:
    found = _of_kinds(kinds).run(city=city, day=day)
    by_preference = sorted(found, key=lambda organ: kinds.index(Kind(organ.kind)))
    return by_preference[0] if by_preference else None


def _sponsor(party: Organ, day: date) -> Organ | None:
    """The department that sponsors a municipal-direct applicant (route R-DIRECT)."""
    applicant = (
        Applicant.objects.filter(~Q(direct_sponsor=None), organ=party)
        .select_related("direct_sponsor__successor")
        .first()
    )
    if applicant is None or applicant.direct_sponsor is None:
        return None
    return successor_on(applicant.direct_sponsor, day)
