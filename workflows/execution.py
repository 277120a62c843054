"""One act's way through the diagram: a single pass in memory over the locked case.

The caller locks the process row, gives the live task rows (one query), lets a person's decision or
a timer fire, then `drain` moves the tokens until everything waits, and `flush` writes all rows at
once: an INSERT for what is new, an UPDATE for what changed, an UPDATE of the process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from viewflow.workflow.status import STATUS

from workflows import propagation, resuming, rewinding
from workflows import rows as task_rows
from workflows.durations import Workdays
from workflows.errors import FlowFault, StepLimit
from workflows.handlers import BusinessError, Handler
from workflows.models import LIVE, Process, ProcessStatus, Task
from workflows.nodes.gateways import ParallelActivation, rests_at_join
from workflows.nodes.members import BodyActivation
from workflows.propagation import is_body
from workflows.variables import Variables
from workflows.versions import called_flow

if TYPE_CHECKING:
    from workflows.directory import Directory
    from workflows.nodes.base import FlowNode, StepActivation
    from workflows.nodes.events import CatchActivation

STEP_LIMIT = 1000
"""Steps one act may produce; a sound flow needs a few dozen, an automatic loop never ends."""

LEAVING = "leaving"
"""In the data of a parked row: its step is done, only the way out of it is not known."""


def _waits(row: Task) -> bool:
    """For a person, the clock, a message, a signal or a condition."""
    listens = row.flow_task.waits and not is_body(row)
    return task_rows.waits(row) or (row.status == STATUS.STARTED and listens)


@dataclass(frozen=True, slots=True)
class Token:
    """On its way to a node, by an arrow, in a scope."""

    node: FlowNode
    via: str
    parent: Task | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the new row is to remember: of a step that is opened again, why."""


class Execution(Variables):
    """The pass. `rows` are the live rows, `created` and `changed` what `flush` writes."""

    def __init__(
        self,
        process: Process,
        live: Iterable[Task],
        *,
        directory: Directory,
        handlers: Mapping[str, Handler],
        at: datetime,
        cause: Task | None = None,
    ) -> None:
        """`cause` is the row whose act this is (a seat, a timer), None at the start."""
        super().__init__(process.data)
        self.process = process
        self.directory = directory
        self.handlers = handlers
        self.at = at
        self.cause = cause
        self.rows: list[Task] = task_rows.linked(process, live)
        self.created: list[Task] = []
        self.changed: dict[int, Task] = {}
        self.opened: list[Task] = []
        self.acted: list[Task] = []
        self.tokens: deque[Token] = deque()
        self.steps = 0
        self.workdays = Workdays()
        self.unsettled = False
        """Variables have changed since the conditions that are waited for were looked at."""
        self.interrupted: list[Task | None] = []
        """Scopes in which an event sub-process has replaced what went on."""

    # What activations ask for

    def send(
        self,
        node: FlowNode,
        *,
        via: str,
        parent: Task | None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Puts a token on its way."""
        self.tokens.append(Token(node, via, parent, facts or {}))

    def merge(self, changes: Mapping[str, Any]) -> None:
        """Conditional events look at the variables after each change."""
        super().merge(changes)
        self.unsettled = True

    def local_names(self, task: Task | None) -> dict[str, Any]:
        """The items of the multi-instance members around a step; the innermost one wins."""
        names: dict[str, Any] = {}
        while task is not None:
            loop = task.flow_task.element.loop if task.item else None
            if loop is not None and "item" in task.data:
                names.setdefault(loop.item, task.data["item"])
            task = task.parent
        return names

    def value(self, text: str, task: Task | None = None) -> Any:
        """A text of the diagram as the step `task` sees it."""
        names = self.local_names(task)
        return Variables({**self.variables, **names}).value(text) if names else super().value(text)

    def touch(self, task: Task) -> None:
        """Notes that a stored row has changed."""
        if task.pk is not None:
            self.changed[task.pk] = task

    def enter_phase(self, phase: str | None) -> None:
        """The case's phase as the diagram says it."""
        if phase:
            self.process.phase = phase

    def children(self, parent: Task | None) -> list[Task]:
        """Live rows directly inside a scope."""
        return [row for row in self.rows if row.parent is parent and row.status in LIVE]

    def cancel_children(self, parent: Task) -> None:
        """Everything inside a step ends with it, its boundary timers too."""
        for row in self.children(parent):
            self.activation(row).cancel()

    def waiting_at(self, node: FlowNode, parent: Task | None) -> list[Task]:
        """Arrivals at a join, oldest first."""
        return [
            row
            for row in self.rows
            if row.flow_task is node and row.parent is parent and row.status == STATUS.STARTED
        ]

    def activation(self, task: Task) -> StepActivation:
        """The activation of a row."""
        found: StepActivation = task.flow_task.activation(task, self)
        return found

    def called_flow(self, called: str) -> Any:
        """The newest valid version of a called flow, bound now."""
        return called_flow(called, self.process.city, self.at.date())

    @property
    def causing(self) -> Task:
        """The row whose act this is; only a start has none."""
        if self.cause is None:
            message = "this pass has no causing task"
            raise LookupError(message)
        return self.cause

    # Moving

    def drain(self) -> None:
        """Moves tokens until everything that is left waits."""
        while True:
            while self.tokens or self.unsettled:
                if self.unsettled:
                    propagation.watch(self)
                if self.tokens:
                    self._step(self.tokens.popleft())
            if not (self._fire_resting_join() or self._close_empty_scope()):
                break
        self._conclude()

    def park_tokens(self, reason: str) -> None:
        """Parks every token that is on its way where it was going (after a step limit)."""
        while self.tokens:
            token = self.tokens.popleft()
            row = task_rows.new(self, token.node, via=token.via, parent=token.parent)
            row.data.update(token.facts)
            self.keep(row)
            self.activation(row).park(reason)
        self._conclude()

    def leave(self, activation: StepActivation) -> None:
        """Completes a waiting row and sends its tokens on; a fault parks the row."""
        if not activation.task.item:
            try:
                activation.chosen()
            except FlowFault as fault:
                activation.park(fault.reason)
                return
        activation.complete()
        activation.create_next()

    def follow(self, activation: StepActivation) -> None:
        """Sends the tokens of a completed step on; when no arrow can be taken its token is parked
        behind it, and what the step did stays done."""
        if resuming.straight_back(self, activation.task):
            return
        try:
            chosen = activation.chosen()
        except FlowFault as fault:
            task = activation.task
            stuck = task_rows.new(self, task.flow_task, via=task.via, parent=task.parent)
            stuck.data[LEAVING] = True
            self.activation(stuck).park(fault.reason)
            self.keep(stuck)
            return
        for flow, target in chosen:
            self.send(target, via=flow.id, parent=activation.scope)

    def member(self, body: Task, item: str, data: dict[str, Any]) -> Task:
        """The row of one member of a repeated activity, not begun."""
        row = task_rows.new(self, body.flow_task, via=body.via, parent=body)
        row.item, row.data = item, data
        return row

    def open_member(self, member: Task) -> None:
        """Begins it; an automatic one is done at once."""
        self.count_step(member)
        self.activation(member).activate()
        self.keep(member)

    def arm(
        self,
        node: FlowNode,
        parent: Task | None,
        *,
        via: str = "",
        due: datetime | None = None,
        **facts: Any,
    ) -> None:
        """A row that waits for an event; `due` overrides what its timer says."""
        row = task_rows.new(self, node, via=via, parent=parent)
        row.data.update(facts)
        if due is None:
            self.activation(row).activate()
        else:
            cast("CatchActivation", self.activation(row)).schedule(due)
        self.keep(row)

    def arm_event_subprocesses(self, flow_class: Any, scope: str, parent: Task | None) -> None:
        """A scope has begun: the event sub-processes in it that wait for something."""
        propagation.listen(self, flow_class, scope, parent)

    def trigger(self, handler: FlowNode, start: FlowNode, scope: Task | None) -> None:
        """Starts an event sub-process; an interrupting one ends what else goes on in its scope."""
        propagation.trigger(self, handler, start, scope)

    def retry(self, parked: Task) -> None:
        """Lets a parked token go again; a body that has begun goes on where it stopped."""
        activation = self.activation(parked)
        if parked.data.get(LEAVING):
            activation.revive()
            self.follow(activation)
        elif isinstance(activation, BodyActivation) and parked.data.get("opened"):
            activation.resume()
            self._guarded(activation, activation.progress)
        else:
            activation.revive()
            facts = rewinding.kept(parked)
            self.send(parked.flow_task, via=parked.via, parent=parked.parent, facts=facts)

    def raise_error(self, code: str, origin: Task | None) -> None:
        """A business error climbs from `origin` outwards to the first that catches it."""
        propagation.raise_error(self, code, origin)

    def throw(self, kind: str, code: str, origin: Task | None) -> None:
        """A signal or an escalation, thrown in the scope `origin`; a message leaves the case."""
        if kind == "signal":
            propagation.broadcast(self, code)
        elif kind == "escalation":
            propagation.escalate(self, code, origin)

    def terminate(self, scope: Task | None) -> None:
        """A terminate end: at the top the case is done, inside only the scope."""
        if scope is None:
            self.end(ProcessStatus.DONE)
        else:
            self.tokens = deque(token for token in self.tokens if token.parent is not scope)
            self.cancel_children(scope)

    def end(self, status: str) -> None:
        """The process is over: nothing stays open."""
        self.process.status = status
        self.process.finished = self.at
        self.tokens.clear()
        for row in [row for row in self.rows if row.status in LIVE]:
            if row.status in LIVE:
                self.activation(row).cancel()

    # One step

    def count_step(self, task: Task) -> None:
        """Every visit counts, so that an automatic loop ends."""
        self.steps += 1
        if self.steps > STEP_LIMIT:
            message = f"step_limit: {task.element}"
            raise StepLimit(message)

    def _step(self, token: Token) -> None:
        if token.parent is not None and token.parent.status != STATUS.STARTED:
            return
        task = task_rows.new(self, token.node, via=token.via, parent=token.parent)
        task.data.update(token.facts)
        self.count_step(task)
        self.keep(task)
        activation = self.activation(task)

        def visit() -> None:
            activation.activate()
            if task.status not in (STATUS.DONE, STATUS.CANCELED):
                self.arm_edges(task)
            self._go_on(activation)

        self._guarded(activation, visit)

    def _guarded(self, activation: StepActivation, act: Callable[[], None]) -> None:
        """A fault of the flow parks the step, a business error looks for who catches it."""
        task = activation.task
        try:
            act()
        except StepLimit:
            raise
        except FlowFault as fault:
            if not (isinstance(activation, BodyActivation) and task.data.get("opened")):
                self.cancel_children(task)
            activation.park(fault.reason)
        except BusinessError as error:
            task.data["error"] = error.code
            self.touch(task)
            self.raise_error(error.code, task)
            if task.status in LIVE:
                activation.cancel()

    def _go_on(self, activation: StepActivation) -> None:
        """What follows at once: an automatic step leaves, a join looks, a body opens members."""
        if activation.task.status == STATUS.DONE:
            activation.create_next()
        elif isinstance(activation, ParallelActivation):
            activation.try_fire()
        elif isinstance(activation, BodyActivation):
            activation.progress()

    def keep(self, task: Task) -> None:
        """A new row is part of the case from now on."""
        self.created.append(task)
        self.rows.append(task)

    def arm_edges(self, host: Task) -> None:
        """Lets the boundary events of a step that has begun wait (a member's are its body's)."""
        for boundary in host.flow_task.boundaries:
            if boundary.is_armed:
                self.arm(boundary, host)

    # At rest

    def _fire_resting_join(self) -> bool:
        for join, row in rests_at_join(self):
            if join.activation(row, self).try_fire_at_rest():
                return True
        return False

    def _close_empty_scope(self) -> bool:
        """Ends the first scope in which no token is left."""
        for row in self.rows:
            if row.status != STATUS.STARTED or not row.flow_task.is_scope or is_body(row):
                continue
            if all(child.flow_task.passive for child in self.children(row)):
                self.leave(self.activation(row))
                return True
        return False

    def _conclude(self) -> None:
        """Sets what the case is now: done, waiting, or blocked with a reason."""
        if self.process.status != ProcessStatus.NEW:
            self.process.blocked_reason = ""
            return
        live = [row for row in self.rows if row.status in LIVE]
        faults = [row.data.get("fault", "") for row in live if row.status == STATUS.ERROR]
        holding = [row for row in live if not row.flow_task.passive]
        if not holding and not faults:
            self.end(ProcessStatus.DONE)
        elif not faults and not any(_waits(row) for row in live):
            faults = ["deadlock: " + ", ".join(sorted({row.element for row in holding}))]
        self.process.blocked_reason = faults[0][:200] if faults else ""

    def flush(self) -> None:
        """Writes everything; timers become jobs of the outbox."""
        self.process.data = self.variables
        task_rows.write(self.process, self.created, self.changed.values())
