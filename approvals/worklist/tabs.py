"""The views of the queue: all my posts, mine, one office each, and what I have done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.applications.rights import FILING_ROLES
from approvals.applications.selectors import PAPER_ROLES
from organizations.agencies import positions_by_agency
from organizations.models import Organ, User
from organizations.positions import Position
from organizations.roles import Role
from workflows import queue
from workflows.queue import Scope

ALL, MINE, DONE = "all", "mine", "done"
_WITHOUT_SEATS = (
    FILING_ROLES
    | PAPER_ROLES
    | {"discipline", "flow_admin", "system_admin", "security_admin", "audit_admin"}
)
"""Roles for which no diagram makes an office's seat: no tab of their own."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One view: its key in the address, its words, whose tasks (None: those already done)."""

    key: str
    label: str
    scope: Scope | None


def tabs_of(held: Sequence[Position], user: User) -> list[Tab]:
    """Every view of this person; three queries (what is hidden, names of organs, agencies)."""
    whole = queue.whole_scope(held, user)
    offices = [position for position in held if position.role not in _WITHOUT_SEATS]
    names = _names(offices)
    tabs = [Tab(ALL, _("全部岗位"), whole), Tab(MINE, _("我承办的"), queue.own_scope(whole))]
    for position in offices:
        label = _("%(organ)s · %(role)s") % {
            "organ": names.get(position.organ_id, ""),
            "role": Role(position.role).label,
        }
        key = f"office:{position.role}:{position.organ_id}"
        tabs.append(Tab(key, label, queue.office_scope(whole, position)))
    return [*tabs, *_agencies(user, whole), Tab(DONE, _("我办结的"), None)]


def _agencies(user: User, whole: Scope) -> list[Tab]:
    """代理: one view a principal; one query when there is none."""
    found: dict[int, list[Position]] = {}
    for position in positions_by_agency(user):
        found.setdefault(position.principal_id or 0, []).append(position)
    names = dict(User.objects.filter(pk__in=found).values_list("pk", "name")) if found else {}
    return [
        Tab(
            f"agent:{principal}",
            _("代理：%s") % names.get(principal, ""),
            queue.agent_scope(whole, principal, held),
        )
        for principal, held in found.items()
    ]


def _names(offices: Sequence[Position]) -> dict[int, str]:
    organs = Organ.objects.filter(pk__in={position.organ_id for position in offices})
    return {organ.pk: organ.short_name or organ.name for organ in organs} if offices else {}


def chosen(tabs: Sequence[Tab], key: str) -> Tab:
    """The view of this key; one that is not this person's is the first."""
    return next((tab for tab in tabs if tab.key == key), tabs[0])
