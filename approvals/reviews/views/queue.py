"""待办: what waits for this person, the nearest deadline first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import clock
from approvals.applications.models import Application
from approvals.applications.views.frame import PersonRequest, for_people
from organizations.models import User
from organizations.positions import positions
from workflows import queue
from workflows.models import Task
from workflows.remaining import remaining

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    task: Task
    application: Application
    mine: bool
    due: date | None
    left: int | None
    provisional: bool


@require_safe
@for_people
def queue_page(request: PersonRequest) -> HttpResponse:
    """One page of the queue; the same number of queries at any size."""
    held = positions(request.user)
    after = queue.Mark.from_text(request.GET.get("after", ""))
    page = queue.page(held, request.user, after=after, size=PAGE_SIZE)
    context = {
        "rows": rows_for(page.tasks, request.user),
        "count": queue.count_label(queue.open_count(held, request.user)),
        "next_url": f"?{urlencode({'after': page.after.as_text()})}" if page.after else "",
        "first_url": request.path if after is not None else "",
    }
    return render(request, "reviews/queue.html", context)


def rows_for(tasks: list[Task], user: User) -> list[Row]:
    """The tasks with their cases and working days left; two queries."""
    cases = {
        case.process_id: case
        for case in Application.objects.filter(process__in=[task.process_id for task in tasks])
        .select_related("program", "applicant")
        .defer("data", "facts", "program__content")
    }
    lasts = {task.pk: last_day(task) for task in tasks}
    left = remaining(clock.today(), [day for day in lasts.values() if day is not None])
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
            )
        )
    return rows


def last_day(task: Task) -> date | None:
    """The last day to act: `due_at` is the first moment that is too late."""
    if task.due_at is None:
        return None
    return (task.due_at - timedelta(microseconds=1)).astimezone(clock.BEIJING).date()
