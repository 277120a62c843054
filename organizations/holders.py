"""Who stands behind a role: the persons who hold it, and the organ a flow's step belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, Final, Protocol, TypeVar, cast

from django.db.models import CharField, DateField, Q, QuerySet

import clock
from organizations.kinds import Kind
from organizations.models import Applicant, Membership, Organ, User
from organizations.roles import roles_acting_as
from prepared import Given, Reading


class OfKind(Protocol):
    """An organ as far as choosing needs it."""

    @property
    def kind(self) -> str: ...


_K = TypeVar("_K", bound=OfKind)

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

CITY_KINDS: Final = frozenset(kind for kinds in _KIND_OF_ROLE.values() for kind in kinds)
"""The kinds of organ a city has for everybody: which one holds a step depends on its role alone."""

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
    if kinds := kinds_for(role, scope):
        return preferred(kinds, _of_kinds(kinds).run(city=city, day=day))
    if role in _APPLICANT_ROLES:
        return party
    if role in _DEPARTMENT_ROLES:
        return _sponsor(party, day)
    return None if county is None else successor_on(county, day)


def kinds_for(role: str, scope: str) -> tuple[Kind, ...]:
    """The kinds of city organ that hold such a step, the preferred one first; none when it depends
    on the case: its applicant, sponsor or county."""
    if role in _APPLICANT_ROLES | _DEPARTMENT_ROLES | _COUNTY_ROLES:
        return ()
    by_scope = () if scope == "county" else (Kind.SCIENCE_BUREAU,)
    return _KIND_OF_ROLE.get(role, by_scope)


def preferred(kinds: tuple[Kind, ...], organs: Iterable[_K]) -> _K | None:
    """Of a city's organs of today, by key, the first of the most preferred kind."""
    found = [organ for organ in organs if organ.kind in kinds]
    return min(found, key=lambda organ: kinds.index(Kind(organ.kind)), default=None)


@lru_cache(maxsize=32)
def _of_kinds(kinds: tuple[Kind, ...]) -> Reading[Organ]:
    city, day = cast(Any, Given("city", CharField())), cast(Any, Given("day", DateField()))
    return Reading(lambda: organs_valid_on(city, day).filter(kind__in=kinds))


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
