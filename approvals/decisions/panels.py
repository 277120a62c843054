"""What the decision shows on the status page: number, sum, reasons, the paper."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.applications.panels import Panel, register
from organizations.models import User


def decision_panel(application: Application, user: User) -> Sequence[Panel]:
    """The effective decision, when there is one; one query."""
    decision = (
        application.decisions.filter(superseded_by=None)
        .select_related("document", "application")
        .prefetch_related("organs")
        .first()
    )
    if decision is None:
        return []
    context = {"decision": decision}
    return [Panel(_("审批决定"), "decisions/panel.html", context, order=10)]


def register_all() -> None:
    """Called once at start-up."""
    register("decision", decision_panel)
