"""Rehearsal of the clock: a hearing, an extension proposed, one approved."""

from __future__ import annotations

from datetime import timedelta

import clock
from approvals.applications.models import Application
from approvals.deadlines import services
from organizations.holders import holders, resolve_organ
from organizations.models import User
from workflows.errors import OperationError

_HEARD, _PROPOSED, _EXTENDED = range(3)


def keep_terms(city: str) -> int:
    """Does one act of each kind to the city's running cases, as many as there are; how many."""
    done = 0
    running = Application.objects.filter(
        city=city, accepted_at__isnull=False, closed_at=None, due_on__isnull=False
    )
    for place, case in enumerate(running.order_by("-pk")[:3]):
        try:
            _act(case, place)
        except OperationError:  # decided, or its reviewer is tied to the applicant
            continue
        done += 1
    return done


def _act(case: Application, place: int) -> None:
    version = case.process.material_version if case.process is not None else case.version
    reviewer, leader = _person(case, "reviewer"), _person(case, "bureau_leader")
    key = f"demo-term-{case.pk}"
    if place == _HEARD:
        today = clock.today()
        services.special_procedure(
            case.pk,
            actor=reviewer,
            key=key,
            expected_version=version,
            procedure="hearing",
            starts_on=today,
            expected_on=today + timedelta(days=9),
            reason="利害关系人申请听证，定于下周举行。",
        )
        return
    services.propose_extension(
        case.pk,
        actor=reviewer,
        key=key,
        expected_version=version,
        reason="需要补充核实资助明细，预计不能按期办结。",
        days=10,
    )
    if place == _EXTENDED:
        services.confirm_extension(
            case.pk,
            actor=leader,
            expected_version=version,
            key=f"demo-approval-{case.pk}",
            approve=True,
        )


def _person(case: Application, role: str) -> User:
    organ = resolve_organ(
        city=case.city, role=role, scope="city", county=case.county, party=case.applicant
    )
    found = holders(role, organ).first() if organ is not None else None
    if found is None:
        message = f"nobody is {role} in {case.city}"
        raise LookupError(message)
    return found
