"""The archive's button on a closed case's page."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.applications.panels import Panel, register
from organizations.models import User
from organizations.permission_names import Permission
from organizations.permissions import cities_where


def may_archive(user: User, application: Application) -> bool:
    """The city's archive may pack a closed case."""
    return application.city in cities_where(user, Permission.KEEP_ARCHIVE)


def archive_panel(application: Application, user: User) -> Sequence[Panel]:
    """Nothing for others, and nothing while the case runs; at most one query."""
    if application.closed_at is None or not may_archive(user, application):
        return []
    return [Panel(_("归档"), "archive/panel.html", {"application": application}, order=90)]


def register_all() -> None:
    """Called once at start-up."""
    register("archive", archive_panel)
