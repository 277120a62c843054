"""A case's way through its own diagram, read from the rows of the procedure in one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from workflows.bpmn.model import ProcessModel
from workflows.models import LIVE, Process, ProcessStatus, Task

LIVE_STEP, PARKED, DONE, SKIPPED, CLOSED = "live", "parked", "done", "skipped", "closed"
"""What a visit is: being worked on, held by a fault, done, passed over, ended without a result."""

_AUTOMATIC = frozenset({"serviceTask", "businessRuleTask", "scriptTask", "sendTask"})
ACTIVITIES = _AUTOMATIC | {
    "userTask",
    "manualTask",
    "receiveTask",
    "task",
    "subProcess",
    "callActivity",
}
_UNTOLD = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
)
_NO_NAMES = frozenset({"expert"})
"""Roles whose holders stay unnamed: experts judge without knowing of each other (semantics C0)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One time that a token was at a step; a panel is one visit with its seats."""

    element: str
    title: str
    state: str
    organs: tuple[str, ...]
    people: tuple[str, ...]
    automatic: bool
    entered_at: datetime
    finished_at: datetime | None
    seats: str = ""
    """`2/5` of a panel: how many have acted, of how many."""


@dataclass(frozen=True, slots=True)
class Course:
    """Marks by element or arrow id, counts by element id, visits as they began."""

    live: frozenset[str] = frozenset()
    parked: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    counts: Mapping[str, str] = field(default_factory=dict)
    visits: Sequence[Visit] = ()


def course_of(process: Process, *, with_people: bool) -> Course:
    """Names of persons only for readers who work on the case; applicants read organs. One query."""
    flow_class = process.flow_class
    model: ProcessModel = flow_class.model
    rows = Task.objects.filter(process=process).select_related("organ", "owner", "actor")
    here = [row for row in rows.order_by("pk") if row.flow_task.flow_class is flow_class]
    seats: dict[int, list[Task]] = {}
    for row in here:
        if row.item and row.parent_id is not None:
            seats.setdefault(row.parent_id, []).append(row)
    visits = [
        _visit(row, seats.get(row.pk, []), model, with_people=with_people)
        for row in here
        if not row.item and _is_told(row, model)
    ]
    return _marked(process, model, here, visits)


def _is_told(row: Task, model: ProcessModel) -> bool:
    """Gateways say nothing of their own; an event that waits at an edge only if it happened."""
    node = model.nodes.get(row.element)
    if node is None or node.kind in _UNTOLD:
        return False
    return not _only_armed(row, model)


def _visit(row: Task, seats: list[Task], model: ProcessModel, *, with_people: bool) -> Visit:
    node = model.nodes[row.element]
    asked = seats or [row]
    named = [seat for seat in asked if with_people and seat.role not in _NO_NAMES]
    people = (seat.actor or seat.owner for seat in named)
    total = len(row.data.get("items") or seats)
    return Visit(
        element=row.element,
        title=node.name or row.element,
        state=_state(row),
        organs=tuple(dict.fromkeys(s.organ.name for s in asked if s.organ is not None)),
        people=tuple(dict.fromkeys(person.name for person in people if person is not None)),
        automatic=node.kind in _AUTOMATIC,
        entered_at=row.entered_at,
        finished_at=row.finished,
        seats=f"{sum(seat.status == 'DONE' for seat in seats)}/{total}" if total else "",
    )


def _state(row: Task) -> str:
    if row.status == "ERROR":
        return PARKED
    if row.status in LIVE:
        return LIVE_STEP
    if row.status == "REVIVED":
        return SKIPPED if row.outcome == "skipped" else CLOSED
    return DONE if row.status == "DONE" else CLOSED


def _marked(
    process: Process, model: ProcessModel, rows: Iterable[Task], visits: Sequence[Visit]
) -> Course:
    states: dict[str, set[str]] = {}
    for row in rows:
        if not row.item and not _only_armed(row, model):
            states.setdefault(_state(row), set()).add(row.element)
    live, parked = states.get(LIVE_STEP, set()), states.get(PARKED, set())
    done = states.get(DONE, set()) - live - parked
    entered = set().union(*states.values()) if states else set()
    over = process.status != ProcessStatus.NEW
    never = {n.id for n in model.nodes.values() if over and n.kind in ACTIVITIES} - entered
    skipped = (
        (states.get(SKIPPED, set()) | states.get(CLOSED, set()) | never) - live - parked - done
    )
    return Course(
        live=frozenset(live),
        parked=frozenset(parked),
        done=frozenset(done | {row.via for row in rows if row.via in model.flows}),
        skipped=frozenset(skipped),
        counts={visit.element: visit.seats for visit in visits if visit.seats},
        visits=tuple(visits),
    )


def _only_armed(row: Task, model: ProcessModel) -> bool:
    """An event at the edge of a step that did not happen (yet) is no place the case has been."""
    node = model.nodes.get(row.element)
    return node is not None and node.kind == "boundaryEvent" and row.status != "DONE"
