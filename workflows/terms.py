"""Terms of open steps in working days, reckoned anew when the calendar has changed.

Only what the old calendar gave is replaced by what the new one gives: a term that somebody moved by
hand (suspended, transferred with its day) stays as it is, and a second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from viewflow.workflow.status import STATUS

import clock
from jobs.services import enqueue
from workflows.bpmn.model import Timer, first_day
from workflows.calendar import Workday, count_workdays, stored_days
from workflows.durations import parts
from workflows.models import LIVE, Process, Task
from workflows.rows import JOB_KIND

_WORKDAYS = "workdays"
_MARGIN_DAYS = 60


@dataclass(frozen=True, slots=True)
class Redated:
    """One row whose term moved; moments are the first that are too late."""

    task: Task
    before: datetime
    after: datetime


def redate(process: Process, moved: Collection[date]) -> list[Redated]:
    """Moves the open seats' and waiting timers' terms of a locked case; a moved timer gets its job.

    `moved` are the days that are another kind of day since the calendar was loaded.
    """
    found = []
    for row in Task.objects.filter(process=process, status__in=LIVE).order_by("pk"):
        term = workdays_of(row)
        if term is None or row.due_at is None:
            continue
        start = row.entered_at.astimezone(clock.BEIJING).date()
        new, old = _both(start, term, moved)
        if new != old and row.due_at == old:
            found.append(Redated(row, row.due_at, new))
            _write(row, new)
    return found


@dataclass(frozen=True, slots=True)
class Term:
    """So many working days, the first the `next` day or the `same`."""

    days: int
    first: str


def workdays_of(row: Task) -> Term | None:
    """The working days the diagram gives this row; None for any other term or an expression."""
    element = row.flow_task.element
    duration: str | None = None
    first = first_day(element.attributes.get("countFrom"))
    if row.is_open and element.attributes.get("calendar") == _WORKDAYS:
        duration = element.attributes.get("due")
    elif row.status == STATUS.SCHEDULED and element.event is not None:
        timer: Timer | None = element.event.timer
        if timer is not None and timer.calendar == _WORKDAYS:
            duration, first = timer.duration, timer.first
    if not duration or duration.startswith("="):
        return None
    months, rest = parts(duration)
    return None if months or rest % timedelta(days=1) else Term(rest.days, first)


def _both(start: date, term: Term, moved: Collection[date]) -> tuple[datetime, datetime]:
    """The end by the calendar as it is, and as it was."""
    last = start + timedelta(days=2 * term.days + _MARGIN_DAYS)
    now = stored_days(start, last)

    def until_now(day: date) -> tuple[bool, bool]:
        works, guessed = now(day)
        return works != (day in moved), guessed

    before: Workday = until_now
    return (
        count_workdays(start, term.days, term.first, now).moment,
        count_workdays(start, term.days, term.first, before).moment,
    )


def _write(row: Task, due: datetime) -> None:
    row.due_at = due
    if row.status == STATUS.SCHEDULED:
        row.scheduled = due
        enqueue(JOB_KIND, {"task": row.pk}, run_at=due)
    row.save(update_fields=["due_at", "scheduled"])
