"""Takes a case straight back to where it was before a return (semantics C6, resume).

Steps that relied on what has changed meanwhile are opened first, one after the other. Nobody goes
straight back past what must be done again: then the diagram says what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from viewflow.workflow.status import STATUS

from workflows.directory import APPLICANT_ROLES
from workflows.lineage import Lineage
from workflows.models import Process, Task
from workflows.recusals import recused_people
from workflows.reopened import ARRIVAL, RESUME, Reopening, reopening_of
from workflows.rewinding import kept, next_number, rewind, scope_of, turn_at

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


def straight_back(run: Execution, done: Task) -> bool:
    """A step that was opened again is done: puts the case where it was, if that was asked for.

    False: the diagram says what follows, since it was not asked for, or because the step answers
    otherwise than before.
    """
    again = reopening_of(done)
    if again is None or again.mode != RESUME or again.outcome not in (None, done.outcome):
        return False
    if _way_is_broken(run, Lineage.during(run), again):
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


def _way_is_broken(run: Execution, lineage: Lineage, again: Reopening) -> bool:
    """Meanwhile something on the way was opened again by something else: it is waited for, and what
    rested on it is gone through again."""
    return (
        _undone_otherwise(lineage, again)
        or _branch_was_left(run, lineage, again)
        or _counts_somebody_recused(run, lineage, again)
    )


def _undone_otherwise(lineage: Lineage, again: Reopening) -> bool:
    """A step on the way was undone (who acted there was recused)."""
    known = [other for _row, other in lineage.reopenings()]
    resumed = {other.number for other in known if other.resumed} | {again.number}
    gone = {pk for other in known if other.number not in resumed for pk in other.undone}
    passed = [lineage.rows[pk] for pk in again.undone if pk in gone and pk != again.of]
    return any(_was_done(row) for row in passed)


def _branch_was_left(run: Execution, lineage: Lineage, again: Reopening) -> bool:
    """What another branch had brought to a join does not wait there any more, since the branch was
    opened again: the join must wait for both."""
    latest = {}
    for row in (*lineage.rows.values(), *(row for row in run.created if row.pk is None)):
        if row.data.get(ARRIVAL) == again.number:
            latest[row.element, row.via] = row
    return any(row.status != STATUS.STARTED for row in latest.values())


def _counts_somebody_recused(run: Execution, lineage: Lineage, again: Reopening) -> bool:
    """Somebody who acted on the way had to leave the case while it was sent back: his word is not
    to count again (semantics C13); one query."""
    away = recused_people(run.process.pk)
    replaced = {other.of for _row, other in lineage.reopenings() if other.resumed} | {again.of}
    on_the_way = set(again.undone) - replaced
    for row in lineage.rows.values() if away else ():
        if row.actor_id in away and row.status == STATUS.DONE and "uncounted" not in row.data:
            step = next(iter(lineage.around(row)))
            if step.pk in on_the_way and _was_done(step):
                return True
    return False


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
