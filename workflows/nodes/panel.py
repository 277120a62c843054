"""Multi-instance and looped human tasks: seats, votes, and the rule that decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflows import voting
from workflows.bpmn.model import Need
from workflows.errors import FlowFault
from workflows.nodes.base import StepActivation
from workflows.nodes.human import HumanActivation, HumanTask
from workflows.nodes.members import LoopActivation, ManyActivation

if TYPE_CHECKING:
    from workflows.execution import Execution
    from workflows.models import Task

SKIPPED = "skipped"
"""Outcome of a seat whose vote was not needed any more."""
VOTES = ("approve", "reject", "abstain")
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

    def convene(self) -> None:
        """Too few seats for the rule are a fault before anybody is asked."""
        super().convene()
        self.task.data["votes"] = [None] * len(self.task.data["items"])
        if self.loop.mode and self.verdict() == voting.BLOCKED:
            raise FlowFault(f"needs_replacement: {self.node.element.id}")

    def verdict(self) -> str:
        """The decision rule over the votes so far."""
        return voting.decide(
            self.loop.mode or "ALL",
            self.task.data["votes"],
            need=rule_need(self.loop.need),
            min_quorum=self.loop.min_quorum,
            on_reject=self.loop.on_reject,
        )

    def is_over(self) -> bool:
        """With a rule: the verdict stands."""
        return bool(self.loop.mode and self.verdict() in _VERDICTS) or super().is_over()

    def count(self, member: Task, given: dict[str, Any]) -> None:
        """One member has answered."""
        super().count(member, given)
        if self.loop.mode:
            self.task.data["votes"][member.data["seat"]] = member.outcome
        else:
            self._record(member.outcome)
        self.merge(given)

    def finish(self) -> None:
        """The other seats are skipped; with a rule the verdict is the outcome."""
        for row in self.open_members():
            row.outcome = SKIPPED
        self.task.outcome = _VERDICTS.get(self.verdict(), "") if self.loop.mode else ""
        self._record(self.task.outcome)
        super().finish()

    def _record(self, outcome: str) -> None:
        result = self.node.element.attributes.get("result")
        if outcome:
            self.merge({"outcome": outcome, **({result: outcome} if result else {})})


class SeatActivation(HumanActivation):
    """One member of the panel."""

    def decide(self, outcome: str, given: Mapping[str, Any], actor_id: int | None) -> None:
        """Records the vote and lets the body see it; a fault then parks the body only."""
        self.task.outcome = outcome
        self.task.actor_id = actor_id
        self.complete()
        self.body.member_done(self.task, dict(given))


class PanelTask(HumanTask):
    """A user task with multi-instance loop characteristics."""

    activation_class = PanelActivation

    def activation(self, task: Task, run: Execution) -> StepActivation:
        """Body and seats are rows of the same node."""
        return SeatActivation(task, run) if task.item else PanelActivation(task, run)


class LoopedHumanTask(HumanTask):
    """A user task with standard loop characteristics: its data are merged run by run."""

    def activation(self, task: Task, run: Execution) -> StepActivation:
        """By what the row is."""
        return HumanActivation(task, run) if task.item else LoopActivation(task, run)
