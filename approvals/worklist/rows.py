"""Lines of the queue: a task with its case and the working days left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import clock
from approvals.applications.models import Application
from approvals.experts import blind
from organizations.models import User
from workflows.models import Task
from workflows.remaining import remaining


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    task: Task
    application: Application
    mine: bool
    due: date | None
    left: int | None
    provisional: bool
    late: bool
    """Past its last day, even when no working day has gone by since (a weekend)."""


def cases_of(tasks: list[Task]) -> dict[int, Application]:
    """The tasks' cases by process, without their answers, and without their party for blind seats;
    one query, with experts' seats two."""
    cases = Application.objects.filter(process__in=[task.process_id for task in tasks])
    found = cases.select_related("program", "applicant").defer("data", "facts", "program__content")
    known = {case.process_id: case for case in found if case.process_id is not None}
    return blind.seen_in_lists(known, tasks)


def rows_for(tasks: list[Task], user: User) -> list[Row]:
    """The tasks with their cases and working days left; two queries."""
    cases = cases_of(tasks)
    lasts = {task.pk: last_day(task) for task in tasks}
    today = clock.today()
    left = remaining(today, [day for day in lasts.values() if day is not None])
    rows = []
    for task in tasks:
        case = cases.get(task.process_id)
        if case is None:
            continue
        day = lasts[task.pk]
        term = left[day] if day is not None else None
        rows.append(
            Row(
                task,
                case,
                task.owner_id == user.pk,
                day,
                term.days if term else None,
                bool(term and term.provisional),
                day is not None and day < today,
            )
        )
    return rows


def last_day(task: Task) -> date | None:
    """The last day to act: `due_at` is the first moment that is too late."""
    if task.due_at is None:
        return None
    return (task.due_at - timedelta(microseconds=1)).astimezone(clock.BEIJING).date()
