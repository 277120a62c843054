"""The stored last day is what the clock reckons, after everything that can move it (I6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.applications.services.locking import locked
from approvals.applications.services.terms import record_term
from approvals.deadlines import facts
from approvals.deadlines.ledger import Reckoning
from approvals.deadlines.models import CalendarVersion, DueChange
from approvals.deadlines.rules import decision_rule
from approvals.deadlines.services.telling import tell_applicant
from journal.services import record
from organizations.models import User
from workflows.models import Task

MOVED = "moved"
"""Cause: the case went on (a step that pauses the clock began or ended)."""
CALENDAR = "calendar"
LIBRARY = "library"
"""Calendar version before anything was loaded."""


def recompute(
    application_pk: int, *, cause: str, by: User | None = None, tell: bool = True
) -> Reckoning:
    """Reckons the case anew and keeps the old day when it moved; within the caller's transaction,
    the process locked before. Five statements when nothing moved."""
    case = locked(application_pk)
    reckoning = facts.case_clock(case).reckon()
    if reckoning.start is None:
        return reckoning
    before = (case.due_on, case.due_provisional)
    if before == (reckoning.due, reckoning.provisional):
        return reckoning
    record_term(case, due_on=reckoning.due, provisional=reckoning.provisional)
    _keep(case, before[0], reckoning, cause, by)
    if tell and before[0] != reckoning.due and case.closed_at is None:
        _tell(case, reckoning)
    return reckoning


def follow_move(
    application: Application,
    opened: Sequence[Task] = (),
    *,
    ended: bool = False,
    by: User | None = None,
) -> None:
    """After every move of a case: reckons anew when the move can concern the clock.

    It can when the clock stood still until now, or a step was opened during which it stands still.
    `application` is the case as the act's lock found it. Without such a step: no statement.
    """
    if application.process_id is None:
        return
    stood_still = application.accepted_at is not None and application.due_on is None
    if not stood_still:
        if ended or not opened:
            return
        pausing = facts.pauses_in(decision_rule(application.program.content))
        if not any(_phase(task) in pausing for task in opened):
            return
    recompute(application.pk, cause=MOVED, by=by)


def _phase(task: Task) -> str:
    phase: str = task.flow_task.element.attributes.get("phase", "")
    return phase


def _keep(
    case: Application, before: date | None, now: Reckoning, cause: str, by: User | None
) -> None:
    change = DueChange.objects.create(
        application=case,
        before=before,
        after=now.due,
        provisional=now.provisional,
        cause=cause,
        calendar_version=calendar_version(),
        at=clock.now(),
    )
    told = {
        "before": _iso(before),
        "after": _iso(now.due),
        "cause": cause,
        "calendar": change.calendar_version[:12],
    }
    record(case.stream, "due_changed", actor=by, data=told)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def calendar_version() -> str:
    """Hash of the calendar that was loaded last; one query."""
    newest = CalendarVersion.objects.order_by("-pk").values_list("sha256", flat=True).first()
    return newest or LIBRARY


def _tell(case: Application, now: Reckoning) -> None:
    if now.due is not None:
        body = _("法定办结日期现为%(day)s。") % {"day": now.due.isoformat()}
        tell_applicant(case, _("办理期限变更"), body)
    elif now.open_pause is not None:
        basis = decision_rule(case.program.content).pauses.get(now.open_pause.kind, "")
        words = {"why": now.open_pause.reason, "basis": now.open_pause.basis or basis}
        body = _("因%(why)s，所需时间不计入办理期限（%(basis)s）。") % words
        if now.open_pause.expected is not None:
            body += _("预计至%(day)s结束。") % {"day": now.open_pause.expected.isoformat()}
        tell_applicant(case, _("办理期限暂停计算"), body)
