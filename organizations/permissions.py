"""May this person do this here? Memberships and individual grants, answered in one query.

The only module that knows django-guardian.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import BigIntegerField, CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from guardian.models import UserObjectPermission
from guardian.shortcuts import assign_perm, remove_perm

import clock
from journal.services import record
from organizations.models import Membership, Organ, User
from organizations.permission_names import Permission
from organizations.roles import CITY_LEVEL, CITY_WIDE, Role, roles_with

__all__ = [
    "Answer",
    "Permission",
    "Visitor",
    "account_id",
    "can",
    "cities_where",
    "grant",
    "granted_organs",
    "grants_at",
    "withdraw_grant",
]

Visitor = AbstractBaseUser | AnonymousUser
"""Whoever a request brings along."""

_GRANT: Final = "grant"


@dataclass(frozen=True)
class Answer:
    """Yes or no, with the sentence that says why; true in a condition when allowed."""

    allowed: bool
    reason: str

    def __bool__(self) -> bool:
        return self.allowed


def account_id(user: Visitor) -> int | None:
    """The number of an active account that is logged in; None has no right anywhere."""
    if user.is_authenticated and user.is_active and user.pk is not None:
        return int(user.pk)
    return None


def can(user: Visitor, permission: Permission, organ: Organ | None = None) -> Answer:
    """May `user` use `permission` at `organ` (None: at any organ) today? One query.

    A right held at an organ reaches the organs directly below it. The keeping and reading rights of
    the city-level roles (`roles.CITY_WIDE`) reach every organ of the city. The answer is never
    cached: a withdrawn right is gone with the next request.
    """
    account = account_id(user)
    if account is None:
        return Answer(False, _("请先登录"))
    for source, organ_id, city in _sources(account, permission):
        if organ is None or _reaches(source, organ_id, city, permission, organ):
            return Answer(True, _allowed_because(source, permission))
    if organ is None:
        reason = _("您没有“%(right)s”的权限") % {"right": permission.label}
    else:
        words = {"organ": organ.short_name, "right": permission.label}
        reason = _("您在%(organ)s没有“%(right)s”的权限") % words
    return Answer(False, reason)


def cities_where(user: Visitor, permission: Permission) -> frozenset[str]:
    """The cities in which the user has the right at some organ today. One query."""
    account = account_id(user)
    if account is None:
        return frozenset()
    return frozenset(city for _source, _organ, city in _sources(account, permission))


def _sources(account: int, permission: Permission) -> list[tuple[str, str, str]]:
    """(role or `grant`, organ id as text, city) of every membership and grant that carries it."""
    memberships = (
        Membership.objects.valid_on(clock.today())
        .filter(user_id=account, role__in=roles_with(permission))
        .annotate(place=Cast("organ_id", CharField(max_length=255)), town=F("organ__city"))
        .order_by()
        .values_list("role", "place", "town")
    )
    grants = (
        UserObjectPermission.objects.filter(
            user_id=account,
            permission__codename=permission.value,
            permission__content_type__app_label=Organ._meta.app_label,
            permission__content_type__model=Organ._meta.model_name,
        )
        .annotate(
            source=Value(_GRANT, output_field=CharField(max_length=30)),
            place=F("object_pk"),
            town=Subquery(
                Organ.objects.filter(pk=Cast(OuterRef("object_pk"), BigIntegerField())).values(
                    "city"
                )[:1]
            ),
        )
        .order_by()
        .values_list("source", "place", "town")
    )
    return list(memberships.union(grants, all=True))


def _reaches(source: str, organ_id: str, city: str, permission: Permission, organ: Organ) -> bool:
    if organ_id in {str(organ.pk), str(organ.parent_id)}:
        return True
    return source in CITY_LEVEL and permission in CITY_WIDE and city == organ.city


def _allowed_because(source: str, permission: Permission) -> str:
    if source == _GRANT:
        return _("您被单独授予“%(right)s”的权限") % {"right": permission.label}
    words = {"role": Role(source).label, "right": permission.label}
    return _("%(role)s可以：%(right)s") % words


def grant(user: User, permission: Permission, organ: Organ, *, by: User, reason: str) -> None:
    """Gives one person one right at one organ, beyond his posts; journalled with its reason."""
    _exception(user, permission, organ, by=by, reason=reason, verb="right_granted")


def withdraw_grant(
    user: User, permission: Permission, organ: Organ, *, by: User, reason: str
) -> None:
    """Takes an individual right back; rights from posts stay. Withdrawing twice does no harm."""
    _exception(user, permission, organ, by=by, reason=reason, verb="right_withdrawn")


def _exception(
    user: User, permission: Permission, organ: Organ, *, by: User, reason: str, verb: str
) -> None:
    with transaction.atomic():
        act = assign_perm if verb == "right_granted" else remove_perm
        act(permission.value, user, organ)
        told: dict[str, Any] = {
            "user": user.pk,
            "permission": permission.value,
            "reason": reason,
        }
        record(organ.stream, verb, actor=by, data=told)


def granted_organs(user: Visitor, permission: Permission) -> QuerySet[Any, int]:
    """Ids of the organs at which the person was given a right beyond his posts, as a subquery."""
    rows = UserObjectPermission.objects.filter(
        user_id=user.pk,
        permission__codename=permission.value,
        permission__content_type__app_label=Organ._meta.app_label,
        permission__content_type__model=Organ._meta.model_name,
    ).annotate(organ_key=Cast("object_pk", BigIntegerField()))
    found: QuerySet[Any, int] = rows.values_list("organ_key", flat=True)
    return found


def grants_at(organ: Organ) -> list[tuple[int, str]]:
    """(user id, codename) of every individual right at an organ."""
    rows = UserObjectPermission.objects.filter(
        object_pk=str(organ.pk),
        permission__content_type__app_label=Organ._meta.app_label,
        permission__content_type__model=Organ._meta.model_name,
    )
    return list(rows.order_by("user_id").values_list("user_id", "permission__codename"))
