"""The way into every act on a clock: lock, idempotency, sight, right, version, state; in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from approvals.applications import acts
from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.applications.services.sight import locked_in_sight, require_version
from approvals.deadlines import facts
from approvals.deadlines.statutory import Kind
from organizations.holders import resolve_organ
from organizations.models import User
from organizations.permissions import Permission, can
from organizations.positions import positions
from organizations.roles import Role
from workflows.errors import NotAllowed, WrongState

REASON_LENGTH = 500
HANDLE = Permission.PROPOSE_DECISION
"""Who handles the case at the deciding organ may stop its clock or propose an extension."""
APPROVE = Permission.SIGN_DECISION
"""Its leader approves an extension (行政许可法 art. 42)."""


def may(user: User, application: Application, right: Permission) -> bool:
    """Has the person this right at the organ that decides the case?"""
    organ = resolve_organ(
        city=application.city,
        role=Role.BUREAU_LEADER.value,
        scope="city",
        county=application.county,
        party=application.applicant,
    )
    return organ is not None and bool(can(user, right, organ))


def entered(
    application_pk: int,
    *,
    actor: User,
    key: str,
    verb: str,
    payload: Mapping[str, Any],
    expected_version: int,
    right: Permission,
) -> tuple[Application, bool]:
    """The locked case, and whether this very act was done before under this key.

    Raises NotVisible 404, KeyReusedError 409, NotAllowed 403, Stale 409, WrongState 422.
    """
    case = locked_in_sight(application_pk, actor)
    told = {**payload, "actor": actor.pk}
    if acts.already_done(case, key, verb, told):
        return case, True
    if any(held.role in FILING_ROLES for held in positions(actor)) or not may(actor, case, right):
        raise NotAllowed(_("只有本办件决定机关的承办人员可以办理期限事项。"))
    require_version(case, expected_version)
    require_running(case)
    acts.remember(case, key, verb, told)
    return case, False


def require_running(case: Application) -> None:
    """Accepted, not decided, not closed."""
    if case.accepted_at is None:
        raise WrongState(_("申请尚未受理，决定期限还没有开始计算。"), code="not_accepted")
    decided = any(event.kind is Kind.ENDED for event in facts.events_of(case))
    if case.is_closed or decided:
        raise WrongState(_("本办件已作出决定或已办结，期限不再变动。"), code="decided")


def cleaned(reason: str) -> str:
    """The reason as it is kept; an empty one is refused."""
    words = reason.replace("\x00", "").strip()[:REASON_LENGTH]
    if not words:
        raise WrongState(_("请写明理由，理由将告知申请人。"), code="reason_missing")
    return words
