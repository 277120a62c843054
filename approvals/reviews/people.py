"""Whom a form can choose: the people behind a source such as `experts`."""

from __future__ import annotations

from approvals.applications.models import Application
from organizations.conflicts import conflict
from organizations.holders import holders, resolve_organ
from organizations.models import User


def people_for(application: Application, source: str) -> list[User]:
    """The city's people of this source who may act on the case (回避 leaves the others out)."""
    role = source.removesuffix("s")
    pool = resolve_organ(
        city=application.city,
        role=role,
        scope="city",
        county=application.county,
        party=application.applicant,
    )
    if pool is None:
        return []
    return [person for person in holders(role, pool) if conflict(person, application.applicant)]
