"""What a meeting adds to a task's page, and what it forbids there."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.meetings.models import AgendaItem, ItemState, Kind
from approvals.meetings.sight import meetings_for
from approvals.reviews import desk, steps
from organizations.models import User
from workflows.models import Task


def cards(application: Application, task: Task, user: User) -> Sequence[desk.Card]:
    """The meetings this step is or was before, for who knows of them; no query at other steps."""
    if steps.form_of(application, task).meeting is None:
        return ()
    rows = AgendaItem.objects.filter(task=task, meeting__in=meetings_for(user).values("pk"))
    items = list(rows.exclude(recused=user).select_related("meeting").order_by("-pk"))
    if not items:
        return ()
    return (desk.Card(_("会议审议"), "meetings/_card.html", {"entries": items}, order=25),)


def only_by_minutes(application: Application, task: Task, outcome: str) -> str:
    """Where the program wants a meeting, nothing but its confirmed minutes decides the step."""
    rule = steps.form_of(application, task).meeting
    if rule is None or not rule.required:
        return ""
    kinds = [Kind(one).value for one in rule.kinds]
    settled = AgendaItem.objects.filter(
        task=task, state=ItemState.DECIDED, outcome=outcome, meeting__kind__in=kinds
    )
    if settled.exists():
        return ""
    named = "、".join(str(Kind(one).label) for one in kinds)
    return _("本环节须经%(kinds)s集体审议，按确认的会议纪要决定。") % {"kinds": named}


def register_all() -> None:
    """Called once at start-up."""
    desk.register_cards(cards)
    desk.register_objection(only_by_minutes)
