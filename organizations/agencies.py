"""代理: who stands in for whom, from when to when (semantics C5).

An agent acts with his principal's posts, not with his own; what he does is recorded "B for A". He
passes the same checks of conflict and duty as his principal, and his principal's too; that is asked
at the act (`workflows.directory`). An agency is not passed on: an agent's agent has nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

import clock
from journal.services import record
from organizations.errors import RuleError
from organizations.kinds import Kind
from organizations.models import Agency, Membership, User
from organizations.positions import Position
from organizations.roles import Role, acting_roles

STREAM: Final = "system"
PERSONAL: Final = frozenset({Role.EXPERT.value})
"""Duties that nobody does for another: an expert judges himself."""
_NOT_DEPUTED: Final = PERSONAL | {Role.APPLICANT.value, Role.AGENT.value}


def name_agent(
    principal: User,
    agent: User,
    *,
    valid_from: date,
    valid_to: date,
    reason: str,
    scope: str = "",
    by: User,
) -> Agency:
    """Names a colleague as agent; journalled. Raises RuleError naming the field."""
    _check(principal, agent, valid_from, valid_to, reason, scope)
    with transaction.atomic():
        agency = Agency.objects.create(
            principal=principal,
            agent=agent,
            scope=scope,
            valid_from=valid_from,
            valid_to=valid_to,
            reason=reason.strip(),
        )
        told = {
            "agency": agency.pk,
            "principal": principal.pk,
            "agent": agent.pk,
            "scope": scope,
            "from": valid_from.isoformat(),
            "to": valid_to.isoformat(),
            "reason": reason.strip(),
        }
        record(STREAM, "agent_named", actor=by, data=told)
    return agency


def end_agency(agency: Agency, *, by: User) -> Agency:
    """Its last day is yesterday: nothing is done by it from now on. Twice changes nothing."""
    with transaction.atomic():
        locked = Agency.objects.select_for_update().get(pk=agency.pk)
        last = clock.today() - timedelta(days=1)
        if locked.valid_to <= last:
            return locked
        locked.valid_to = last
        locked.save(update_fields=["valid_to"])
        record(STREAM, "agency_ended", actor=by, data={"agency": agency.pk})
    return locked


def agencies_given(principal: User) -> list[Agency]:
    """The agencies of one person that have not ended, with the agents; one query."""
    found = Agency.objects.filter(principal=principal, valid_to__gte=clock.today())
    return list(found.select_related("agent"))


def agencies_held(agent: User) -> list[Agency]:
    """For whom one may act today, with the principals; one query."""
    found = Agency.objects.valid_on(clock.today()).filter(agent=agent)
    return list(found.select_related("principal").order_by("pk"))


def positions_by_agency(agent: User) -> tuple[Position, ...]:
    """The positions of his principals for which he is agent today; one query.

    Not part of `positions`: an agency is for acting on tasks, it opens no registers and no pages.
    """
    return positions_of(agent_scopes(agent))


def agent_scopes(agent: User) -> dict[int, frozenset[str]]:
    """Principal's number → the scopes (roles, or "" for all) of today; one query."""
    held = Agency.objects.valid_on(clock.today()).filter(agent=agent, agent__is_active=True)
    scopes: dict[int, frozenset[str]] = {}
    for principal, scope in held.values_list("principal_id", "scope"):
        scopes[principal] = scopes.get(principal, frozenset()) | {scope}
    return scopes


def positions_of(scopes: dict[int, frozenset[str]]) -> tuple[Position, ...]:
    """What these principals hold today, as far as their agencies reach; one query."""
    if not scopes:
        return ()
    held = Membership.objects.valid_on(clock.today()).filter(
        user_id__in=scopes, user__is_active=True
    )
    rows = held.order_by("id").values_list("role", "organ_id", "user_id")
    return tuple(
        Position(role, organ, acting_roles(role), principal)
        for role, organ, principal in rows
        if role not in _NOT_DEPUTED and scopes[principal] & {"", role}
    )


def possible_agents(principal: User) -> QuerySet[User]:
    """Active colleagues with a post at an organ where the principal has one."""
    day = clock.today()
    organs = _offices(principal).values("organ_id")
    post = Membership.objects.valid_on(day).filter(user=OuterRef("pk"), organ_id__in=organs)
    colleagues = User.objects.filter(Exists(post), is_active=True)
    return colleagues.exclude(pk=principal.pk).order_by("name", "pk")


def deputable_roles(principal: User) -> list[str]:
    """The roles he can give to an agent, without repetition; one query."""
    held: Iterable[str] = _offices(principal).order_by("id").values_list("role", flat=True)
    return list(dict.fromkeys(held))


def _offices(person: User) -> QuerySet[Membership]:
    """His posts at organs that are no applicants; those that can be deputed."""
    held = Membership.objects.valid_on(clock.today()).filter(user=person)
    return held.exclude(organ__kind=Kind.APPLICANT).exclude(role__in=_NOT_DEPUTED)


def _check(
    principal: User, agent: User, valid_from: date, valid_to: date, reason: str, scope: str
) -> None:
    if not reason.strip():
        raise RuleError("reason", "missing", _("请写明代理事由，例如出差、休假"))
    if valid_to < valid_from:
        raise RuleError("valid_to", "order", _("结束日期不能早于开始日期"))
    if valid_to < clock.today():
        raise RuleError("valid_to", "past", _("结束日期已过，请选择今天或者以后的日期"))
    if scope and scope not in deputable_roles(principal):
        raise RuleError("scope", "not_held", _("您没有这个岗位，或者该岗位不得代理"))
    if not possible_agents(principal).filter(pk=agent.pk).exists():
        message = _("代理人须为同一机构的在岗人员，请从名单中选择")
        raise RuleError("agent", "elsewhere", message)
