"""Everything the task page shows beside the form, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

import clock
from approvals.applications.answers import AnswerSection, FileLine, answer_sections, file_lines
from approvals.applications.eligibility import self_check
from approvals.applications.models import Application
from approvals.applications.selectors import filed_attachments
from approvals.applications.views.pictures import diagram
from approvals.programs.rules import RuleResult
from approvals.reviews.selectors import Line, history_for
from organizations.models import User
from workflows import timers
from workflows.models import Task
from workflows.remaining import remaining

PUBLICITY = "publicity"
"""Phase of the step whose term runs by itself."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page's facts; field names are the template's."""

    sections: Sequence[AnswerSection]
    files: Sequence[FileLine]
    checks: Sequence[RuleResult]
    """The program's conditions on the material as it is now."""
    sums: Sequence[dict[str, Any]]
    opinions: Sequence[Line]
    sealed: bool
    diagram: SafeString | str
    due: date | None
    left: int | None
    provisional: bool
    may_act: bool
    may_claim: bool
    may_release: bool
    window_end: date | None
    """Last day of the term that goes on by itself (publicity)."""
    may_run_forward: bool

    def as_context(self) -> dict[str, Any]:
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}


def sheet_of(task: Task, application: Application, user: User) -> Sheet:
    """A dozen queries, whatever the size of the case's history."""
    history = history_for(application, user, task)
    assessment = self_check(application).assessment
    timer = timers.armed(task) if task.is_open else None
    public = application.phase == PUBLICITY
    due = _day_before(task.due_at)
    term = remaining(clock.today(), [due])[due] if due is not None else None
    mine = task.owner_id == user.pk
    return Sheet(
        sections=answer_sections(application),
        files=file_lines(application.program.content, filed_attachments(application)),
        checks=assessment.rules if assessment is not None else (),
        sums=assessment.as_json()["sum"] if assessment is not None else (),
        opinions=history.lines,
        sealed=history.sealed,
        diagram=diagram(application, with_people=True) or "",
        due=due,
        left=term.days if term else None,
        provisional=bool(term and term.provisional),
        may_act=task.is_open and (task.owner_id is None or mine),
        may_claim=task.is_open and task.owner_id is None,
        may_release=mine and not task.item,
        window_end=_day_before(timer.scheduled) if timer is not None and public else None,
        may_run_forward=settings.DEMO_MODE and timer is not None and public,
    )


def _day_before(moment: Any) -> date | None:
    """A term ends at 24:00: the last day is the one before that moment."""
    if moment is None:
        return None
    last: date = (moment - timedelta(microseconds=1)).astimezone(clock.BEIJING).date()
    return last
