"""A seat: one person's, post's or organ's obligation in a step (semantics C0).

Its states are those of its row: OPEN = `is_open`; WAITING = live, not open, `data["waits_for"]`
says for what; ACTED = DONE, or `data["said"]` while the signers after it are still asked; CLOSED
and SKIPPED = CANCELED with the outcome `transferred`, `removed`, `recused`, `left`, `recalled`,
`skipped`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from viewflow.workflow.status import STATUS

from workflows.assignment import seat_of
from workflows.bpmn.model import first_day
from workflows.durations import after
from workflows.nodes.ballot import Ballot
from workflows.nodes.base import StepActivation
from workflows.values import plain

if TYPE_CHECKING:
    from workflows.directory import Person
    from workflows.models import Task
    from workflows.nodes.human import HumanTask

ADDRESSED = "addressed"
"""Key in a row's data: the seat is this person's, so nobody may put it back."""
NAMED = "named"
"""Key: the seat was given to a person by a person; the diagram is not asked for its holder."""
WAITS_FOR = "waits_for"
"""Key: the kind of signers' step the seat waits for."""
SAID = "said"
"""Key: what the holder has answered while the step waits for the signers after or beside him."""
SIGNER = "signer"
"""Key: the seat is a signer's, in a signers' step of this kind."""
AGAIN = "again"
"""Key: how often the seat has opened again after its signers or the colleague consulted."""
WEIGHT = "weight"
"""Key: what the seat's vote weighs; only in a panel whose diagram weighs the seats."""
SKIPPED = "skipped"
"""Outcome of a seat whose vote was not needed any more."""
COPY = "COPY"
"""`flow_task_type` of a copy (抄送): a seat that reads and does nothing."""
SIGNERS = "SIGNERS"
"""`flow_task_type` of a signers' step: a child step of a seat."""


class HumanActivation(StepActivation):
    """NEW = in the office's queue, ASSIGNED = taken by or addressed to one person."""

    node: HumanTask

    @StepActivation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        """Finds who is to act and until when."""
        attributes = self.node.element.attributes
        self.run.enter_phase(attributes.get("phase"))
        if self.task.data.get(NAMED) is None:
            seat = seat_of(self.node, self.run, self.task)
            self.task.role, self.task.organ = seat.role, seat.organ
        else:
            seat = None
        due = attributes.get("due")
        if due and self.task.due_at is None:
            duration = self.run.value(due, self.task)
            unit = attributes.get("calendar")
            first = first_day(attributes.get("countFrom"))
            self.task.due_at = after(self.run.at, duration, unit, self.run.workdays, first)
        self.run.opened.append(self.task)
        self.task.is_open = True
        if seat is None:
            self._keep(self.task.data[NAMED])
        elif seat.owner is not None:
            self.task.data[ADDRESSED] = True
            self.assign(seat.owner)

    def _keep(self, person_id: int) -> None:
        self.task.data[ADDRESSED] = True
        self.assign_to(person_id)

    @StepActivation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.ASSIGNED)
    def assign(self, person: Person) -> None:
        """The task is now this person's."""
        self.task.owner_id = person.pk
        self.task.assigned = self.run.at
        self.run.touch(self.task)

    @StepActivation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.ASSIGNED)
    def assign_to(self, person_id: int) -> None:
        """The same by number."""
        self.task.owner_id = person_id
        self.task.assigned = self.run.at
        self.run.touch(self.task)

    @StepActivation.status.transition(source=STATUS.ASSIGNED, target=STATUS.NEW)
    def unassign(self) -> None:
        """Back into the office's queue."""
        self.task.owner = None
        self.task.assigned = None
        self.run.touch(self.task)

    @StepActivation.status.transition(source=STATUS.ASSIGNED)
    def wait(self, what: str) -> None:
        """The holder keeps the seat but does not act before his signers have."""
        self.task.data[WAITS_FOR] = what
        self.task.is_open = False
        self.run.touch(self.task)

    @StepActivation.status.transition(source=STATUS.ASSIGNED)
    def reopen(self) -> None:
        """The holder may act (again)."""
        self.task.data.pop(WAITS_FOR, None)
        self.task.data[AGAIN] = self.task.data.get(AGAIN, 0) + 1
        self.task.is_open = True
        self.run.opened.append(self.task)
        self.run.touch(self.task)

    @StepActivation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.ASSIGNED)
    def say(self, outcome: str, given: Mapping[str, Any], actor_id: int | None) -> None:
        """The holder has acted; the step is decided when the signers have."""
        self.task.owner_id = self.task.owner_id or actor_id
        self.task.actor_id = actor_id
        self.task.is_open = False
        at = self.run.at.isoformat()
        self.task.data[SAID] = {"outcome": outcome, "given": plain(given), "at": at}
        self.run.touch(self.task)
        for row in [row for row in self.signers() if row.item == "parallel"]:
            Ballot(row.data).heard_beside()
            self.run.touch(row)

    def signers(self) -> list[Task]:
        """The signers' steps of this seat that are at work."""
        return [row for row in self.run.children(self.task) if row.flow_task_type == SIGNERS]

    @property
    def waits_behind(self) -> bool:
        """Signers after it are asked: what it has answered does not count before they are heard."""
        return any(row.item == "after" for row in self.signers())

    def decide(self, outcome: str, given: Mapping[str, Any], actor_id: int | None) -> None:
        """The person has acted: recorded, and the token goes on unless signers are still asked."""
        steps = self.signers()
        if not steps:
            self.task.actor_id = actor_id
            self.conclude(outcome, given)
            return
        self.say(outcome, given, actor_id)
        for row in steps:
            self.run.activation(row).host_has_said()

    def conclude(self, outcome: str, given: Mapping[str, Any]) -> None:
        """The seat is done and its outcome goes into the case."""
        self.task.outcome = outcome
        if SAID in self.task.data:
            self.run.acted.append(self.task)
        self.complete()
        self.merge(given)
        self.record_outcome(outcome)
        self.create_next()

    def fail(self, outcome: str) -> None:
        """Binding signers have refused: the step fails with this outcome."""
        self.conclude(outcome, {})

    def record_outcome(self, outcome: str) -> None:
        """Into the variable `outcome` and the one that `result` names."""
        if not outcome:
            return
        result = self.node.element.attributes.get("result")
        self.merge({"outcome": outcome, **({result: outcome} if result else {})})
