"""Where a case stands, told to the applicant: organs, days and outcomes, never persons or votes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application, CorrectionRequest
from approvals.applications.panels import reasons_for
from approvals.applications.phases import phase_label
from approvals.applications.rights import FILING_ROLES
from workflows.bpmn.model import ProcessModel
from workflows.models import LIVE, Task
from workflows.nodes.seat import SAID, SIGNER, WAITS_FOR
from workflows.remaining import Remaining, remaining

NOT_APPLICABLE = "county_not_applicable"
"""The automatic step that stands for a county review that does not apply (R-DIRECT)."""

_RETURNED = frozenset({"return"})
_REWORDED = frozenset({"return", "resubmit"})
"""Outcomes that are called otherwise once the case is accepted."""
_LEFT = frozenset({"transferred", "removed", "recused", "left"})
_REFUSED = frozenset({"reject", "not_accept", "disagree"})


def outcome_label(outcome: str) -> str:
    """The word for a step's outcome, as the applicant reads it."""
    labels = {
        "recommend": _("同意推荐"),
        "return": _("退回补正"),
        "reject": _("不同意"),
        "resubmit": _("已补正"),
        "accept": _("予以受理"),
        "not_accept": _("不予受理"),
        "approve": _("同意"),
        "sign": _("已签发"),
        "paid": _("已拨付"),
        "objection": _("有异议，复核"),
        "skipped": _("已略过"),
        "moved": _("已转入其他环节"),
    }
    return labels.get(outcome, _("已办理"))


@dataclass(frozen=True, slots=True)
class Visit:
    """One step in the history; `state` is done, current, returned, refused, skipped or closed."""

    title: str
    organs: str
    state: str
    outcome: str
    reason: str
    entered_at: datetime
    finished_at: datetime | None
    due_on: date | None
    left: int | None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the progress line."""

    title: str
    state: str
    remark: str


@dataclass(frozen=True, slots=True)
class Status:
    """Everything the status page says about the course of the case."""

    phase: str
    label: str
    stages: tuple[Stage, ...]
    history: tuple[Visit, ...]
    waiting: tuple[Visit, ...]
    due_on: date | None
    due_provisional: bool
    left: int | None
    asked: CorrectionRequest | None
    delayed: bool


def workdays_left(day: date | None) -> int | None:
    """Working days from today to a last day, negative when it is over, None without one."""
    return None if day is None else remaining(clock.today(), [day])[day].days


def status(application: Application) -> Status:
    """The case for its applicant: three queries and the reasons, whatever its length."""
    tasks = _human_tasks(application)
    model = _model(application)
    due_on = None if application.closed_at is not None else application.due_on
    days = [day for day in (due_on, *(_last_day(row) for row in tasks)) if day is not None]
    asked = list(application.corrections.select_related("organ").order_by("pk"))
    told = _Told(model, reasons_for(application), remaining(clock.today(), days), asked)
    visits = [_visit(group, told) for group in _visits(tasks)]
    return Status(
        phase=application.phase,
        label=application.phase_label,
        stages=tuple(_stages(application, model, tasks)),
        history=tuple(visits),
        waiting=tuple(visit for visit in visits if visit.state == "current"),
        due_on=due_on,
        due_provisional=application.due_provisional,
        left=told.left_to(due_on),
        asked=_still_open(application, asked),
        delayed=application.process is not None and bool(application.process.blocked_reason),
    )


def _still_open(
    application: Application, asked: Sequence[CorrectionRequest]
) -> CorrectionRequest | None:
    if application.closed_at is not None:
        return None
    return next((one for one in asked if one.is_open), None)


@dataclass(frozen=True, slots=True)
class _Told:
    """What every line of the page draws on: names, reasons, working days left, what was asked."""

    model: ProcessModel | None
    reasons: dict[int, str]
    left: dict[date, Remaining]
    asked: Sequence[CorrectionRequest]

    def is_return(self, seat: Task) -> bool:
        """Did this seat return the case, or answer a return, after acceptance (C6)?"""
        if seat.role not in FILING_ROLES:
            return any(one.is_return and one.task_id == seat.pk for one in self.asked)
        nearest = min(
            self.asked, key=lambda one: abs(one.requested_at - seat.entered_at), default=None
        )
        return nearest is not None and nearest.is_return

    def left_to(self, day: date | None) -> int | None:
        return None if day is None else self.left[day].days


def _human_tasks(application: Application) -> list[Task]:
    if application.process_id is None:
        return []
    rows = Task.objects.filter(process_id=application.process_id).select_related("organ")
    return [
        row
        for row in rows.order_by("pk")
        if (row.role and _is_seat(row) and not _is_inside(row)) or row.element == NOT_APPLICABLE
    ]


def _is_seat(row: Task) -> bool:
    return row.is_open or _waits(row) or bool(row.outcome) or row.finished is not None


def _waits(row: Task) -> bool:
    """The office asks within itself: to the applicant the step is being worked on."""
    return row.status in LIVE and bool(row.data.keys() & {WAITS_FOR, SAID})


def _is_inside(row: Task) -> bool:
    """Signers, copies, seats that were handed over: who worked on it within the office."""
    return row.flow_task_type != "HUMAN" or SIGNER in row.data or row.outcome in _LEFT


def _model(application: Application) -> ProcessModel | None:
    if application.process is None:
        return None
    model: ProcessModel = application.process.flow_class.model
    return model


def _visits(tasks: Iterable[Task]) -> list[list[Task]]:
    """The seats of one visit together: a panel is one step to the applicant."""
    visits: dict[tuple[str, int | None, datetime], list[Task]] = {}
    for row in tasks:
        visits.setdefault((row.element, row.parent_id, row.entered_at), []).append(row)
    return list(visits.values())


def _visit(seats: list[Task], told: _Told) -> Visit:
    first = seats[0]
    current = any(seat.is_open or _waits(seat) for seat in seats)
    alone = len(seats) == 1 and not first.item
    finished = None if current else max((s.finished for s in seats if s.finished), default=None)
    due = _last_day(first) if current else None
    return Visit(
        title=_title(first, told),
        organs=_organs(seats),
        state=_state(first, current=current, alone=alone),
        outcome=_outcome(first, told, current=current, alone=alone),
        reason=told.reasons.get(first.pk, "") if alone else "",
        entered_at=first.entered_at,
        finished_at=finished,
        due_on=due,
        left=told.left_to(due),
    )


def _outcome(seat: Task, told: _Told, *, current: bool, alone: bool) -> str:
    """A single organ's outcome; of a panel only that it is done: votes stay inside."""
    if current:
        return ""
    if seat.element == NOT_APPLICABLE:
        return _("不适用（市直申报，由市级直接受理）")
    if not alone:
        return _("已办理")
    if seat.outcome in _REWORDED and told.is_return(seat):
        return _("退回修改") if seat.outcome == "return" else _("已修改")
    return outcome_label(seat.outcome) if seat.outcome else _("已结束")


def _state(seat: Task, *, current: bool, alone: bool) -> str:
    if current:
        return "current"
    if seat.element == NOT_APPLICABLE:
        return "skipped"
    if alone and seat.outcome in _RETURNED:
        return "returned"
    if alone and seat.outcome in _REFUSED:
        return "refused"
    return "done"


def _title(seat: Task, told: _Told) -> str:
    if seat.role in FILING_ROLES and told.is_return(seat):
        return _("申请人修改")
    model = told.model
    node = model.nodes.get(seat.element) if model is not None else None
    return node.name if node is not None and node.name else seat.element


def _organs(seats: list[Task]) -> str:
    names = (seat.organ.name for seat in seats if seat.organ is not None)
    return "、".join(dict.fromkeys(names))


def _last_day(seat: Task) -> date | None:
    """The last day itself: a period ends at 24:00, which is 0:00 of the next."""
    if seat.due_at is None:
        return None
    return (seat.due_at.astimezone(clock.BEIJING) - timedelta(microseconds=1)).date()


def _stages(
    application: Application, model: ProcessModel | None, tasks: Sequence[Task]
) -> Iterable[Stage]:
    submitted = application.submitted_at
    if submitted is None:
        yield Stage(_("填写申请"), "current", "")
        yield Stage(_("提交"), "", "")
        return
    yield Stage(_("提交"), "done", submitted.astimezone(clock.BEIJING).date().isoformat())
    for phase in _phases(model):
        yield _stage(phase, model, tasks)
    yield _end(application)


def _phases(model: ProcessModel | None) -> list[str]:
    """The phases of the diagram's reviewing steps in document order."""
    if model is None:
        return []
    found = (
        node.attributes.get("phase", "")
        for node in model.nodes.values()
        if node.kind == "userTask" and model.role_of(node) not in FILING_ROLES
    )
    return [phase for phase in dict.fromkeys(found) if phase]


def _stage(phase: str, model: ProcessModel | None, tasks: Sequence[Task]) -> Stage:
    label = phase_label(phase)
    here = [row for row in tasks if _phase_of(row, model) == phase]
    if phase == "county_review" and any(row.element == NOT_APPLICABLE for row in tasks):
        return Stage(label, "skipped", _("不适用（市直申报）"))
    if any(row.is_open or _waits(row) for row in here):
        at_work = [row for row in here if row.is_open or _waits(row)]
        return Stage(label, "current", _organs(at_work))
    if not here:
        return Stage(label, "", "")
    if here[-1].outcome in _RETURNED:
        return Stage(label, "", _("已退回"))
    finished = max((row.finished for row in here if row.finished), default=None)
    day = finished.astimezone(clock.BEIJING).date().isoformat() if finished else ""
    return Stage(label, "done", day)


def _phase_of(row: Task, model: ProcessModel | None) -> str:
    node = model.nodes.get(row.element) if model is not None else None
    return node.attributes.get("phase", "") if node is not None else ""


def _end(application: Application) -> Stage:
    if application.closed_at is None:
        return Stage(_("办结"), "", "")
    day = application.closed_at.astimezone(clock.BEIJING).date().isoformat()
    state = "done" if application.verdict in {"approved", "conditional"} else "failed"
    return Stage(application.phase_label, state, day)
