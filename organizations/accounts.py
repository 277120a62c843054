"""Writes about persons: accounts, posts, declared relations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from jobs.services import enqueue
from journal.services import Actor, record
from organizations.conflicts import RELATION_DECLARED
from organizations.errors import RuleError
from organizations.models import Membership, Organ, Relation, User
from organizations.roles import SEPARATED, Role, may_be_held_at

PEOPLE_STREAM: Final = "system"


def create_account(
    *,
    username: str,
    password: str | None,
    name: str,
    by: Actor | None,
    phone: str = "",
    email: str = "",
    is_demo: bool = False,
) -> User:
    """An account without any right. Raises RuleError (`username`) when the name is taken."""
    with transaction.atomic():
        if User.objects.filter(username=username).exists():
            message = _("用户名“%(name)s”已被使用，请换一个") % {"name": username}
            raise RuleError("username", "taken", message)
        user = User.objects.create_user(
            username, password, name=name, phone=phone, email=email, is_demo=is_demo
        )
        told = {"user": user.pk, "username": username}
        record(PEOPLE_STREAM, "account_created", actor=by, data=told)
    return user


def deactivate(user: User, *, by: Actor | None, reason: str) -> None:
    """Closes an account: no log-in, no position, no right; its posts end today."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        for membership in open_memberships(locked):
            dismiss(membership, by=by, reason=reason)
        told = {"user": user.pk, "reason": reason}
        record(PEOPLE_STREAM, "account_deactivated", actor=by, data=told)
    user.is_active = False


def open_memberships(user: User) -> list[Membership]:
    """The posts that have not ended, with their organs."""
    return list(user.memberships.filter(valid_to__isnull=True).select_related("organ"))


def appoint(
    user: User,
    organ: Organ,
    role: str,
    *,
    by: Actor | None,
    post: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Membership:
    """Gives a person a role at an organ, from `valid_from` (today) to `valid_to` (open), inclusive.

    Raises RuleError when the role cannot be held there, is held already, or would unite two of the
    three management duties in one account.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        begin = valid_from or clock.today()
        _check_appointment(user, organ, Role(role), begin, valid_to)
        membership = Membership.objects.create(
            user=user, organ=organ, role=role, post=post, valid_from=begin, valid_to=valid_to
        )
        told = {"user": user.pk, "role": role, "post": post, "from": begin, "to": valid_to}
        record(organ.stream, "appointed", actor=by, data=told)
    return membership


def _check_appointment(user: User, organ: Organ, role: Role, begin: date, end: date | None) -> None:
    if end is not None and end < begin:
        raise RuleError("valid_to", "period", _("离任日期不能早于任职日期"))
    if not may_be_held_at(role, organ.kind):
        words = {"organ": organ.short_name, "role": role.label}
        message = _("%(organ)s不设“%(role)s”，请选择其他机构或者角色") % words
        raise RuleError("role", "kind", message)
    for held in _overlapping(user, begin, end):
        if held.role == role and held.organ_id == organ.pk:
            raise RuleError("role", "held", _("该用户已担任此职务，无需重复任命"))
        if role in SEPARATED and held.role in SEPARATED:
            message = _(
                "系统管理员、安全管理员、审计管理员三种职责不得由同一账号兼任，请使用另一账号"
            )
            raise RuleError("role", "separated", message)


def _overlapping(user: User, begin: date, end: date | None) -> list[Membership]:
    last = end or date.max
    return [
        held
        for held in user.memberships.all()
        if held.valid_from <= last and (held.valid_to or date.max) >= begin
    ]


def dismiss(
    membership: Membership, *, by: Actor | None, reason: str, on: date | None = None
) -> None:
    """Ends a post: `on` (today) is the first day without the right. The row stays."""
    first_free = on or clock.today()
    with transaction.atomic():
        locked = (
            Membership.objects.select_for_update().select_related("organ").get(pk=membership.pk)
        )
        locked.valid_to = first_free - timedelta(days=1)
        locked.save(update_fields=["valid_to"])
        told = {"user": locked.user_id, "role": locked.role, "reason": reason}
        record(locked.organ.stream, "dismissed", actor=by, data=told)
    membership.valid_to = locked.valid_to


def declare_relation(user: User, organ: Organ, *, ground: str, by: Actor | None) -> Relation:
    """Declares a tie that bars a person from an organ's cases, from today on."""
    if not ground.strip():
        raise RuleError("ground", "required", _("请写明回避事由"))
    with transaction.atomic():
        relation, made = Relation.objects.get_or_create(
            user=user,
            organ=organ,
            valid_to=None,
            defaults={"ground": ground.strip(), "valid_from": clock.today()},
        )
        if made:
            told = {"user": user.pk, "ground": ground.strip()}
            record(organ.stream, "relation_declared", actor=by, data=told)
            enqueue(RELATION_DECLARED, {"user": user.pk, "organ": organ.pk})
    return relation


def end_relation(relation: Relation, *, by: Actor | None, reason: str) -> None:
    """Ends a declared tie; today is the first day without it."""
    with transaction.atomic():
        locked = Relation.objects.select_for_update().select_related("organ").get(pk=relation.pk)
        locked.valid_to = clock.today() - timedelta(days=1)
        locked.save(update_fields=["valid_to"])
        told = {"user": locked.user_id, "reason": reason}
        record(locked.organ.stream, "relation_ended", actor=by, data=told)
