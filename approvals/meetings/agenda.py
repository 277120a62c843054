"""What may be put before a meeting: steps whose form says so, in the chair's own right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.meetings.models import AgendaItem, ItemState, Kind, Meeting
from approvals.meetings.sight import Hidden, hidden_from
from approvals.programs.models import Program
from approvals.reviews import steps
from organizations.models import User
from organizations.positions import Position, positions
from workflows.directory import matching
from workflows.errors import OperationError
from workflows.models import Task
from workflows.operations.deciding import allowed

WINDOW = 500
"""Open tasks looked through for candidates, soonest due first."""
MOST = 100
"""Items of one meeting: its minutes must fit a document."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open task of the organ that a meeting of this kind may decide."""

    task: Task
    application: Application
    hindrance: str
    """Why it cannot be listed as things are; "" = it can."""
    deferred_on: datetime | None
    """When an earlier meeting put it off."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of a case before it is listed, read once for all cases."""

    meeting: Meeting
    chair_held: tuple[Position, ...]
    chair_hidden: Hidden
    recorder_hidden: Hidden
    acts: dict[int, list[Task]]

    def hindrance(self, application: Application, task: Task) -> str:
        """The sentence that keeps this case off this meeting's agenda; no query."""
        if not task.is_open:
            return _("本环节已经办结或者离开，不能列入议程。")
        rule = steps.form_of(application, task).meeting
        if rule is None or self.meeting.kind not in rule.kinds:
            kind = Kind(self.meeting.kind).label
            return _("本项目的这一环节不由%(kind)s决定。") % {"kind": kind}
        for hidden, who in (
            (self.chair_hidden, _("主持人")),
            (self.recorder_hidden, _("记录人")),
        ):
            if _avoids(hidden, application):
                return _("%(who)s应当回避，请列入由他人担任的会议。") % {"who": who}
        position = matching(self.chair_held, task.role, task.organ_id)
        try:
            allowed(task, self.meeting.chair, position, self.acts.get(task.process_id, ()))
        except OperationError as refusal:
            return _("主持人不能办理这一环节：%(why)s") % {"why": refusal.detail}
        return ""


def rules_for(meeting: Meeting, tasks: Iterable[Task]) -> Rules:
    """Four queries at any number of tasks."""
    processes = {task.process_id for task in tasks}
    acts: dict[int, list[Task]] = {}
    for row in Task.objects.filter(process__in=processes, actor=meeting.chair_id):
        acts.setdefault(row.process_id, []).append(row)
    return Rules(
        meeting,
        positions(meeting.chair),
        hidden_from(meeting.chair),
        hidden_from(meeting.recorder),
        acts,
    )


def _avoids(hidden: Hidden, application: Application) -> bool:
    tied = application.applicant_id in hidden.parties
    return tied or application.process_id in hidden.processes


def candidates(meeting: Meeting, user: User) -> list[Candidate]:
    """Open tasks of the organ at steps meant for such a meeting, without those on an agenda and
    without what the person must not know of; soonest due first. Ten queries at any number."""
    roles = {role for held in positions(meeting.chair) for role in held.acting}
    waiting = Task.objects.filter(is_open=True, organ=meeting.organ_id, role__in=roles).exclude(
        agenda_items__state=ItemState.LISTED
    )
    tasks = list(
        waiting.select_related("process__party", "organ", "owner").order_by("due_at", "pk")[:WINDOW]
    )
    cases = cases_of(tasks)
    hidden, rules = hidden_from(user), rules_for(meeting, tasks)
    earlier = _deferred(tasks)
    found = []
    for task in tasks:
        case = cases.get(task.process_id)
        if case is None or _avoids(hidden, case):
            continue
        rule = steps.form_of(case, task).meeting
        if rule is not None and meeting.kind in rule.kinds:
            sentence = rules.hindrance(case, task)
            found.append(Candidate(task, case, sentence, earlier.get(task.pk)))
    return sorted(found, key=lambda one: (one.deferred_on is None, bool(one.hindrance)))


def cases_of(tasks: Sequence[Task]) -> dict[int, Application]:
    """The tasks' cases by process, with the policy of each program read once; two queries."""
    rows = Application.objects.filter(process__in=[task.process_id for task in tasks])
    found = list(
        rows.select_related("program", "applicant__applicant", "county").defer(
            "data", "facts", "program__content"
        )
    )
    with_policy(found)
    return {case.process_id: case for case in found if case.process_id is not None}


def with_policy(cases: Iterable[Application]) -> None:
    """The content of each program, once for all its cases; one query."""
    cases = list(cases)
    contents = dict(
        Program.objects.filter(pk__in={case.program_id for case in cases}).values_list(
            "pk", "content"
        )
    )
    for case in cases:
        case.program.content = contents[case.program_id]


def _deferred(tasks: Sequence[Task]) -> dict[int, datetime]:
    rows = AgendaItem.objects.filter(
        Q(task__in=[task.pk for task in tasks]), state=ItemState.DEFERRED
    )
    return dict(
        rows.order_by().values("task").annotate(at=Max("added_at")).values_list("task", "at")
    )
