"""Tells people that a task waits for them: through the outbox, after the commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.applications import moves
from approvals.applications.models import Application
from approvals.applications.selectors import readable_by
from approvals.notifications import kinds, sight
from approvals.notifications.services import DELIVER, notify, settle
from jobs import registry
from jobs import services as jobs
from organizations.holders import holders
from organizations.models import User
from organizations.positions import Position
from workflows.models import Task
from workflows.nodes.seat import AGAIN

ANNOUNCE = "announce_tasks"
SILENT = frozenset({ANNOUNCE, DELIVER})
"""Job kinds a played past drops: nobody wants mails about tasks of last month."""

KIND = "task"


def announce(application: Application, opened: Sequence[Task], by: User | None = None) -> None:
    """One outbox row an act, whatever it opened; the act's transaction carries it."""
    waiting = [task.pk for task in opened if task.is_open]
    if waiting:
        jobs.enqueue(ANNOUNCE, {"application": application.pk, "tasks": waiting})


def fan_out(payload: dict[str, Any]) -> None:
    """Job body: a line for each person a task waits for; lines of tasks that are done go away.

    Tasks that were decided meanwhile are left out.
    """
    application = Application.objects.get(pk=payload["application"])
    tasks = Task.objects.filter(pk__in=payload["tasks"], is_open=True)
    for task in tasks.select_related("owner", "organ"):
        words = {"step": task.title, "number": application.number}
        notify(
            addressees(task),
            kind=KIND,
            title=_("待办：%(step)s（%(number)s）") % words,
            link=f"/tasks/{task.pk}/",
            key=key_of(task),
            case=application.stream,
        )
    settle_done(application)


def settle_done(application: Application) -> int:
    """What was asked for by a task that is done counts as read, whoever did it."""
    rows = Task.objects.filter(process_id=application.process_id, is_open=True)
    return settle(application.stream, KIND, but=[key_of(task) for task in rows])


def key_of(task: Task) -> str:
    """The line of a task: told once to each person, and once more each time it comes back to him
    from those he has asked."""
    again = task.data.get(AGAIN)
    return f"task:{task.pk}:{again}" if again else f"task:{task.pk}"


def addressees(task: Task) -> list[User]:
    """Who holds the task, else everybody who may take it at its organ."""
    if task.owner is not None:
        return [task.owner]
    return list(holders(task.role, task.organ)) if task.organ is not None else []


def cases_in_sight(
    person: User, held: tuple[Position, ...] | None
) -> QuerySet[Application, Application]:
    """The rule of `notifications.sight`: a line stays while its reader reads the case (C0). Lines
    name nobody, so an expert is told of a case he may not open yet."""
    return readable_by(person, held, unveiled=True)


def register_all() -> None:
    """Called once at start-up."""
    kinds.register(KIND, gettext_lazy("待办任务"))
    sight.register(cases_in_sight)
    registry.register(ANNOUNCE, fan_out)
    moves.register(announce)
