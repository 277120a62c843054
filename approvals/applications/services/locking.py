"""Takes the case for an act. Order of locks everywhere: process first, then application."""

from __future__ import annotations

from approvals.applications.models import Application


def locked(application_id: int) -> Application:
    """The case with its row locked until the transaction ends (SQLite: the one writer)."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("program", "applicant", "applicant__applicant", "county", "process")
        .get(pk=application_id)
    )
