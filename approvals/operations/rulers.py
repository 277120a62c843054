"""Who rules on a recusal (semantics C13): leaders of the bureau that decides the case, or of its
county, who have no tie of their own and were not recused from it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from approvals.applications.models import Application
from approvals.applications.selectors import kept_away, kept_from
from organizations.holders import holders, resolve_organ
from organizations.models import Organ, User
from organizations.positions import Position, positions

BUREAU, COUNTY = "bureau_leader", "county_leader"


def may_rule(user: User, application: Application) -> bool:
    """One of the leaders, whom nothing keeps from the case."""
    if user.pk in kept_away(application, [user.pk]):
        return False
    return any(people.filter(pk=user.pk).exists() for people in _leaders(application))


def rulers_of(application: Application) -> list[User]:
    """Who is told that a request waits."""
    found = {person.pk: person for people in _leaders(application) for person in people}
    away = kept_away(application, found)
    return [person for pk, person in found.items() if pk not in away]


def ruled_by(
    user: User, held: tuple[Position, ...] | None = None
) -> QuerySet[Application, Application]:
    """The cases on whose recusals this person rules today, also those he does not read yet;
    unevaluated. For `notifications.sight`: none for who leads nothing."""
    held = positions(user) if held is None else held
    bureaus = [one.organ_id for one in held if BUREAU in one.acting]
    counties = [one.organ_id for one in held if COUNTY in one.acting]
    if not bureaus and not counties:
        return Application.objects.none()
    led = Q(county__in=counties)
    if bureaus:
        led |= Q(city__in=Organ.objects.filter(pk__in=bureaus).values("city"))
    return Application.objects.filter(led & ~kept_from(user))


def bureau_of(application: Application) -> Organ | None:
    """The bureau that decides the case."""
    return resolve_organ(
        city=application.city,
        role=BUREAU,
        scope="city",
        county=application.county,
        party=application.applicant,
    )


def _leaders(application: Application) -> list[QuerySet[User, User]]:
    offices = [(BUREAU, bureau_of(application)), (COUNTY, application.county)]
    return [holders(role, organ) for role, organ in offices if organ is not None]
