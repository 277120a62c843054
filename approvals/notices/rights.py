"""Who may read which paper, who may have a proof of service made, who may write a template."""

from __future__ import annotations

from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.notices.kinds import APPLICANT, OFFICES, all_kinds
from approvals.notices.models import Paper
from organizations.models import User
from organizations.permissions import Permission, can
from organizations.positions import Position
from organizations.roles import Role

SERVING = (
    Permission.PRINT_DOCUMENT,
    Permission.ACCEPT_APPLICATION,
    Permission.PROPOSE_DECISION,
)
"""Who hands papers over: the print room, the counter, the office that handles the case."""
_NO_OFFICE = FILING_ROLES | {Role.EXPERT.value}
"""An expert sees what his seat shows him, never the file."""


def reader_of(case: Application, held: tuple[Position, ...]) -> str:
    """As whom a person who may read the case reads its papers; "" for an expert."""
    if any(one.role in FILING_ROLES and one.organ_id == case.applicant_id for one in held):
        return APPLICANT
    return OFFICES if any(one.role not in _NO_OFFICE for one in held) else ""


def may_read(paper: Paper, reader: str) -> bool:
    """Is this kind of paper for this reader?"""
    return reader in all_kinds()[paper.kind].readers


def may_serve(user: User, paper: Paper) -> bool:
    """May this person have the proof of service of a paper made? One query for each right."""
    organ = paper.document.lead_organ
    return any(can(user, right, organ) for right in SERVING)


def serves(held: tuple[Position, ...]) -> bool:
    """Could he anywhere? No query; the act asks again."""
    return any(one.role in _SERVING_ROLES for one in held)


_SERVING_ROLES = frozenset(
    {Role.PRINTING_OFFICE.value, Role.INTAKE.value, Role.REVIEWER.value, Role.BUREAU_LEADER.value}
)
