"""The statutory clock on the task page: a card, and the acts on it."""

from __future__ import annotations

from collections.abc import Sequence

from approvals.applications.models import Application
from approvals.deadlines import acts, panels
from approvals.reviews import desk
from organizations.models import User
from workflows.models import Task

_ORDER = 20


def clock_card(application: Application, task: Task, user: User) -> Sequence[desk.Card]:
    """The lawful last day and the way to every day of it."""
    found = panels.clock_panel(application, user)
    return [desk.Card(panel.title, panel.template, panel.context, order=_ORDER) for panel in found]


def clock_acts(application: Application, task: Task, user: User) -> Sequence[desk.Act]:
    """Special procedure, suspension, extension."""
    return [
        desk.Act(link.label, link.url, order=_ORDER) for link in acts.offered(application, user)
    ]


def register_all() -> None:
    """Called once at start-up."""
    desk.register_cards(clock_card)
    desk.register_acts(clock_acts)
