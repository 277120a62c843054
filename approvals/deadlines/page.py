"""The clock's page: months of cells, the events, and the sentences; read once, shown to readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.deadlines import facts
from approvals.deadlines.ledger import Entry, Mark, Reckoning
from approvals.deadlines.models import ClockEvent, DueChange
from approvals.deadlines.rules import check_rule
from approvals.deadlines.statutory import Event, Kind, Rule, due
from approvals.deadlines.wording import basis_of, because, day_words, pause_sentence, why
from workflows.models import Task
from workflows.terms import workdays_of

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month; `mark` names its colour, `words` and `marks` say the same."""

    day: date
    mark: str = ""
    words: str = ""
    marks: tuple[str, ...] = ()
    title: str = ""
    is_due: bool = False
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A grid from Monday to Sunday; None pads the first and last week."""

    title: str
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One event or change of the list; `by` is an organ or, for offices, a person."""

    day: date
    what: str
    effect: str
    basis: str = ""
    reason: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockPage:
    """Everything the page shows. `title` names the term: of the decision, or of the step before."""

    title: str
    rule: Rule | None
    found: Reckoning | None
    sentences: Sequence[str]
    months: tuple[Month, ...]
    lines: tuple[Line, ...]
    changes: tuple[DueChange, ...]
    used: int
    left: int | None
    state: str
    """`running`, `paused`, `ended` or `waiting` (nothing runs)."""
    paused: str
    latest: date | None
    proposed: ClockEvent | None
    open_pause: ClockEvent | None


def page_of(application: Application, *, names: bool) -> ClockPage:
    """The page; with `names` it says who acted, else only what. Five queries."""
    people = ClockEvent.objects.select_related("by", "settled_by")
    prefetch_related_objects([application], Prefetch("clock_events", people))
    acts = list(application.clock_events.all())
    changes = tuple(application.due_changes.select_related("task"))
    if application.accepted_at is None:
        return _before_acceptance(application, changes)
    today = clock.today()
    case = facts.case_clock(application, through=today)
    found = case.reckon()
    through = min(today, found.ended) if found.ended is not None else today
    found = case.reckon(through=through)
    paused = found.paused_on(today) if found.ended is None else None
    return ClockPage(
        title=_("审批决定期限"),
        rule=case.rule,
        found=found,
        sentences=because(found, case.rule),
        months=months_of(found, case.rule, today),
        lines=tuple(_lines(case.events, case.rule, acts, names=names)),
        changes=changes,
        used=found.used(through),
        left=found.left(through) if found.due is not None and found.ended is None else None,
        state="ended" if found.ended is not None else "paused" if paused else "running",
        paused=pause_sentence(paused, case.rule) if paused is not None else "",
        latest=case.foresee(today).due if found.due is None else None,
        proposed=next((row for row in acts if row.state == ClockEvent.State.PROPOSED), None),
        open_pause=next((row for row in acts if row.is_open), None),
    )


def _before_acceptance(application: Application, changes: tuple[DueChange, ...]) -> ClockPage:
    """The term of the step that is at work (county review, acceptance check), if one is."""
    today = clock.today()
    task = _checking(application)
    term = workdays_of(task) if task is not None else None
    rule = found = None
    if task is not None and term is not None:
        rule = check_rule(application.program.content, task.element, term.days)
        begun = Event(Kind.STARTED, facts.day_of(task.entered_at), reason=str(task.title))
        calendar = facts.calendar_for([begun], rule, today)
        found = due([begun], calendar, rule, through=today)
    return ClockPage(
        title=str(task.title) if task is not None else "",
        rule=rule,
        found=found,
        sentences=because(found, rule) if found is not None and rule is not None else (),
        months=months_of(found, rule, today) if found is not None and rule is not None else (),
        lines=(),
        changes=changes,
        used=found.used(today) if found is not None else 0,
        left=found.left(today) if found is not None else None,
        state="running" if found is not None else "waiting",
        paused="",
        latest=None,
        proposed=None,
        open_pause=None,
    )


def _checking(application: Application) -> Task | None:
    """The open office seat of a case that is not accepted yet."""
    if application.process_id is None or application.closed_at is not None:
        return None
    seats = Task.objects.filter(process_id=application.process_id, is_open=True)
    found: Task | None = seats.exclude(role__in=FILING_ROLES).order_by("pk").first()
    return found


def months_of(found: Reckoning, rule: Rule, today: date) -> tuple[Month, ...]:
    """The ledger as months, each from its first to its last day."""
    if not found.ledger:
        return ()
    cells = {entry.day: _cell(entry, found, rule, today) for entry in found.ledger}
    months: list[Month] = []
    day = found.ledger[0].day.replace(day=1)
    while day <= found.ledger[-1].day:
        following = (day + timedelta(days=32)).replace(day=1)
        days = [day + timedelta(days=n) for n in range((following - day).days)]
        title = _("%(year)s年%(month)s月") % {"year": day.year, "month": day.month}
        months.append(Month(title, _weeks([cells.get(one, Cell(one)) for one in days])))
        day = following
    return tuple(months)


def _weeks(cells: Sequence[Cell]) -> tuple[tuple[Cell | None, ...], ...]:
    padded: list[Cell | None] = [None] * cells[0].day.weekday() + list(cells)
    padded += [None] * (-len(padded) % DAYS_A_WEEK)
    return tuple(tuple(padded[n : n + DAYS_A_WEEK]) for n in range(0, len(padded), DAYS_A_WEEK))


def _cell(entry: Entry, found: Reckoning, rule: Rule, today: date) -> Cell:
    ended = found.ended is not None and entry.day > found.ended
    marks = [
        _("班") if entry.works and entry.day.weekday() >= DAYS_A_WEEK - 2 else "",
        _("延") if entry.extended else "",
        _("暂") if entry.provisional else "",
        _("超") if entry.late else "",
        _("办结") if entry.day == found.ended else "",
        _("今天") if entry.day == today else "",
    ]
    if entry.day == found.due:
        marks = [_("到期")]
    mark = "late" if entry.late else "extended" if entry.extended else entry.mark.value
    return Cell(
        entry.day,
        "after" if ended and entry.mark is Mark.COUNTED else mark,
        day_words(entry),
        tuple(word for word in marks if word),
        why(entry, rule),
        is_due=entry.day == found.due,
        is_today=entry.day == today,
    )


def _lines(
    events: Iterable[Event], rule: Rule, acts: Sequence[ClockEvent], *, names: bool
) -> Iterable[Line]:
    """Facts of the course, then acts with who did them; in order of time."""
    told = [_fact(event, rule) for event in events if event.kind not in _ACTS]
    told += [_act(row, names=names) for row in acts]
    return sorted(told, key=lambda line: line.day)


_ACTS = frozenset({Kind.SPECIAL_PROCEDURE, Kind.SUSPENSION, Kind.EXTENSION})


def _fact(event: Event, rule: Rule) -> Line:
    if event.kind is Kind.STARTED:
        return Line(event.on, event.reason, _("期限自次日起计算"), rule.basis)
    if event.kind is Kind.ENDED:
        return Line(event.on, _("办结（作出决定）"), _("期限计算结束"))
    what = _lasting(event.reason, event.until)
    if event.kind in rule.pauses:
        return Line(event.on, what, _("所需时间不计入"), basis_of(event, rule))
    return Line(event.on, what, _("期限照常计算"))


def _lasting(what: str, until: date | None) -> str:
    if until is None:
        return _("%(what)s（尚未结束）") % {"what": what}
    return _("%(what)s（至%(until)s）") % {"what": what, "until": until.isoformat()}


def _act(row: ClockEvent, *, names: bool) -> Line:
    by = row.by.name if names else ""
    if names and row.settled_by is not None:
        by = f"{by} / {row.settled_by.name}"
    if row.kind == ClockEvent.Kind.EXTENSION:
        effect = _("延长%(days)s个工作日（%(state)s）") % {
            "days": row.days,
            "state": row.get_state_display(),
        }
        return Line(row.at, _("延长期限"), effect, row.legal_basis, row.reason, by, row.recorded_at)
    what = _lasting(str(row.get_procedure_display() or row.get_kind_display()), row.until)
    return Line(row.at, what, _("所需时间不计入"), row.legal_basis, row.reason, by, row.recorded_at)
