"""Who may file and act for an applicant, and who supervises a case.

For an applicant its members with the role applicant or agent; over a case the city's discipline
officers and the leader of its science bureau.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

import clock
from approvals.applications.errors import NotAllowedError
from organizations.holders import holders
from organizations.kinds import Kind
from organizations.models import Membership, Organ, User
from organizations.permissions import Permission, can
from organizations.positions import positions
from organizations.roles import Role

FILING_ROLES = frozenset({Role.APPLICANT.value, Role.AGENT.value})


def filing_organ_ids(user: User) -> frozenset[int]:
    """Organs this person may file for today; one query."""
    return frozenset(
        position.organ_id for position in positions(user) if position.role in FILING_ROLES
    )


def filing_organs(user: User) -> list[Organ]:
    """The same as rows, by name; two queries."""
    return list(
        Organ.objects.filter(pk__in=filing_organ_ids(user), kind="applicant")
        .select_related("applicant__county")
        .order_by("name", "pk")
    )


def require_member(user: User, organ_id: int) -> None:
    """Raises NotAllowedError unless he may act for this applicant at this moment."""
    if organ_id not in filing_organ_ids(user):
        raise NotAllowedError(_("只有申请单位的经办人或受托代理人可以办理，请联系本单位管理员。"))


def may_supervise(user: User, party: Organ) -> bool:
    """May this person lift a rule for a case of that applicant (C12, C14)? At most two queries."""
    if can(user, Permission.SUPERVISE_CASE, party):
        return True
    leading = Membership.objects.valid_on(clock.today()).filter(
        user=user, role=Role.BUREAU_LEADER, organ__city=party.city
    )
    return leading.exists()


def require_supervisor(user: User, party: Organ) -> None:
    """Raises NotAllowedError unless he supervises the city's cases."""
    if not may_supervise(user, party):
        raise NotAllowedError(_("只有监督人员或者科技局负责人可以批准，请将理由报其办理。"))


def supervisors_of(city: str) -> list[User]:
    """Whom an alarm goes to: discipline officers and bureau leaders of the city; one query."""
    held = Membership.objects.valid_on(clock.today()).filter(
        Q(role=Role.DISCIPLINE) | Q(role=Role.BUREAU_LEADER, organ__kind=Kind.SCIENCE_BUREAU),
        organ__city=city,
    )
    return list(
        User.objects.filter(is_active=True, pk__in=held.order_by().values("user_id")).order_by("pk")
    )


def filers_of(organ: Organ) -> list[User]:
    """The people who file for an applicant; one query."""
    return list(holders(Role.APPLICANT, organ))
