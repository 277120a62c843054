"""中止 and 恢复: while a case is suspended nobody acts in it and no timer fires.

Afterwards every deadline goes on with what was left of it: terms in working days keep their number
of days and end at 24:00, exact ones are moved by the length of the pause.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from django.db import transaction
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

import clock
from jobs.services import enqueue
from workflows.calendar import add_days, add_workdays, workdays_between
from workflows.cases import live_rows, lock
from workflows.errors import NotVisible, WrongState
from workflows.models import Process, ProcessStatus, Task
from workflows.operations.acts import Step, journalled
from workflows.rows import JOB_KIND

if TYPE_CHECKING:
    from organizations.models import User


class Doing(Protocol):
    """`suspend` or `resume`."""

    def __call__(self, process: Process, *, by: User, reason: str) -> Step: ...


@transaction.atomic
def suspend(process: Process, *, by: User, reason: str) -> Step:
    """Raises WrongState: reason_missing, process_ended, already_suspended."""
    locked = _locked(process)
    reason = reason.strip()
    if not reason:
        raise WrongState(_("请写明中止的原因。"), code="reason_missing")
    if locked.status != ProcessStatus.NEW:
        raise WrongState(_("该办件已办结，不能中止。"), code="process_ended")
    if locked.suspended_at is not None:
        raise WrongState(_("该办件已经中止。"), code="already_suspended")
    locked.suspended_at, locked.suspended_reason = clock.now(), reason[:200]
    locked.save(update_fields=["suspended_at", "suspended_reason"])
    step = _still(locked)
    journalled(step, "suspend_process", by, {"reason": reason})
    return step


@transaction.atomic
def resume(process: Process, *, by: User, reason: str) -> Step:
    """Raises WrongState: reason_missing, not_suspended."""
    locked = _locked(process)
    if not reason.strip():
        raise WrongState(_("请写明恢复办理的理由。"), code="reason_missing")
    if locked.suspended_at is None:
        raise WrongState(_("该办件没有中止。"), code="not_suspended")
    since = locked.suspended_at
    locked.suspended_at, locked.suspended_reason = None, ""
    locked.save(update_fields=["suspended_at", "suspended_reason"])
    _move_terms(locked, since)
    step = _still(locked)
    journalled(step, "resume_process", by, {"reason": reason.strip(), "since": since.isoformat()})
    return step


def _locked(process: Process) -> Process:
    locked = lock(process.pk)
    if locked is None:
        raise NotVisible
    return locked


def _still(process: Process) -> Step:
    return Step(process, None, [], process.phase, process.verdict, process.blocked_reason)


def _move_terms(process: Process, since: datetime) -> None:
    """Deadlines of seats, and timers with a new job each; the old job finds nothing due."""
    now = clock.now()
    for row in live_rows(process):
        unit = _unit(row)
        if row.due_at is not None:
            row.due_at = moved(row.due_at, since, now, unit)
        if row.status == STATUS.SCHEDULED and row.scheduled is not None:
            row.scheduled = moved(row.scheduled, since, now, unit)
            enqueue(JOB_KIND, {"task": row.pk}, run_at=row.scheduled)
        Task.objects.filter(pk=row.pk).update(due_at=row.due_at, scheduled=row.scheduled)


def _unit(row: Task) -> str | None:
    element = row.flow_task.element
    timer = element.event.timer if element.event is not None else None
    if timer is not None:
        return str(timer.calendar) if timer.calendar else None
    found: str | None = element.attributes.get("calendar")
    return found


def moved(due: datetime, since: datetime, now: datetime, unit: str | None) -> datetime:
    """The deadline after a pause from `since` to `now`; one that was past stays as late as it was.

    In working days: as many after today as were left after the day of the suspension.
    """
    if unit is None or due <= since:
        return due + (now - since)
    last = (due - timedelta(microseconds=1)).astimezone(clock.BEIJING).date()
    paused, today = (moment.astimezone(clock.BEIJING).date() for moment in (since, now))
    if unit == "workdays":
        return add_workdays(today, workdays_between(paused, last)).moment
    return add_days(today, (last - paused).days).moment
