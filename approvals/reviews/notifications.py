"""Tells people by mail that a task waits for them: through the outbox, after the commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from approvals.applications import moves
from approvals.applications.models import Application
from jobs import registry
from jobs import services as jobs
from organizations.holders import holders
from organizations.models import User
from workflows.models import Task

ANNOUNCE = "announce_tasks"
MAIL = "mail_task"


def announce(application: Application, opened: Sequence[Task], by: User | None = None) -> None:
    """One outbox row an act, whatever it opened; the act's transaction carries it."""
    waiting = [task.pk for task in opened if task.is_open]
    if waiting:
        jobs.enqueue(ANNOUNCE, {"application": application.pk, "tasks": waiting})


def fan_out(payload: dict[str, Any]) -> None:
    """Job body: one mail job a person, so that a failing mail is repeated alone.

    Tasks that were decided meanwhile are left out.
    """
    tasks = Task.objects.filter(pk__in=payload["tasks"], is_open=True)
    for task in tasks.select_related("owner", "organ"):
        for person in _addressees(task):
            jobs.enqueue(
                MAIL,
                {"application": payload["application"], "task": task.pk, "person": person.pk},
                key=f"mail:{task.pk}:{person.pk}",
            )


def send(payload: dict[str, Any]) -> None:
    """Job body: mails one person. The mail names case and step, never the material."""
    application = Application.objects.select_related("program").get(pk=payload["application"])
    task = Task.objects.get(pk=payload["task"])
    person = User.objects.get(pk=payload["person"])
    _mail(application, task, person).send()


def _addressees(task: Task) -> list[User]:
    if task.owner is not None:
        people = [task.owner]
    elif task.organ is not None:
        people = list(holders(task.role, task.organ))
    else:
        people = []
    return [person for person in people if person.email]


def _mail(application: Application, task: Task, person: User) -> EmailMessage:
    subject = _("待办：%(step)s（%(number)s）") % {
        "step": task.title,
        "number": application.number,
    }
    body = _(
        "%(name)s：\n\n申请“%(title)s”（%(number)s）的“%(step)s”环节等待您办理。\n\n%(address)s\n"
    ) % {
        "name": person.name,
        "title": application.program.title,
        "number": application.number,
        "step": task.title,
        "address": f"{settings.PUBLIC_URL}/tasks/{task.pk}/",
    }
    return EmailMessage(subject=subject, body=body, to=[person.email])


def register_all() -> None:
    """Called once at start-up."""
    registry.register(ANNOUNCE, fan_out)
    registry.register(MAIL, send, detached=True)
    moves.register(announce)
