"""Plays a filed case step by step: every act by its own person, through the services."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

import clock
from approvals.applications import services as applications
from approvals.applications.models import OPEN_REQUEST, Application
from approvals.applications.rights import FILING_ROLES
from approvals.rehearsal.choices import Plan, outcome_for, statement_for
from approvals.reviews import steps
from approvals.reviews.services import decide_task
from organizations.conflicts import conflict
from organizations.holders import holders
from organizations.models import User
from workflows.models import Task


@dataclass(frozen=True, slots=True)
class Played:
    """One act of the play, as journey.json tells it."""

    task: str
    title: str
    actor: str
    role: str
    organ: str
    outcome: str
    at: datetime


class NobodyCanAct(RuntimeError):
    """A task waits and no person of the cast may act on it."""


def open_tasks(application: Application) -> QuerySet[Task]:
    """What waits for people in this case, the oldest first."""
    waiting: QuerySet[Task] = (
        Task.objects.filter(process_id=application.process_id, is_open=True)
        .select_related("organ", "owner", "process")
        .order_by("id")
    )
    return waiting


def actor_for(application: Application, task: Task) -> User:
    """The person who acts: the holder, else somebody of the office who has not acted yet."""
    holder: User | None = task.owner
    if holder is not None:
        return holder
    acted = set(
        Task.objects.filter(process_id=application.process_id, actor__isnull=False).values_list(
            "actor_id", flat=True
        )
    )
    people = [] if task.organ is None else list(holders(task.role, task.organ))
    fresh = sorted(people, key=lambda person: person.pk in acted)
    for person in fresh:
        if task.role in FILING_ROLES or conflict(person, application.applicant):
            return person
    raise NobodyCanAct(f"{task.element} ({task.role} of {task.organ})")


def act(application: Application, task: Task, plan: Plan) -> Played:
    """One person does one task."""
    person = actor_for(application, task)
    if task.role in FILING_ROLES:
        applications.resubmit(
            task.pk,
            by=person,
            key=uuid.uuid4().hex,
            expected_version=task.process.material_version,
            answers=_corrected(application),
        )
        outcome = "resubmit"
    else:
        form = steps.form_of(application, task)
        outcome = outcome_for(form, steps.outcomes_of(task), plan, vote=bool(task.item))
        decide_task(
            task.pk,
            actor=person,
            key=uuid.uuid4().hex,
            expected_version=task.process.material_version,
            statement=statement_for(application, form, outcome, plan, clock.today().isoformat()),
        )
    return Played(
        task=task.element + (f"#{task.item}" if task.item else ""),
        title=task.title,
        actor=person.name,
        role=task.role,
        organ=task.organ.name if task.organ is not None else "",
        outcome=outcome,
        at=clock.now(),
    )


def _corrected(application: Application) -> dict[str, str]:
    """The answer to a request: the named texts, mended."""
    asked = application.corrections.get(OPEN_REQUEST)
    return {
        entry["field"]: f"{application.data.get(entry['field'], '')}（已更正）"
        for entry in asked.items
        if entry.get("field")
    }


def waits_for_timer(task: Task) -> bool:
    """A step whose only outcomes lead back: it goes on by itself when its term ends (publicity)."""
    return steps.outcomes_of(task) == ("objection",)


def next_act(application: Application, plan: Plan) -> Played | None:
    """The next act of the case, or None when it waits for a timer, stands where the plan stops, or
    has ended."""
    application.refresh_from_db()
    if application.is_closed or (plan.until and application.phase == plan.until):
        return None
    for task in open_tasks(application):
        if not waits_for_timer(task):
            return act(application, task, plan)
    return None


def pending_moment(application: Application) -> datetime | None:
    """When the next timer of the case fires."""
    moment: datetime | None = (
        Task.objects.filter(process_id=application.process_id, status="SCHEDULED")
        .order_by("scheduled")
        .values_list("scheduled", flat=True)
        .first()
    )
    return moment
