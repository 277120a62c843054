"""The clock in short, for the applicant's status page and the reviewer's task page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.applications.panels import Panel
from approvals.deadlines import facts
from approvals.deadlines.wording import pause_sentence
from organizations.models import User

TEMPLATE = "deadlines/panel.html"
ORDER = 20


@dataclass(frozen=True, slots=True)
class Brief:
    """What a card says of a clock."""

    due: date | None
    provisional: bool
    paused: str = ""
    """Why it stands still, with the legal basis; "" while it runs."""
    latest: date | None = None
    """最迟办结日 while it stands still."""


def brief(application: Application) -> Brief | None:
    """None while nothing runs any more or has not begun. While it runs the stored day is told, by
    no query; while it stands still the reason too, by four."""
    if application.accepted_at is None or application.closed_at is not None:
        return None
    if application.due_on is not None:
        return Brief(application.due_on, application.due_provisional)
    today = clock.today()
    case = facts.case_clock(application, through=today)
    found = case.reckon(through=today)
    paused = found.paused_on(today)
    return Brief(
        due=found.due,
        provisional=found.provisional,
        paused=pause_sentence(paused, case.rule) if paused is not None else "",
        latest=case.foresee(today).due if found.due is None else None,
    )


def clock_panel(application: Application, user: User) -> Sequence[Panel]:
    """The status page's card, with the way to every day of it."""
    if application.submitted_at is None:
        return []
    told = brief(application)
    context = {"clock": told, "url": reverse("deadlines:clock", args=[application.pk])}
    return [Panel(_("办理期限"), TEMPLATE, context, order=ORDER)]
