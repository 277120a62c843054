"""Everything the task page shows beside the form, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

import clock
from approvals.applications import changes
from approvals.applications.answers import AnswerSection, FileLine, answer_sections, file_lines
from approvals.applications.eligibility import self_check
from approvals.applications.models import Application
from approvals.applications.selectors import filed_attachments
from approvals.applications.services.requesting import allowed_again, unused_override
from approvals.applications.versions import earliest_visible, versions_of
from approvals.applications.views.pictures import diagram
from approvals.programs.rules import RuleResult
from approvals.reviews.selectors import Line, history_for, labels_of
from organizations.agencies import agent_scopes
from organizations.models import User
from workflows import timers
from workflows.models import Task
from workflows.nodes.seat import ADDRESSED
from workflows.remaining import remaining

PUBLICITY = "publicity"
"""Phase of the step whose term runs by itself."""


@dataclass(frozen=True, slots=True)
class Recheck:
    """A new check is limited: `labels` came in with the resubmission; `leave` when a supervisor
    has allowed one more request about something old."""

    labels: tuple[str, ...]
    leave: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page's facts; field names are the template's."""

    changes: changes.ChangeSheet | None
    """What is different since this person's own last opinion; None while nothing was renewed."""
    recheck: Recheck | None
    """Before acceptance, after a resubmission: what this organ may still ask about (C12)."""
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
    """A dozen queries and four for renewed material, whatever the size of the case's history."""
    history = history_for(application, user, task)
    assessment = self_check(application).assessment
    timer = timers.armed(task) if task.is_open else None
    public = application.phase == PUBLICITY
    due = _day_before(task.due_at)
    term = remaining(clock.today(), [due])[due] if due is not None else None
    mine = task.owner_id == user.pk
    return Sheet(
        changes=_changes(application, user),
        recheck=_recheck(application, task),
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
        may_act=task.is_open and (task.owner_id is None or mine or _deputed(task, user)),
        may_claim=task.is_open and task.owner_id is None,
        may_release=mine and not task.item and ADDRESSED not in task.data,
        window_end=_day_before(timer.scheduled) if timer is not None and public else None,
        may_run_forward=settings.DEMO_MODE and timer is not None and public,
    )


def _deputed(task: Task, user: User) -> bool:
    """代理: the holder is away and this person acts for him; one query."""
    return task.owner_id in agent_scopes(user)


def _changes(application: Application, user: User) -> changes.ChangeSheet | None:
    """Four queries at most, none for material that was never renewed."""
    if application.version == 1:
        return None
    versions = versions_of(application)
    own = application.opinions.filter(author=user).order_by("-given_at", "-pk")
    last = own.values_list("material_version", flat=True).first()
    return changes.since(versions, last, earliest=earliest_visible(user, versions))


def _recheck(application: Application, task: Task) -> Recheck | None:
    """Four queries at most, none before a resubmission and none after acceptance."""
    if application.version == 1 or application.accepted_at is not None or not task.is_open:
        return None
    fresh = allowed_again(application, task.organ)
    if fresh is None:
        return None
    labels = tuple(label for key, label in labels_of(application).items() if key in fresh)
    return Recheck(labels, unused_override(application) is not None)


def _day_before(moment: Any) -> date | None:
    """A term ends at 24:00: the last day is the one before that moment."""
    if moment is None:
        return None
    last: date = (moment - timedelta(microseconds=1)).astimezone(clock.BEIJING).date()
    return last
