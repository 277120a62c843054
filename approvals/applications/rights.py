"""Who may file and act for an applicant: its members with the role applicant or agent."""

from __future__ import annotations

from django.utils.translation import gettext as _

from approvals.applications.errors import NotAllowedError
from organizations.models import Organ, User
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
