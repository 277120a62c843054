"""Takes the tokens of a case back to an earlier place; `resuming` takes them straight back again.

What came after that place is closed and does not count any more; what other branches brought to a
join meanwhile waits there again. So the case stands as if the step had never been left: no token is
lost, none is there twice (workflows.lineage says what came after what).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workflows import rows as task_rows
from workflows.lineage import Lineage
from workflows.models import LIVE, Task
from workflows.reopened import ARRIVAL, REOPENED

if TYPE_CHECKING:
    from workflows.execution import Execution


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a token is put: before `node`, by the arrow `via`. What came after `bases` goes.

    `of` is the earlier visit of the step; None when the step was never visited.
    """

    node: Any
    via: str
    place: int | None
    bases: frozenset[int]
    of: Task | None


@dataclass(frozen=True, slots=True)
class Rewound:
    """What was closed (live before) and what is undone (all that came after)."""

    closed: tuple[Task, ...]
    undone: frozenset[int]


def turn_at(lineage: Lineage, visit: Task) -> Turn:
    """To a step that was visited."""
    bases = frozenset(lineage.visits_of(visit))
    return Turn(visit.flow_task, visit.via, lineage.place(visit), bases, visit)


def rewind(run: Execution, lineage: Lineage, turn: Turn, number: int, outcome: str) -> Rewound:
    """Closes what came after the place and puts the other branches' arrivals back."""
    gone = lineage.descendants(turn.bases)
    for scope in [row for row in run.rows if row.pk in turn.bases and row.status in LIVE]:
        close(run, scope, outcome)
    closed = [row for row in run.rows if row.pk in gone and row.status in LIVE]
    for row in closed:
        if row.status in LIVE:
            close(run, row, outcome)
    for arrival in lineage.arrivals_outside(gone, turn.bases):
        _wait_again(run, arrival, scope_of(run, turn.place), number)
    undone = gone | (turn.bases if turn.of is not None else frozenset())
    return Rewound(tuple(closed), frozenset(undone))


def scope_of(run: Execution, place: int | None) -> Task | None:
    """The live row of a scope."""
    return next((row for row in run.rows if place is not None and row.pk == place), None)


def close(run: Execution, row: Task, outcome: str) -> None:
    """Cancels a row with everything inside; what waited for a person says why."""
    for inside in [row, *_inside(run, row)]:
        if inside.flow_task_type == "HUMAN" and inside.status in LIVE:
            inside.outcome = outcome
    run.activation(row).cancel()


def _inside(run: Execution, row: Task) -> list[Task]:
    found = run.children(row)
    return found + [inner for child in found for inner in _inside(run, child)]


def _wait_again(run: Execution, arrival: Task, scope: Task | None, number: int) -> None:
    row = task_rows.new(run, arrival.flow_task, via=arrival.via, parent=scope)
    row.data[ARRIVAL] = number
    run.activation(row).activate()
    run.keep(row)


def next_number(lineage: Lineage) -> int:
    """Re-openings of a case are counted from 1."""
    return 1 + max((again.number for _row, again in lineage.reopenings()), default=0)


def kept(row: Task) -> dict[str, Any]:
    """What the next row of this step, or of this arrival, remembers."""
    return {key: row.data[key] for key in (REOPENED, ARRIVAL) if key in row.data}
