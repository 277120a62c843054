"""What the decision shows on the status page: number, sum, reasons, the paper."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.applications.panels import Panel, register
from documents.print_room import serving
from documents.print_room.models import Delivery
from organizations.models import User


def decision_panel(application: Application, user: User) -> Sequence[Panel]:
    """The effective decision and its service, when there is one; two queries."""
    decision = (
        application.decisions.filter(superseded_by=None)
        .select_related("document", "application")
        .prefetch_related("organs")
        .first()
    )
    if decision is None:
        return []
    served = serving.service_of(decision.document)
    context = {"decision": decision, "served": served, "remedies": remedies(served)}
    return [Panel(_("审批决定"), "decisions/panel.html", context, order=10)]


def remedies(served: Delivery | None) -> dict[str, date]:
    """The last days for review (60 days) and suit (six months) after service (domain.md §3.11)."""
    if served is None or served.served_on is None:
        return {}
    return {"review": served.served_on + timedelta(days=60), "suit": six_months(served.served_on)}


def six_months(day: date) -> date:
    """The same day six months on, or the last of its month (民法典 art. 202)."""
    year, month = divmod(day.month + 5, 12)
    year, month = day.year + year, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def register_all() -> None:
    """Called once at start-up."""
    register("decision", decision_panel)
