"""What the clock adds to lower slices; the task page takes its cards and acts from `desk`."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from approvals.applications import moves, panels
from approvals.applications.models import Application
from approvals.deadlines.panels import clock_panel
from approvals.deadlines.services import calendars, follow_move
from approvals.deadlines.services.telling import KIND
from approvals.notifications import kinds
from organizations.models import User
from workflows.models import Task


def after_the_applicant(application: Application, opened: Sequence[Task], by: User) -> None:
    """Filing, answering a correction, withdrawal."""
    follow_move(application, opened, ended=application.is_closed, by=by)


def register_all() -> None:
    """Called once at start-up."""
    calendars.register_all()
    kinds.register(KIND, _("办理期限"))
    moves.register(after_the_applicant)
    panels.register("clock", clock_panel)
