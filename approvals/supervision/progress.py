"""How much of its term a case has used, as urging and supervision ask it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import clock
from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.deadlines.facts import case_clock
from approvals.deadlines.statutory import Kind
from workflows.calendar import Workday, stored_days
from workflows.models import Task


@dataclass(frozen=True, slots=True)
class Progress:
    """`used` of `limit` days; None of both: no term runs. `waits_for_applicant`: his own move."""

    used: int | None
    limit: int | None
    waits_for_applicant: bool
    paused: bool


def progress_of(application: Application, open_tasks: Sequence[Task]) -> Progress:
    """By the statutory clock from acceptance on; before it by the term of the step that waits.

    `open_tasks` are the open human tasks, the applicant's too. Four queries of the clock, before
    acceptance one of the calendar.
    """
    own = any(task.role in FILING_ROLES for task in open_tasks)
    if application.accepted_at is not None:
        return _of_clock(application, own)
    terms = [
        (task.due_at, task.entered_at)
        for task in open_tasks
        if task.role not in FILING_ROLES and task.due_at is not None
    ]
    if not terms:
        return Progress(None, None, own, False)
    return Progress(*_of_step(*min(terms)), own, False)


def _of_clock(application: Application, own: bool) -> Progress:
    today = clock.today()
    reckoning = case_clock(application, through=today).reckon(through=today)
    pause = reckoning.open_pause
    waits = own or (pause is not None and pause.kind is Kind.CORRECTION)
    return Progress(reckoning.used(today), reckoning.limit, waits, pause is not None)


def _of_step(due_at: datetime, entered_at: datetime) -> tuple[int, int]:
    """Working days of a step's own term: used, in all."""
    entered = entered_at.astimezone(clock.BEIJING).date()
    last = (due_at - timedelta(microseconds=1)).astimezone(clock.BEIJING).date()
    works = stored_days(min(entered, last), max(last, clock.today()))
    return workdays_in(entered, clock.today(), works), workdays_in(entered, last, works)


def workdays_in(start: date, end: date, works: Workday) -> int:
    """Working days after `start` up to and including `end`, by a calendar read before."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(works(day)[0] for day in days)
