"""What reviews and decisions record about a case: acceptance, amount, end. One writer a fact."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

import clock
from approvals.applications import filing
from approvals.applications.models import Application
from approvals.applications.services.locking import locked
from journal.services import record
from organizations.models import User
from prepared import Change
from workflows.calendar import Due, add_days, add_workdays

_END = Change(Application, ["verdict", "closed_at"])

DECISION_WORKDAYS = 20
"""行政许可法 art. 42, when the program says nothing else (`deadlines.decision`)."""


@transaction.atomic
def record_acceptance(
    application: Application, *, on: date, by: User | None = None, deemed: bool = False
) -> Application:
    """The case is accepted (受理) on a day, by hand or by lapse of time; sets the lawful last day.

    Deemed acceptance counts from the day of receipt (行政许可法 art. 32): the caller gives it.
    """
    case = locked(application.pk)
    if case.accepted_at is not None:
        return case
    due = _decision_due(case, on)
    case.accepted_at = on
    case.due_on, case.due_provisional = due.day, due.provisional
    case.save(update_fields=["accepted_at", "due_on", "due_provisional"])
    record(
        case.stream,
        "deemed_accepted" if deemed else "accepted",
        actor=by,
        data={"on": on.isoformat(), "due_on": due.day.isoformat()},
    )
    return case


def _decision_due(case: Application, on: date) -> Due:
    """Before anything pauses; from then on `approvals.deadlines` keeps the day."""
    said = case.program.content.get("deadlines", {}).get("decision", {})
    days, first = int(said.get("days", DECISION_WORKDAYS)), said.get("first_day", "next")
    count = add_days if said.get("unit") == "days" else add_workdays
    return count(on, days, first)


@transaction.atomic
def record_amount(application: Application, amount: Decimal | None) -> Application:
    """The computed sum in yuan, as the flow's `calculate_amount` found it."""
    case = locked(application.pk)
    case.amount = amount
    case.save(update_fields=["amount"])
    return case


def record_end(application: Application, *, verdict: str, by: User | None = None) -> Application:
    """The case is closed with the verdict of its end event; the first end stands.

    In the transaction of the act that ended the process, whose row is locked.
    """
    earlier = application.verdict, application.closed_at
    application.verdict, application.closed_at = verdict, clock.now()
    if not _END.write(application, expected={"closed_at": None}):
        application.verdict, application.closed_at = earlier
        return application
    record(application.stream, "closed", actor=by, data={"verdict": verdict})
    filing.ended(application, verdict)
    return application
