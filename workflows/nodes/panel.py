"""The multi-instance user task: one body row for the step, one member row per seat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from viewflow.workflow.status import STATUS

from workflows import voting
from workflows.bpmn.model import MultiInstance, Need
from workflows.errors import FlowFault
from workflows.nodes.base import StepActivation
from workflows.nodes.human import HumanActivation, HumanTask

if TYPE_CHECKING:
    from workflows.execution import Execution
    from workflows.models import Task

SKIPPED = "skipped"
"""Outcome of a seat whose vote was not needed any more."""
VOTES = ("approve", "reject", "abstain")
_VERDICTS = {voting.PASSED: "approve", voting.FAILED: "reject"}
_MAXIMUM_SEATS = 1000


def rule_need(need: Need | None) -> voting.Need | None:
    """The diagram's `need` as the decision rule takes it."""
    if need is None:
        return None
    if need.fraction is None:
        return need.count
    return ("more_than", need.fraction) if need.more_than else need.fraction


class PanelActivation(StepActivation):
    """The body. Its state is in its row's data: items, opened, votes, results.

    Re-evaluated after every vote; a fault while opening a seat parks the body, and a retry goes on
    where it stopped without losing a vote.
    """

    node: PanelTask

    @StepActivation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def activate(self) -> None:
        """Fixes who is asked, then opens the seats."""
        self.convene()

    @StepActivation.status.transition(source=STATUS.ERROR, target=STATUS.STARTED)
    def resume(self) -> None:
        """After a fault: the collection is read again if nobody was asked yet."""
        self.task.data.pop("fault", None)
        self.run.touch(self.task)
        if not self.task.data.get("opened"):
            self.convene()

    def convene(self) -> None:
        """Reads collection or cardinality."""
        loop = self.node.loop
        items = seats(loop, self.run)
        self.task.data = {"items": items, "opened": 0, "votes": [None] * len(items), "results": []}
        self.task.data["completed"] = 0
        if loop.mode and self.verdict() == voting.BLOCKED:
            raise FlowFault(f"needs_replacement: {self.node.element.id}")

    def verdict(self) -> str:
        """The decision rule over the votes so far."""
        loop = self.node.loop
        return voting.decide(
            loop.mode or "ALL",
            self.task.data["votes"],
            need=rule_need(loop.need),
            min_quorum=loop.min_quorum,
            on_reject=loop.on_reject,
        )

    def progress(self) -> None:
        """Ends the step if it is decided, else opens the seats that are due."""
        outcome = self._decided()
        if outcome is None and self._open_due_seats():
            return
        self._finish(outcome or "")

    def seat_acted(self, member: Task, given: dict[str, Any]) -> None:
        """One member has answered."""
        if self.task.status == STATUS.ERROR:
            self.resume()
        loop, state = self.node.loop, self.task.data
        if loop.output_item:
            state["results"].append(given.pop(loop.output_item, None))
        state["completed"] += 1
        self.run.touch(self.task)
        if loop.mode:
            state["votes"][member.data["seat"]] = member.outcome
        else:
            self._record(member.outcome)
        self.run.merge(given)
        self.progress()

    def _decided(self) -> str | None:
        loop, state = self.node.loop, self.task.data
        if loop.mode:
            return _VERDICTS.get(self.verdict())
        if loop.completion is not None and state["completed"]:
            counts = {
                "nrOfInstances": len(state["items"]),
                "nrOfActiveInstances": len(self._open_members()),
                "nrOfCompletedInstances": state["completed"],
                "nrOfTerminatedInstances": 0,
                "results": list(state["results"]),
            }
            if self.run.is_true(loop.completion, counts):
                return ""
        return None

    def _open_members(self) -> list[Task]:
        return [row for row in self.run.children(self.task) if row.item]

    def _open_due_seats(self) -> bool:
        """True while a seat is open."""
        state, active = self.task.data, len(self._open_members())
        while state["opened"] < len(state["items"]):
            if self.node.loop.sequential and active:
                return True
            self.run.open_seat(self.node, self.task, state["opened"])
            state["opened"] += 1
            active += 1
        return active > 0

    def _finish(self, outcome: str) -> None:
        loop, state = self.node.loop, self.task.data
        for row in self._open_members():
            row.outcome = SKIPPED
        self.task.outcome = outcome
        if loop.output:
            self.run.merge({loop.output: list(state["results"])})
        self._record(outcome)
        self.complete()
        self.create_next()

    def _record(self, outcome: str) -> None:
        result = self.node.element.attributes.get("result")
        if outcome:
            self.run.merge({"outcome": outcome, **({result: outcome} if result else {})})


class SeatActivation(HumanActivation):
    """One member of the panel."""

    node: PanelTask

    def decide(self, outcome: str, given: Mapping[str, Any], actor_id: int | None) -> None:
        """Records the vote and lets the body see it; a fault then parks the body only."""
        self.task.outcome = outcome
        self.task.actor_id = actor_id
        self.complete()
        body = PanelActivation(cast("Task", self.task.parent), self.run)
        try:
            body.seat_acted(self.task, dict(given))
        except FlowFault as fault:
            body.park(fault.reason)


class PanelTask(HumanTask):
    """A user task with multi-instance loop characteristics."""

    activation_class = PanelActivation

    @property
    def loop(self) -> MultiInstance:
        """The loop characteristics; the compiler makes panels of nothing else."""
        return cast(MultiInstance, self.element.loop)

    def activation(self, task: Task, run: Execution) -> StepActivation:
        """Body and seats are rows of the same node."""
        return SeatActivation(task, run) if task.item else PanelActivation(task, run)


def label(entry: Any) -> str:
    """How a collection's entry is written behind `id#`."""
    return entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)


def seats(loop: MultiInstance, run: Execution) -> list[Any]:
    """The collection's entries in order, or 1 … n; duplicates and odd values are faults."""
    if loop.cardinality is not None:
        count = run.evaluate(loop.cardinality)
        number = isinstance(count, (int, Decimal)) and not isinstance(count, bool)
        if not number or count != int(count) or not 0 <= count <= _MAXIMUM_SEATS:
            raise FlowFault(f"bad_cardinality: {count!r}")
        return list(range(1, int(count) + 1))
    name = (loop.collection or "").strip()
    entries = run.value(name) if name.startswith("=") else run.variables.get(name)
    if not isinstance(entries, list) or len(entries) > _MAXIMUM_SEATS:
        raise FlowFault(f"bad_collection: {name}")
    labels = [label(entry) for entry in entries]
    if "" in labels or len(set(labels)) < len(labels):
        raise FlowFault(f"duplicate_item: {name}")
    return entries
