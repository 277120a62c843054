"""Takes the case for an act. Order of locks everywhere: process first, then application."""

from __future__ import annotations

from django.db.models import BigIntegerField

from approvals.applications.models import Application
from prepared import Given, Reading

_CASE: Reading[Application] = Reading(
    lambda: (
        Application.objects.select_for_update(of=("self",))
        .select_related("program", "applicant", "applicant__applicant", "county", "process")
        .filter(pk=Given("pk", BigIntegerField()))
    )
)


def locked(application_id: int) -> Application:
    """The case with its row locked until the transaction ends (SQLite: the one writer)."""
    found = _CASE.run(pk=application_id)
    if not found:
        raise Application.DoesNotExist
    return found[0]
