"""Who knows of which order, and who may do what with it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.applications.rights import FILING_ROLES
from approvals.applications.selectors import readable_by
from approvals.supervision.models import ReviewFlag, SupervisionOrder
from organizations.models import User
from organizations.permissions import Permission, cities_where
from organizations.positions import positions
from workflows.errors import NotVisible


def visible_orders(user: User) -> QuerySet[SupervisionOrder]:
    """The orders of the cities he supervises and those addressed to his organs; about a case only
    while he reads that case (回避). Two queries to build."""
    held = positions(user)
    organs = [one.organ_id for one in held if one.role not in FILING_ROLES]
    mine = Q(city__in=cities_where(user, Permission.SUPERVISE_CASE)) | Q(organ__in=organs)
    readable = readable_by(user, held).filter(pk=OuterRef("application_id")).order_by()
    return SupervisionOrder.objects.filter(mine, Q(application=None) | Exists(readable))


def visible_flags(user: User) -> QuerySet[ReviewFlag]:
    """Flags of cases he reads in the cities he supervises."""
    cities = cities_where(user, Permission.SUPERVISE_CASE)
    readable = readable_by(user).filter(pk=OuterRef("application_id")).order_by()
    return ReviewFlag.objects.filter(Exists(readable), application__city__in=cities)


def order_for(user: User, pk: int) -> SupervisionOrder:
    """Raises NotVisible for whoever may not know of it."""
    found = (
        visible_orders(user)
        .select_related("organ", "application__applicant", "application__program", "issuer")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def may_close(user: User, order: SupervisionOrder) -> bool:
    """The issuer, as long as he supervises; of an automatic order whoever supervises the city."""
    supervises = order.city in cities_where(user, Permission.SUPERVISE_CASE)
    return supervises and order.issuer_id in (None, user.pk)


def may_reply(user: User, order: SupervisionOrder) -> bool:
    """Everybody who holds a post at the addressee today."""
    return any(
        held.organ_id == order.organ_id and held.role not in FILING_ROLES
        for held in positions(user)
    )
