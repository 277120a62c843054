"""Takes the tokens of a case back to an earlier place, and straight back again.

What came after that place is closed and does not count any more; what other branches brought to a
join meanwhile waits there again. So the case stands as if the step had never been left: no token is
lost, none is there twice (workflows.lineage says what came after what).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from viewflow.workflow.status import STATUS

from workflows import rows as task_rows
from workflows.directory import APPLICANT_ROLES
from workflows.lineage import Lineage
from workflows.models import LIVE, Process, Task
from workflows.reopened import ARRIVAL, REOPENED, RESUME, Reopening, reopening_of

if TYPE_CHECKING:
    from workflows.execution import Execution

Stale = Callable[[Process, Sequence[str], int], Iterable[str]]
"""Given the case, steps (BPMN ids) and a material version: which of them relied on what changed."""

_stale: list[Stale] = []


def register_stale(asked: Stale) -> None:
    """Published here, filled by the layer that knows forms; the last one counts."""
    _stale[:] = [asked]


def stale_steps(process: Process, steps: Sequence[str], since: int) -> frozenset[str]:
    """Steps to be opened again before the case goes straight back; none when nobody knows."""
    return frozenset(_stale[0](process, steps, since)) if _stale and steps else frozenset()


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


def straight_back(run: Execution, done: Task) -> bool:
    """A step that was opened again is done: puts the case where it was, if that was asked for.

    False: the diagram says what follows, since it was not asked for, or because the step answers
    otherwise than before.
    """
    again = reopening_of(done)
    if again is None or again.mode != RESUME or again.outcome not in (None, done.outcome):
        return False
    if _way_is_broken(Lineage.during(run), again):
        return False
    again.resumed = True
    done.data.update(again.as_data())
    run.touch(done)
    for row in run.rows:
        if row.status == STATUS.STARTED and row.data.get(ARRIVAL) == again.number:
            run.activation(row).cancel()
    lineage = Lineage.during(run)
    back = [lineage.rows[pk] for pk in again.back]
    steps = again.then if again.of_chain else _to_open_first(run, lineage, again)
    _go_on(run, lineage, again, steps, back)
    return True


def _way_is_broken(lineage: Lineage, again: Reopening) -> bool:
    """Meanwhile a step on the way was undone by something else (who acted there was recused): it
    must be gone through again."""
    known = [other for _row, other in lineage.reopenings()]
    resumed = {other.number for other in known if other.resumed} | {again.number}
    gone = {pk for other in known if other.number not in resumed for pk in other.undone}
    passed = [lineage.rows[pk] for pk in again.undone if pk in gone and pk != again.of]
    return any(_was_done(row) for row in passed)


def _to_open_first(run: Execution, lineage: Lineage, again: Reopening) -> list[str]:
    """Steps on the way that relied on what has changed since, in the order they were done."""
    passed = [lineage.rows[pk] for pk in sorted(again.undone)]
    steps = [row.element for row in passed if _was_done(row) and row.pk != again.of]
    names = list(dict.fromkeys(steps))
    stale = stale_steps(run.process, names, again.since)
    return [name for name in names if name in stale]


def _was_done(row: Task) -> bool:
    """A step of an office (its panel as a whole) that somebody finished."""
    human = row.flow_task_type == "HUMAN" and not row.item and row.status == STATUS.DONE
    return human and row.flow_task.role not in APPLICANT_ROLES


def _go_on(
    run: Execution, lineage: Lineage, again: Reopening, steps: list[str], back: list[Task]
) -> None:
    """Opens the first step that is left, with what is to follow it; else everything at once."""
    place = lineage.place(back[0])
    scope = scope_of(run, place)
    visit, rest = _latest(lineage, place, steps)
    after: list[Task] = []
    if visit is not None:
        turn = turn_at(lineage, visit)
        number = next_number(lineage)
        rewound = rewind(run, lineage, turn, number, "")
        after = [row for row in back if row.pk in rewound.undone]
        coming = Reopening(
            number=number,
            mode=RESUME,
            by=again.by,
            since=again.since,
            origin=again.origin,
            of=visit.pk,
            outcome=visit.outcome,
            undone=sorted(rewound.undone),
            back=[row.pk for row in after],
            then=rest,
            of_chain=True,
            told=again.told,
        )
        run.send(turn.node, via=turn.via, parent=scope, facts=coming.as_data())
    for row in back:
        if row not in after:
            run.send(row.flow_task, via=row.via, parent=scope, facts=kept(row))


def _latest(lineage: Lineage, place: int | None, steps: list[str]) -> tuple[Task | None, list[str]]:
    """The last visit of the first step that is still part of the way, and the other steps."""
    for number, step in enumerate(steps):
        visits = [
            row
            for row in lineage.present
            if row.element == step and _was_done(row) and lineage.place(row) == place
        ]
        if visits:
            return visits[-1], steps[number + 1 :]
    return None, []


def kept(row: Task) -> dict[str, Any]:
    """What the next row of this step, or of this arrival, remembers."""
    return {key: row.data[key] for key in (REOPENED, ARRIVAL) if key in row.data}
