"""The papers of the case beside a reviewer's task; an expert's seat shows none."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.notices.panels import lines_for
from approvals.reviews import desk, steps
from organizations.models import User
from workflows.models import Task


def paper_card(application: Application, task: Task, user: User) -> Sequence[desk.Card]:
    """One card, behind the others."""
    lines = [] if steps.is_vote(task) else lines_for(application, user)
    if not lines:
        return ()
    facts = {"lines": lines, "application": application}
    return (desk.Card(_("文书"), "papers/list.html", facts, order=80),)


def register_all() -> None:
    """Called once at start-up."""
    desk.register_cards(paper_card)
