"""When a working calendar is loaded: which version it is, and every running case reckoned anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import clock
from approvals.applications.models import OPEN_REQUEST, Application, CorrectionRequest
from approvals.applications.services.terms import move_correction_term
from approvals.deadlines.facts import day_of, last_day
from approvals.deadlines.models import CalendarVersion, DueChange
from approvals.deadlines.services.recomputing import CALENDAR, calendar_version, recompute
from jobs import registry
from jobs.services import enqueue
from journal.services import record
from workflows import calendar, cases, terms

JOB = "recompute_terms"
"""Job kind: one running case after a calendar was loaded."""
CORRECTION_DAYS = 10


def calendar_loaded(moved: Sequence[date]) -> None:
    """Follower of the calendar, in the loading transaction: keeps the version, promises one job a
    running case, so that each is done under its own lock and none is lost when the worker stops."""
    sha256, years = calendar.version()
    newest = CalendarVersion.objects.order_by("-pk").first()
    if newest is not None and newest.sha256 == sha256 and not moved:
        return
    span = f"{years[0]}-{years[-1]}" if years else ""
    version = CalendarVersion.objects.create(
        sha256=sha256, years=span, loaded_at=clock.now(), moved=len(moved)
    )
    running = Application.objects.filter(process__isnull=False, closed_at=None)
    told = [day.isoformat() for day in moved]
    for number in running.order_by("pk").values_list("pk", flat=True):
        enqueue(JOB, {"application": number, "moved": told}, key=f"{number}:{version.pk}")


def recompute_terms(payload: dict[str, Any]) -> None:
    """Job body: the case's last day, its open steps' and timers' terms, the applicant's term."""
    found = Application.objects.filter(pk=payload["application"]).only("pk", "process_id").first()
    if found is None or found.process_id is None:
        return
    process = cases.lock(found.process_id)
    moved = {date.fromisoformat(day) for day in payload["moved"]}
    if process is None:
        return
    recompute(found.pk, cause=CALENDAR)
    version = calendar_version()
    for row in terms.redate(process, moved):
        before, after = last_day(row.before), last_day(row.after)
        DueChange.objects.create(
            application_id=found.pk,
            task=row.task,
            before=before,
            after=after,
            cause=CALENDAR,
            calendar_version=version,
            at=clock.now(),
        )
        told = {"task": row.task.pk, "before": str(before), "after": str(after)}
        record(f"case:{found.pk}", "step_due_changed", data=told)
    _move_correction(found.pk)


def _move_correction(application_pk: int) -> None:
    """The term of an unanswered request, by the calendar as it is."""
    asked = (
        CorrectionRequest.objects.select_related("application__program")
        .filter(OPEN_REQUEST, application=application_pk, due_on__isnull=False)
        .first()
    )
    if asked is None or asked.due_on is None:
        return
    said = asked.application.program.content.get("deadlines", {}).get("correction", {})
    days = int(said.get("days", CORRECTION_DAYS))
    due = calendar.add_workdays(day_of(asked.requested_at), days)
    if (asked.due_on, asked.due_provisional) == (due.day, due.provisional):
        return
    told = {"correction": asked.pk, "before": asked.due_on.isoformat(), "after": str(due.day)}
    move_correction_term(asked, due_on=due.day, provisional=due.provisional)
    record(f"case:{application_pk}", "correction_due_changed", data=told)


def register_all() -> None:
    """Called once at start-up."""
    registry.register(JOB, recompute_terms)
    calendar.register_follower(calendar_loaded)
