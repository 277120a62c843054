"""容缺待补 on the applicant's status page: what, until when, the upload in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application, DeferredItem
from approvals.applications.panels import Panel, register
from approvals.applications.selectors import is_own
from approvals.applications.services.curing import handed
from approvals.applications.views.frame import new_key
from approvals.applications.views.material import SlotEntry, slot_entries
from organizations.models import User
from workflows.remaining import remaining


@dataclass(frozen=True, slots=True)
class DeferredLine:
    """One item with its days left, and its upload for the applicant."""

    item: DeferredItem
    left: int | None
    entry: SlotEntry | None
    uploaded: bool


def deferral_panel(application: Application, user: User) -> Sequence[Panel]:
    """Every item with its state; one query for a case without any, five with open ones."""
    if application.accepted_at is None:
        return []
    items = list(application.deferred_items.all())
    if not items:
        return []
    waiting = [item for item in items if item.is_open and not application.is_closed]
    own = bool(waiting) and is_own(user, application)
    entries, came = {}, {}
    if own:
        slots = frozenset(item.slot for item in waiting)
        entries = {entry.slot.key: entry for entry in slot_entries(application, only=slots)}
        came = handed(application, waiting)
    left = remaining(clock.today(), [item.due_on for item in waiting])
    lines = [
        DeferredLine(
            item,
            left[item.due_on].days if item in waiting else None,
            entries.get(item.slot) if item in waiting else None,
            came.get(item.slot, False),
        )
        for item in items
    ]
    context = {
        "lines": lines,
        "waiting": waiting,
        "own": own,
        "ready": any(came.values()),
        "key": new_key(),
        "version": application.process.material_version if application.process else 1,
    }
    return [Panel(_("容缺受理"), "applications/deferral_panel.html", context, order=5, asks=own)]


def register_all() -> None:
    """Called once at start-up."""
    register("deferral", deferral_panel)
