"""Whom an operation is told: the people on the seats, the supervisors when a seat wanders."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import clock
from approvals.applications.models import Application
from approvals.notifications import kinds
from approvals.notifications.services import notify
from organizations.models import Membership, User
from organizations.roles import Role
from workflows.models import Task
from workflows.operations.transferring import CAME_BACK

SEATS, WANDERING = "seats", "wandering_seat"


def register_kinds() -> None:
    """Called once at start-up."""
    kinds.register(SEATS, gettext_lazy("转办、加签、委派和抄送"))
    kinds.register(WANDERING, gettext_lazy("任务多次流转提醒"))


def tell(application: Application, people: Iterable[User], task: Task, title: str) -> None:
    """One line on the site and what follows from it; the title names step and number only."""
    notify(
        people,
        kind=SEATS,
        title=_("%(what)s：%(step)s（%(number)s）")
        % {"what": title, "step": task.title, "number": application.number},
        link=f"/tasks/{task.pk}/",
        case=application.stream,
    )


def tell_supervisors(application: Application, task: Task, warning: str) -> None:
    """A seat that came back, or went through more than five hands (semantics C4)."""
    words = {"step": task.title, "number": application.number}
    if warning == CAME_BACK:
        title = _("任务又转回曾经的承办人：%(step)s（%(number)s）") % words
    else:
        title = _("任务转办超过五次：%(step)s（%(number)s）") % words
    notify(
        supervisors(application),
        kind=WANDERING,
        title=title,
        link=f"/applications/{application.pk}/",
        case=application.stream,
    )


def supervisors(application: Application) -> list[User]:
    """The city's discipline supervisors; one query."""
    held = Membership.objects.valid_on(clock.today()).filter(
        role=Role.DISCIPLINE, organ__city=application.city
    )
    return list(User.objects.filter(is_active=True, pk__in=held.values("user_id")))
