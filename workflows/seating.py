"""Whose seats a step has, in whatever state: read from the rows, for the rules and the pages.

A step is one visit of a human task with everything that people have hung on it: added seats,
signers' steps, seats that were handed over. A seat handed over is a new row that names the old one
(`from`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from viewflow.workflow.status import STATUS

from workflows.models import LIVE, Task
from workflows.nodes.seat import SAID, SIGNER, SIGNERS, SKIPPED
from workflows.nodes.signers import DELEGATE

FROM = "from"
"""Key in a row's data: the number of the row whose seat this one took over."""
HELD = "held"
"""Key: the numbers of those who held the seat before, the first one first."""


class SeatState(Enum):
    """The seat states of semantics C0."""

    WAITING = "waiting"
    OPEN = "open"
    ACTED = "acted"
    SKIPPED = "skipped"
    CLOSED = "closed"
    RECUSED = "recused"
    ANNULLED = "annulled"


_LEFT = {"recused": SeatState.RECUSED, SKIPPED: SeatState.SKIPPED}


def state_of(seat: Task) -> SeatState:
    """One row's state; of CLOSED the row's outcome says why."""
    if seat.data.get("uncounted") == "annulled":
        return SeatState.ANNULLED
    if seat.status == STATUS.DONE and seat.actor_id is None:
        return SeatState.SKIPPED  # those beside it, or binding signers, decided without it
    if seat.status == STATUS.DONE or (seat.status in LIVE and SAID in seat.data):
        return SeatState.ACTED
    if seat.status not in LIVE:
        return _LEFT.get(seat.outcome, SeatState.CLOSED)
    return SeatState.OPEN if seat.is_open else SeatState.WAITING


def is_counted(seat: Task) -> bool:
    """Whether its holder counts in the step: asked or heard, not consulted only."""
    if seat.data.get(SIGNER) == DELEGATE or "uncounted" in seat.data:
        return False
    return state_of(seat) in (SeatState.WAITING, SeatState.OPEN, SeatState.ACTED)


def seats_of_step(task: Task) -> list[Task]:
    """Every seat of the step in which `task` is, oldest first; one query."""
    rows = Task.objects.filter(process=task.process_id, element=task.element)
    found = list(rows.select_related("owner", "actor", "organ").order_by("pk"))
    return of_step([row for row in found if row.flow_task is task.flow_task], task)


def of_step(rows: Sequence[Task], task: Task) -> list[Task]:
    """Those of the rows of one element that are seats of this step."""
    by_number = {row.pk: row for row in rows}
    roots = _chain(by_number, _root(by_number, task.pk))
    return [row for row in rows if _is_seat(row) and _root(by_number, row.pk) in roots]


def _is_seat(row: Task) -> bool:
    return row.flow_task_type == "HUMAN" and bool(row.role)


def _root(rows: dict[int, Task], number: int) -> int:
    row = rows[number]
    while row.parent_id in rows:
        row = rows[row.parent_id]
    return int(row.pk)


def _chain(rows: dict[int, Task], root: int) -> set[int]:
    """A step of one seat that was handed over is several rows side by side."""
    heirs = {row.data[FROM]: row.pk for row in rows.values() if FROM in row.data}
    found, current = {root}, root
    while (before := rows[current].data.get(FROM)) in rows:
        current = before
        found.add(current)
    current = root
    while current in heirs:
        current = heirs[current]
        found.add(current)
    return found


def counted_people(seats: Iterable[Task]) -> frozenset[int]:
    """Who must not be given another seat in this step (I5), by number."""
    counted = [seat for seat in seats if is_counted(seat)]
    people = {seat.owner_id for seat in counted} | {seat.actor_id for seat in counted}
    return frozenset(person for person in people if person is not None)


def signers_of(task: Task) -> list[Task]:
    """The signers' steps that this seat has opened, oldest first; one query."""
    return list(Task.objects.filter(parent=task, flow_task_type=SIGNERS).order_by("pk"))


def decides_alone(seat: Task) -> bool:
    """Its holder's answer is the step's: he is no signer, nobody is asked beside or after him."""
    at_work = Task.objects.filter(parent=seat, flow_task_type=SIGNERS, status__in=LIVE)
    return SIGNER not in seat.data and not at_work.exists()
