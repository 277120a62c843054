"""The applicant's self-check: the program's own rules on what he has entered so far."""

from __future__ import annotations

from dataclasses import dataclass

import clock
from approvals.applications.models import Application
from approvals.programs import facts
from approvals.programs.rules import Assessment, PolicyError, assess


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """The assessment, or None with the places whose answers are still missing or unreadable."""

    assessment: Assessment | None
    missing: tuple[str, ...] = ()


def assess_application(application: Application) -> Assessment:
    """The assessment of complete answers; raises `facts.FactsError` for incomplete ones."""
    content = application.program.content
    given = facts.from_form(content, application.data)
    filed = application.submitted_at
    day = filed.astimezone(clock.BEIJING).date() if filed is not None else clock.today()
    return assess(content, given, on=day)


def self_check(application: Application) -> SelfCheck:
    """The assessment as far as the answers allow; never raises."""
    try:
        return SelfCheck(assess_application(application))
    except facts.FactsError as error:
        return SelfCheck(None, tuple(fault.path for fault in error.faults))
    except (PolicyError, ArithmeticError, TypeError):
        return SelfCheck(None)
