"""加签 and 委派: the child step that a seat opens, with its own people and its own rule.

- `before`: the seat waits; when the child has decided it opens again with the signers' opinions.
- `after`: the seat has answered; the step goes on only when the child has decided.
- `parallel`: beside a seat that is alone in its step; both together are weighed by the rule.
- `delegate`: one person is consulted; his answer never decides.

The child is a row of the seat's own node (`flow_task_type` SIGNERS) inside the seat, its seats are
rows inside it. A child that fails and is `binding` fails the step; else it is advice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from workflows import rows as task_rows
from workflows import voting
from workflows.errors import FlowFault
from workflows.nodes.ballot import APPROVE, REJECT, Ballot, Rule, vote_of
from workflows.nodes.members import BodyActivation
from workflows.nodes.seat import NAMED, SAID, SIGNER, SIGNERS, SKIPPED, HumanActivation

if TYPE_CHECKING:
    from workflows.models import Task

BEFORE, AFTER, PARALLEL, DELEGATE = "before", "after", "parallel", "delegate"
QUESTION = "question"
"""Key: why the signers are asked, in the words of who asks."""
ANSWERED = "answered"
"""What a person who was consulted answers."""
MAX_DEPTH = 3
"""Signers may ask signers, three steps deep (semantics C3)."""
_OUTCOMES = {voting.PASSED: APPROVE, voting.FAILED: REJECT}


class SignersActivation(BodyActivation):
    """The child step. What it was made with stands in its row's data."""

    @property
    def kind(self) -> str:
        """before, after, parallel or delegate."""
        return str(self.task.data["kind"])

    @property
    def ballot(self) -> Ballot:
        """Its votes."""
        return Ballot(self.task.data)

    @property
    def host(self) -> HumanActivation:
        """The seat that asked."""
        return cast(HumanActivation, self.run.activation(cast("Task", self.task.parent)))

    def verdict(self) -> str:
        """By its own rule; beside a seat the seat's own answer counts with the signers'."""
        more: tuple[str | None, ...] = ()
        if self.kind == PARALLEL:
            said = None if self.host.waits_behind else self.host.task.data.get(SAID)
            more = (vote_of(said["outcome"]) if said else None,)
        return self.ballot.verdict(Rule.from_json(self.task.data["rule"]), *more)

    def is_over(self) -> bool:
        """When the rule has decided; too few counted seats are a fault."""
        found = self.verdict()
        if found == voting.BLOCKED:
            raise FlowFault(f"needs_replacement: {self.node.element.id}")
        return found in _OUTCOMES

    def may_open(self) -> bool:
        """All at once; in sequence one after the other."""
        state, ballot = self.task.data, self.ballot
        while state["opened"] < len(state["items"]) and not ballot.is_counted(state["opened"]):
            state["opened"] += 1
        if state["rule"]["mode"] == "SEQUENCE" and self.open_members():
            return False
        return bool(state["opened"] < len(state["items"]))

    def next_member(self) -> Task:
        """A seat of the person's own, due when the asking seat is."""
        return self.member_row(self.task.data["opened"])

    def member_row(self, seat: int) -> Task:
        """The row of one signer, not begun."""
        person = self.task.data["people"][str(seat)]
        row = self.run.member(self.task, str(person["person"]), {"seat": seat})
        row.data |= {NAMED: person["person"], "by": person["by"], SIGNER: self.kind}
        row.role, row.organ_id = person["role"], person["organ"]
        row.data |= {QUESTION: self.task.data[QUESTION]} if self.task.data.get(QUESTION) else {}
        row.due_at = self.host.task.due_at
        return row

    def add(self, person: Mapping[str, Any]) -> int:
        """One signer more; `progress` opens his seat."""
        seat = self.ballot.add(person["person"])
        self.task.data["people"][str(seat)] = dict(person)
        self.run.touch(self.task)
        return seat

    def count(self, member: Task, given: dict[str, Any]) -> None:
        """A signer has answered."""
        super().count(member, given)
        seat = member.data["seat"]
        self.ballot.cast(seat, vote_of(member.outcome))
        self.task.data["outcomes"][str(seat)] = member.outcome

    def host_has_said(self) -> None:
        """The seat beside which the signers sit has answered."""
        if self.kind == PARALLEL:
            self.reweigh()

    def reweigh(self) -> None:
        """After a change of who is counted: decided, waiting, or parked for a replacement."""
        reweigh(self)

    def finish(self) -> None:
        """The others are skipped; the asking seat goes on as the kind of the step says."""
        passed = self.verdict() == voting.PASSED
        self.task.outcome = ANSWERED if self.kind == DELEGATE else APPROVE if passed else REJECT
        self.complete()
        self._tell(passed)

    def withdraw(self, why: str) -> None:
        """Ends without an answer (a delegation is recalled, the last signer removed)."""
        for row in self.open_members():
            row.outcome = why
        self.task.outcome = why
        self.cancel()
        if self.kind == PARALLEL:
            self._go_on_alone()
        else:
            self._tell(passed=True)

    def _close(self) -> None:
        for row in self.open_members():
            row.outcome = row.outcome or SKIPPED
        super()._close()

    def _tell(self, passed: bool) -> None:
        host = self.host
        said = host.task.data.get(SAID)
        if self.kind == PARALLEL:
            self._decide_together(passed)
        elif not passed and self.task.data["binding"]:
            host.fail(self.node.failing)
        elif said is not None:
            self._heard(host)
        else:
            host.reopen()

    def _heard(self, host: HumanActivation) -> None:
        """Those behind the seat have spoken: its answer counts now, with those beside it."""
        beside = [row for row in host.signers() if row.item == PARALLEL]
        if beside:
            cast(SignersActivation, self.run.activation(beside[0])).reweigh()
        elif not host.signers():
            said = host.task.data[SAID]
            host.conclude(said["outcome"], said["given"])

    def _decide_together(self, passed: bool) -> None:
        """Passed: the asking seat's own answer is the step's. Failed: the first answer against."""
        host = self.host
        said = host.task.data.get(SAID)
        given = said["given"] if said else {}
        seats = range(len(self.task.data["items"]))
        counted = [str(seat) for seat in seats if self.ballot.is_counted(seat)]
        outcomes = [said["outcome"]] if said else []
        known = self.task.data["outcomes"]
        outcomes += [known[seat] for seat in counted if seat in known]
        wanted = APPROVE if passed else REJECT
        fits = [outcome for outcome in outcomes if vote_of(outcome) == wanted]
        host.conclude(fits[0] if fits else self.node.failing, given)

    def _go_on_alone(self) -> None:
        host = self.host
        said = host.task.data.get(SAID)
        if said is not None and not host.signers():
            host.conclude(said["outcome"], said["given"])


class SignerActivation(HumanActivation):
    """One signer's seat. What he says is an opinion; it changes no variable of the case."""

    def conclude(self, outcome: str, given: Mapping[str, Any]) -> None:
        """The child step weighs it."""
        self.task.outcome = outcome
        self.complete()
        self.body.member_done(self.task, {})

    def fail(self, outcome: str) -> None:
        """His own binding signers have refused: so has he."""
        self.conclude(REJECT if self.choices else outcome, {})

    @property
    def choices(self) -> tuple[str, ...]:
        """What a signer may answer; beside a seat the outcomes of the step itself."""
        return choices_of(self.task.data[SIGNER], self.node.outcomes)


def choices_of(kind: str, outcomes: tuple[str, ...]) -> tuple[str, ...]:
    """By the kind of the child step."""
    if kind == DELEGATE:
        return (ANSWERED,)
    return outcomes if kind == PARALLEL else (APPROVE, REJECT, "abstain")


def reweigh(body: Any) -> None:
    """Goes on after a change of who counts; too few seats park the body until there are more."""
    try:
        if body.task.status == "ERROR":
            body.resume()
        body.progress()
    except FlowFault as fault:
        body.park(fault.reason)


def open_signers(
    host: HumanActivation,
    kind: str,
    people: Sequence[Mapping[str, Any]],
    rule: Rule,
    *,
    binding: bool,
    by: int,
    question: str = "",
) -> SignersActivation:
    """Opens the child step of a seat. `people`: rows `{"person", "role", "organ", "by"}`."""
    run = host.run
    row = task_rows.new(run, host.node, via=host.task.via, parent=host.task)
    row.flow_task_type, row.item = SIGNERS, kind
    row.data = {
        "kind": kind,
        "rule": rule.as_json(),
        "binding": binding,
        "by": by,
        QUESTION: question,
        "items": [],
        "votes": [],
        "people": {},
        "outcomes": {},
        "opened": 0,
        "completed": 0,
    }
    child = cast(SignersActivation, run.activation(row))
    child.activate()
    run.keep(row)
    for person in people:
        child.add(person)
    child.progress()
    return child


def depth_of(seat: Task) -> int:
    """How many signers' steps lie around a seat."""
    found, around = 0, seat.parent
    while around is not None:
        found += around.flow_task_type == SIGNERS
        around = around.parent
    return found
