"""From rows to events: what happened to a case, as its clock sees it. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application, CorrectionRequest
from approvals.applications.phases import phase_label
from approvals.deadlines.ledger import Reckoning
from approvals.deadlines.models import ClockEvent
from approvals.deadlines.rules import decision_rule
from approvals.deadlines.statutory import Event, Kind, Rule, due, forecast
from workflows.calendar import Workday, stored_days
from workflows.models import LIVE, Task

DECIDING = "issue_decision"
"""Handler of the automatic step in which the decision is made (docs/flows.md)."""
PHASES = {
    "check": Kind.EXPERT_REVIEW,
    "publicity": Kind.PUBLICITY,
    "objection": Kind.OBJECTION,
}
"""Phases of a diagram's human steps during which a clock may stand still (domain §2.8)."""
_MARGIN_DAYS = 60


@dataclass(frozen=True, slots=True)
class CaseClock:
    """One case's clock: what happened, by which rule, and the calendar to count by."""

    application: Application
    events: tuple[Event, ...]
    rule: Rule
    calendar: Workday

    def reckon(self, *, through: date | None = None) -> Reckoning:
        """The last day and the ledger."""
        return due(self.events, self.calendar, self.rule, through=through)

    def foresee(self, today: date) -> Reckoning:
        """最迟办结日 while something is open."""
        return forecast(self.events, self.calendar, self.rule, today=today)


def case_clock(application: Application, *, through: date | None = None) -> CaseClock:
    """The decision clock of a case: four queries (tasks, corrections, acts, calendar)."""
    events = tuple(events_of(application))
    rule = decision_rule(application.program.content)
    return CaseClock(application, events, rule, calendar_for(events, rule, through))


def calendar_for(events: Sequence[Event], rule: Rule, through: date | None = None) -> Workday:
    """The days any reckoning of these events can ask for; one query."""
    known = [event.on for event in events]
    known += [day for event in events for day in (event.until, event.expected) if day is not None]
    known += [clock.today(), *([through] if through is not None else [])]
    furthest = max(known) + timedelta(days=2 * (rule.days + rule.extension) + _MARGIN_DAYS)
    return stored_days(min(known), furthest)


def events_of(application: Application) -> list[Event]:
    """Everything that begins, stops, extends or ends the decision clock; three queries."""
    if application.accepted_at is None or application.process_id is None:
        return []
    tasks = _tasks(application)
    events = [Event(Kind.STARTED, application.accepted_at, reason=_("受理"))]
    events += _pausing_steps(application, tasks)
    events += [_correction(row, application) for row in _corrections(application)]
    events += [act_event(row) for row in application.clock_events.all()]
    ended = ended_on(application, tasks)
    events += [Event(Kind.ENDED, ended, reason=_("作出决定"))] if ended is not None else []
    return [event for event in events if event.kind is not Kind.EXTENSION or event.days]


def _tasks(application: Application) -> list[Task]:
    rows = Task.objects.filter(process_id=application.process_id).only(
        "element", "flow_task", "role", "status", "parent_id", "entered_at", "finished", "due_at"
    )
    return list(rows.order_by("pk"))


def _corrections(application: Application) -> Iterable[CorrectionRequest]:
    return application.corrections.defer("items", "answers", "changes").order_by("pk")


def _pausing_steps(application: Application, tasks: Sequence[Task]) -> Iterator[Event]:
    """One event a visit of a step whose phase may pause; its seats together."""
    model = application.process.flow_class.model if application.process is not None else None
    visits: dict[tuple[str, int | None, datetime], list[Task]] = {}
    for task in tasks:
        if task.role:
            key = (task.element, task.parent_id, task.entered_at if not task.parent_id else _ANY)
            visits.setdefault(key, []).append(task)
    for (element, _parent, _at), seats in visits.items():
        node = model.nodes.get(element) if model is not None else None
        kind = PHASES.get(node.attributes.get("phase", "")) if node is not None else None
        if kind is not None:
            yield _visit(kind, seats, application)


_ANY = datetime.min.replace(tzinfo=clock.BEIJING)
"""Seats of one panel belong together, whenever each was opened."""


def _visit(kind: Kind, seats: Sequence[Task], application: Application) -> Event:
    live = any(seat.status in LIVE for seat in seats) and application.closed_at is None
    lasts = [seat.finished for seat in seats if seat.finished is not None]
    terms = [day_of(seat.due_at - timedelta(microseconds=1)) for seat in seats if seat.due_at]
    return Event(
        kind,
        min(day_of(seat.entered_at) for seat in seats),
        None if live else day_of(max(lasts)) if lasts else _closed_on(application),
        reason=phase_label({found: name for name, found in PHASES.items()}[kind]),
        expected=max(terms, default=None),
    )


def _correction(row: CorrectionRequest, application: Application) -> Event:
    ended = row.answered_at or row.void_at
    until = day_of(ended) if ended is not None else _closed_on(application)
    return Event(
        Kind.CORRECTION,
        day_of(row.requested_at),
        until,
        reason=_("申请人补正"),
        expected=row.due_on,
    )


def act_event(row: ClockEvent) -> Event:
    """A row as the clock reads it; what is proposed or refused adds nothing."""
    in_force = row.state == ClockEvent.State.IN_FORCE
    whole_days = row.kind == ClockEvent.Kind.SPECIAL_PROCEDURE
    return Event(
        Kind(row.kind),
        row.at,
        row.until,
        first="same" if whole_days else "next",
        days=row.days if in_force else 0,
        reason=str(row.get_procedure_display() or row.get_kind_display()),
        basis=row.legal_basis,
        expected=row.expected,
    )


def ended_on(application: Application, tasks: Sequence[Task]) -> date | None:
    """The day of the decision, else of any other end."""
    model = application.process.flow_class.model if application.process is not None else None
    for task in tasks:
        node = model.nodes.get(task.element) if model is not None else None
        decides = node is not None and node.attributes.get("handler") == DECIDING
        if decides and task.finished is not None and task.status == "DONE":
            return day_of(task.finished)
    return _closed_on(application)


def _closed_on(application: Application) -> date | None:
    return day_of(application.closed_at) if application.closed_at is not None else None


def day_of(moment: datetime) -> date:
    """The Beijing day of a moment."""
    return moment.astimezone(clock.BEIJING).date()


def last_day(moment: datetime | None) -> date | None:
    """The last day of a term that ends at 24:00."""
    return day_of(moment - timedelta(microseconds=1)) if moment is not None else None


def pauses_in(rule: Rule) -> frozenset[str]:
    """The phases during which this rule's clock stands still."""
    names = {name for name, kind in PHASES.items() if kind in rule.pauses}
    return frozenset(names | ({"correction"} if Kind.CORRECTION in rule.pauses else set()))
