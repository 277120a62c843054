"""The lawful last day and the applicant's term, as `approvals.deadlines` reckoned them."""

from __future__ import annotations

from datetime import date

from approvals.applications.models import Application, CorrectionRequest


def record_term(case: Application, *, due_on: date | None, provisional: bool) -> None:
    """Writes the last day of a locked case; None while its clock stands still. The caller keeps
    the old day and the journal."""
    case.due_on, case.due_provisional = due_on, provisional
    case.save(update_fields=["due_on", "due_provisional"])


def move_correction_term(correction: CorrectionRequest, *, due_on: date, provisional: bool) -> None:
    """The applicant's last day by a calendar that has changed."""
    correction.due_on, correction.due_provisional = due_on, provisional
    correction.save(update_fields=["due_on", "due_provisional"])
