"""Opens a step again whose visit is over or whose seat has acted: for a retraction, for a recusal.

A step of one seat gets a new visit. A panel goes on as the same visit: its other votes stay, the
named seat is open again as a new row, and so are the seats that were not needed before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from viewflow.workflow.status import STATUS

from workflows import rewinding
from workflows.lineage import Lineage
from workflows.models import LIVE, Task
from workflows.nodes import panel
from workflows.nodes.ballot import REJECT
from workflows.nodes.human import HumanActivation
from workflows.nodes.panel import PanelActivation, PanelTask
from workflows.nodes.seat import SAID, SKIPPED
from workflows.nodes.signers import PARALLEL
from workflows.reopened import (
    ANNULLED,
    REOPENED,
    RESUME,
    RETRACTED,
    RETURNED,
    Reopening,
    reopening_of,
)

if TYPE_CHECKING:
    from workflows.execution import Execution


def step_of_seat(lineage: Lineage, task: Task) -> Task:
    """The seat itself, or its panel's row."""
    return next(iter(lineage.around(task)))


def open_again(
    run: Execution,
    lineage: Lineage,
    seat: Task,
    said: Reopening,
    why: str,
    owner: int | None,
) -> None:
    """Takes back what came after the seat's step and opens the seat anew, for `owner` if given.

    Deadlines stay those of the first visit: nobody gains time by it.
    """
    step = step_of_seat(lineage, seat)
    if step is seat:
        seat.data["uncounted"] = why
        run.touch(seat)
        _visit_again(run, lineage, seat, said, why, owner)
        return
    body = _revived(run, lineage, step, said, why)
    number = int(seat.data["seat"])
    _forget_vote(body, seat, number)
    _seat(run, body, number, owner, said, seat)
    panel.take_turn(body, number, why)
    _ask_the_others(run, lineage, body)
    panel.reweigh(body)


def _visit_again(
    run: Execution, lineage: Lineage, seat: Task, said: Reopening, why: str, owner: int | None
) -> None:
    turn = rewinding.turn_at(lineage, seat)
    said.of, said.outcome = seat.pk, seat.outcome
    _still_to_follow(run, seat, said)
    gone = rewinding.rewind(run, lineage, turn, said.number, why).undone
    said.undone = sorted({*gone, *said.undone})
    scope = rewinding.scope_of(run, turn.place)
    run.send(turn.node, via=turn.via, parent=scope, facts=said.as_data())
    run.drain()
    row = _opened(run, said.number)
    if row is not None:
        _same_holder_and_terms(run, lineage, seat, row, owner)


def _still_to_follow(run: Execution, seat: Task, said: Reopening) -> None:
    """A step from which the case was to go straight back is to do so again: the opinion is taken
    back, not the return that asked for it."""
    again = reopening_of(seat)
    if again is None or again.mode != RESUME:
        return
    again.resumed = False
    seat.data.update(again.as_data())
    run.touch(seat)
    said.number, said.mode, said.since = again.number, again.mode, again.since
    said.of, said.outcome, said.undone = again.of, again.outcome, again.undone
    said.back, said.then, said.of_chain = again.back, again.then, again.of_chain
    said.told = said.told or again.told


def _opened(run: Execution, number: int) -> Task | None:
    for row in reversed(run.created):
        if row.data.get(REOPENED, {}).get("number") == number:
            return row
    return None


def _same_holder_and_terms(
    run: Execution, lineage: Lineage, old: Task, new: Task, owner: int | None
) -> None:
    new.due_at = old.due_at
    if owner is not None and new.is_open and new.owner_id is None:
        cast(HumanActivation, run.activation(new)).assign_to(owner)
    keep_terms(run, lineage, old, new)


def keep_terms(run: Execution, lineage: Lineage, old: Task, new: Task) -> None:
    """Timers at the edge of a step go on where those of its first visit stood."""
    moments = {
        row.element: row.scheduled
        for row in lineage.rows.values()
        if row.parent_id == old.pk and row.scheduled is not None
    }
    for row in run.rows:
        if row.parent is new and row.status == STATUS.SCHEDULED and row.element in moments:
            row.scheduled = row.due_at = moments[row.element]


def _revived(
    run: Execution, lineage: Lineage, step: Task, said: Reopening, why: str
) -> PanelActivation:
    """The panel's row at work again, everything after it taken back."""
    live = next((row for row in run.rows if row.pk == step.pk), None)
    if live is not None and live.status in LIVE:
        return cast(PanelActivation, run.activation(live))
    turn = rewinding.turn_at(lineage, step)
    gone = rewinding.rewind(run, lineage, turn, _not_yet_back(step, said), why).undone
    said.undone = sorted(gone - turn.bases)
    step.data.pop("failed", None)
    step.status, step.finished, step.outcome = STATUS.STARTED, None, ""
    step.process = run.process
    step.parent = rewinding.scope_of(run, turn.place)
    run.rows.append(step)
    run.touch(step)
    run.arm_edges(step)
    keep_terms(run, lineage, step, step)
    run.enter_phase(step.flow_task.element.attributes.get("phase"))
    return cast(PanelActivation, run.activation(step))


def _not_yet_back(step: Task, said: Reopening) -> int:
    """A panel from which the case went straight back is to do so again when it is done."""
    again = reopening_of(step)
    if again is None or not again.resumed:
        return said.number
    again.resumed = False
    step.data.update(again.as_data())
    return again.number


def _forget_vote(body: PanelActivation, seat: Task, number: int) -> None:
    if seat.status == STATUS.DONE:
        body.forget(number)
        seat.data["uncounted"] = RETRACTED
        body.run.touch(seat)
    if body.ballot.is_counted(number):
        body.ballot.recount(number)
    body.run.touch(body.task)


def _seat(
    run: Execution,
    body: PanelActivation,
    number: int,
    owner: int | None,
    said: Reopening,
    old: Task,
) -> None:
    """A new row for the place; whose it is the diagram says, or `owner`."""
    row = panel.seat_again(body, number, old.due_at)
    row.data.update(said.as_data())
    if owner is not None and row.owner_id is None:
        cast(HumanActivation, run.activation(row)).assign_to(owner)


def _ask_the_others(run: Execution, lineage: Lineage, body: PanelActivation) -> None:
    """Seats that were skipped because the vote had fallen are needed again."""
    if body.loop.sequential:
        return
    seated = {row.data["seat"] for row in run.rows if row.parent is body.task and row.item}
    for row in lineage.rows.values():
        number = row.data.get("seat")
        if row.parent_id != body.task.pk or row.outcome != SKIPPED or number in seated:
            continue
        if body.ballot.is_undecided(number):
            seated.add(number)
            panel.seat_again(body, number, row.due_at)


def annul(run: Execution, lineage: Lineage, seat: Task, said: Reopening, *, refill: bool) -> None:
    """What was said on the seat counts no more, and the step is open again without its author.

    `refill`: the office has somebody else, who takes the place. Otherwise the panel is weighed
    without it, and a step of one seat waits for a replacement.
    """
    step = step_of_seat(lineage, seat)
    if step is seat:
        seat.data["uncounted"] = said.why
        run.touch(seat)
        _visit_again(run, lineage, seat, said, RETURNED, None)
        _park_unless(run, said, refill=refill)
        return
    body = _revived(run, lineage, step, said, RETURNED)
    seat.parent = body.task
    panel.uncount(cast(HumanActivation, run.activation(seat)), said.why)
    marked = seat
    if refill:
        body.ballot.recount(int(seat.data["seat"]))
        run.touch(body.task)
        if panel.take_turn(body, int(seat.data["seat"])):
            marked = panel.seat_again(body, int(seat.data["seat"]), seat.due_at)
    marked.data.update(said.as_data())
    run.touch(seat)
    _ask_the_others(run, lineage, body)
    panel.reweigh(body)


def _park_unless(run: Execution, said: Reopening, *, refill: bool) -> None:
    row = _opened(run, said.number)
    if row is not None and not refill and row.status in LIVE:
        cast(HumanActivation, run.activation(row)).park(f"needs_replacement: {row.element}")


def annul_signer(
    run: Execution, lineage: Lineage, signer: Task, said: Reopening, *, refill: bool
) -> None:
    """A signer's word counts no more. Where his step is still asked it is weighed without him;
    advice that was given is struck out; a step that was decided by it is open again as a whole."""
    body = panel.body_of_seat(run, signer)
    child = lineage.rows[cast(int, signer.parent_id)]
    if body is not None and body.task.status in LIVE:
        panel.uncount(cast(HumanActivation, run.activation(signer)), said.why)
        panel.reweigh(body)
        return
    signer.data["uncounted"] = said.why
    run.touch(signer)
    step = step_of_seat(lineage, signer)
    if step.status in LIVE or not _decided_by(lineage, step, child):
        return
    if isinstance(step.flow_task, PanelTask):
        revived = _revived(run, lineage, step, said, RETURNED)
        _ask_the_others(run, lineage, revived)
        panel.reweigh(revived)
        return
    _visit_again(run, lineage, step, said, RETURNED, None)
    _park_unless(run, said, refill=refill)


def _decided_by(lineage: Lineage, step: Task, child: Task) -> bool:
    """Signers beside the step's own seat decide with it; binding ones when they have refused."""
    beside = child.item == PARALLEL and child.parent_id == step.pk
    return beside or bool(child.data.get("binding") and child.outcome == REJECT)


def refill(run: Execution, seat: HumanActivation, why: str) -> None:
    """An office's seat is closed with the reason and opened anew for a colleague."""
    task = seat.task
    body = panel.body_of_seat(run, task)
    task.outcome = why
    if SAID in task.data:
        task.data["uncounted"] = ANNULLED
    if body is None:
        seat.cancel()
        run.send(task.flow_task, via=task.via, parent=task.parent, facts=rewinding.kept(task))
        run.drain()
        for row in reversed(run.created):
            if row.element == task.element and row.is_open and not row.item:
                row.due_at = task.due_at
                keep_terms(run, Lineage.during(run), task, row)
                return
        return
    number = int(task.data["seat"])
    task.data["uncounted"] = why
    seat.cancel()
    body.ballot.recount(number)
    panel.seat_again(body, number, task.due_at)
    run.touch(body.task)
