"""Multi-instance and looped human tasks: seats, votes, and the rule that decides.

Seats come and go while the step runs (`add_seat`, `uncount`); after every vote and every such
change the rule is asked again (`reweigh`) over the counted seats only: decided, waiting, or parked
with `needs_replacement` until there are enough seats again (semantics C0).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from workflows import rewinding, voting
from workflows.bpmn.model import Need
from workflows.errors import FlowFault
from workflows.models import LIVE
from workflows.nodes.ballot import REJECT, VOTES, Ballot, Rule
from workflows.nodes.base import StepActivation
from workflows.nodes.human import HumanActivation, HumanTask
from workflows.nodes.members import BodyActivation, LoopActivation, ManyActivation, weights
from workflows.nodes.seat import NAMED, SAID, SKIPPED, WEIGHT
from workflows.nodes.signers import SignersActivation, reweigh
from workflows.reopened import RETURNED

if TYPE_CHECKING:
    from workflows.execution import Execution
    from workflows.models import Task

__all__ = [
    "SKIPPED",
    "VOTES",
    "add_seat",
    "ballot_of",
    "body_of_seat",
    "hand_place",
    "reweigh",
    "seat_again",
    "take_turn",
    "uncount",
]

_VERDICTS = {voting.PASSED: "approve", voting.FAILED: "reject"}


def rule_need(need: Need | None) -> voting.Need | None:
    """The diagram's `need` as the decision rule takes it."""
    if need is None:
        return None
    if need.fraction is None:
        return need.count
    return ("more_than", need.fraction) if need.more_than else need.fraction


class PanelActivation(ManyActivation):
    """The body of a panel: its votes are weighed after every seat's act."""

    @property
    def ballot(self) -> Ballot:
        """Its votes."""
        return Ballot(self.task.data)

    def convene(self) -> None:
        """Too few seats for the rule are a fault before anybody is asked; seats that people have
        added to a parked body stay."""
        if any(person["by"] is not None for person in self.task.data.get("people", {}).values()):
            return
        super().convene()
        items = self.task.data["items"]
        if self.loop.weight is not None:
            self.task.data["weights"] = weights(self.loop, items, self.run, self.task)
        self.task.data["votes"] = [None] * len(items)
        if self.loop.mode and self.verdict() == voting.BLOCKED:
            raise FlowFault(f"needs_replacement: {self.node.element.id}")

    @property
    def rule(self) -> Rule:
        """As the diagram says it; without a mode the panel has no rule and ALL is not asked."""
        loop = self.loop
        return Rule(loop.mode or "ALL", rule_need(loop.need), loop.min_quorum, loop.on_reject)

    def verdict(self) -> str:
        """The decision rule over the counted votes so far."""
        return self.ballot.verdict(self.rule)

    def size(self) -> int:
        """How many seats count."""
        return self.ballot.size

    def progress(self) -> None:
        """A seat that left before its turn is passed over; nothing passes by emptiness. In a
        sequence the first undecided seat is next, also when those behind it were heard (C0)."""
        state, ballot = self.task.data, self.ballot
        if self.loop.mode and self.loop.sequential and not self.open_members():
            turns = (seat for seat in range(len(state["items"])) if ballot.is_undecided(seat))
            state["opened"] = next(turns, len(state["items"]))
        while state["opened"] < len(state["items"]) and not ballot.is_counted(state["opened"]):
            state["opened"] += 1
        super().progress()

    def is_over(self) -> bool:
        """With a rule: the verdict stands, and nothing else ends it. Fewer counted seats than it
        needs are a fault, and so is an undecided vote that nobody is left to cast."""
        if self.loop.mode:
            found = self.verdict()
            nobody = found == voting.OPEN and super().is_over()
            if found == voting.BLOCKED or nobody:
                raise FlowFault(f"needs_replacement: {self.node.element.id}")
            return found in _VERDICTS
        if self.task.data["items"] and not self.size():
            raise FlowFault(f"needs_replacement: {self.node.element.id}")
        return super().is_over()

    def next_member(self) -> Task:
        """A seat that a person added is that person's; the others are the diagram's."""
        row = super().next_member()
        weight = self.ballot.weight_of(row.data["seat"])
        if weight is not None:
            row.data[WEIGHT] = weight
        person = self.task.data.get("people", {}).get(str(row.data["seat"]))
        if person is not None:
            row.item = str(person["person"])
            row.data[NAMED] = person["person"]
            if person["by"] is not None:
                row.data["by"] = person["by"]
            row.role, row.organ_id = person["role"], person["organ"]
        return row

    def count(self, member: Task, given: dict[str, Any]) -> None:
        """One member has answered."""
        before = len(self.task.data["results"])
        super().count(member, given)
        if len(self.task.data["results"]) > before:
            self.task.data.setdefault("results_of", []).append(member.data["seat"])
        if self.loop.mode:
            self.ballot.cast(member.data["seat"], member.outcome)
        else:
            self._record(member.outcome)
        self.merge(given)

    def forget(self, seat: int) -> None:
        """An answer that counts no more: neither completion nor result nor vote."""
        state = self.task.data
        state["completed"] -= 1
        owners = state.get("results_of", [])
        if seat in owners:
            state["results"].pop(owners.index(seat))
            owners.remove(seat)

    def fail(self) -> None:
        """Binding signers of a seat have refused: the step fails at once."""
        self.task.data["failed"] = True
        self.finish()

    def finish(self) -> None:
        """The other seats are skipped; with a rule the verdict is the outcome."""
        for row in self.open_members():
            row.outcome = SKIPPED
        failed = self.task.data.get("failed", False)
        verdict = _VERDICTS.get(self.verdict(), "") if self.loop.mode else ""
        self.task.outcome = REJECT if failed else verdict
        self._record(self.task.outcome)
        super().finish()

    def _record(self, outcome: str) -> None:
        result = self.node.element.attributes.get("result")
        if outcome:
            self.merge({"outcome": outcome, **({result: outcome} if result else {})})


class SeatActivation(HumanActivation):
    """One member of the panel."""

    def conclude(self, outcome: str, given: Mapping[str, Any]) -> None:
        """Records the vote and lets the body see it; a fault then parks the body only."""
        self.task.outcome = outcome
        self.complete()
        self.body.member_done(self.task, dict(given))

    def fail(self, outcome: str) -> None:
        """With a rule the whole step fails; without one this seat refuses."""
        panel = cast(PanelActivation, self.body)
        if not panel.loop.mode:
            self.conclude(outcome, {})
            return
        self.task.outcome = SKIPPED
        self.cancel()
        panel.fail()


class PanelTask(HumanTask):
    """A user task with multi-instance loop characteristics."""

    activation_class = PanelActivation

    def own_activation(self, task: Task, run: Execution) -> StepActivation:
        """Body and seats are rows of the same node."""
        return SeatActivation(task, run) if task.item else PanelActivation(task, run)


class LoopedHumanTask(HumanTask):
    """A user task with standard loop characteristics: its data are merged run by run."""

    def own_activation(self, task: Task, run: Execution) -> StepActivation:
        """By what the row is."""
        return HumanActivation(task, run) if task.item else LoopActivation(task, run)


Counting = PanelActivation | SignersActivation
"""Bodies that count seats."""


def body_of_seat(run: Execution, seat: Task) -> Counting | None:
    """The panel or the signers' step in which the seat is counted; None when it is alone."""
    body = next((row for row in run.rows if row.pk == seat.parent_id and row.pk), seat.parent)
    if body is None or not seat.item:
        return None
    found = run.activation(body)
    return found if isinstance(found, (PanelActivation, SignersActivation)) else None


def ballot_of(body: BodyActivation) -> Ballot:
    """The votes of a panel or of a signers' step."""
    return Ballot(body.task.data)


def uncount(seat: HumanActivation, why: str) -> None:
    """The seat counts no more: `removed`, `recused`, `transferred`, `annulled` or `left`.

    An open or waiting seat is closed with that outcome; of one that has acted only the vote goes
    (its outcome stays as history, `data["uncounted"]` says why). A seat that is alone in its step
    is parked until it has a new holder, and those it has asked need not answer any more. Ask
    `reweigh(body)` when all changes are made.
    """
    run, task = seat.run, seat.task
    body = body_of_seat(run, task)
    task.data["uncounted"] = why
    if body is None:
        for asked in seat.signers():
            run.activation(asked).cancel()
        seat.park(f"needs_replacement: {task.element}")
        return
    number = task.data["seat"]
    body.ballot.uncount(number, why)
    if task.status in LIVE:
        task.outcome = why
        seat.cancel()
    elif isinstance(body, PanelActivation):
        body.forget(number)
        run.touch(task)
    else:
        body.task.data["outcomes"].pop(str(number), None)
        body.task.data["completed"] -= 1
        run.touch(task)
    run.touch(body.task)


def add_seat(body: Counting, person: Mapping[str, Any], *, place: int | None = None) -> int:
    """One counted seat more (n + 1), or a new holder for the number `place`; answers the number.

    `person`: `{"person": user number, "role", "organ": organ number or None, "by": user number}`.
    Ask `reweigh(body)` afterwards: it opens the seat, in a sequence when its turn comes.
    """
    state = body.task.data
    people = state.setdefault("people", {})
    if place is None:
        number = body.ballot.add(person["person"])
        people[str(number)] = dict(person)
    else:
        number = place
        people[str(number)] = dict(person)
        body.ballot.recount(number)
        if _in_sequence(body):
            take_turn(body, number)
        elif number < state["opened"]:
            seat_again(body, number)
    body.run.touch(body.task)
    return number


def _in_sequence(body: Counting) -> bool:
    return isinstance(body, PanelActivation) and bool(body.loop.mode) and body.loop.sequential


def take_turn(body: Counting, number: int, why: str = RETURNED) -> bool:
    """In a sequence only the first undecided seat is open (C0): later ones that have not answered
    are closed with the reason and opened again in their turn. False: an earlier one is open."""
    if not isinstance(body, PanelActivation) or not body.loop.sequential:
        return True
    waiting = [row for row in body.open_members() if SAID not in row.data]
    for row in [row for row in waiting if row.data["seat"] > number]:
        body.task.data["opened"] = min(body.task.data["opened"], row.data["seat"])
        rewinding.close(body.run, row, why)
    return all(row.data["seat"] >= number for row in waiting)


def hand_place(body: Counting, number: int, person: Mapping[str, Any]) -> None:
    """The place is another person's from now on, also when it is opened again (transfer). `by` of
    the person is None for a place that the diagram has made."""
    body.task.data.setdefault("people", {})[str(number)] = dict(person)
    body.run.touch(body.task)


def seat_again(body: Counting, number: int, due: datetime | None = None) -> Task:
    """Opens a place whose turn has been; nobody gains time by it: `due` is the seat's old term."""
    opened = body.task.data["opened"]
    body.task.data["opened"] = number
    member = body.next_member()
    member.due_at = due or member.due_at
    body.task.data["opened"] = opened
    body.run.open_member(member)
    return member
