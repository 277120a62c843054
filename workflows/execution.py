"""One act's way through the diagram: a single pass in memory over the locked case.

The caller locks the process row, gives the live task rows (one query), lets a person's decision or
a timer fire, then `drain` moves the tokens until everything waits, and `flush` writes all rows at
once: an INSERT for what is new, an UPDATE for what changed, an UPDATE of the process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from viewflow.workflow.status import STATUS

from workflows import rows as task_rows
from workflows.errors import FlowFault, StepLimit
from workflows.handlers import BusinessError, Handler
from workflows.models import LIVE, Process, ProcessStatus, Task
from workflows.nodes.boundary import BoundaryEvent
from workflows.nodes.gateways import InclusiveGateway, ParallelActivation, rests_at_join
from workflows.nodes.panel import PanelActivation, PanelTask, label
from workflows.variables import Variables
from workflows.versions import called_flow

if TYPE_CHECKING:
    from workflows.directory import Directory
    from workflows.nodes.base import FlowNode, StepActivation

STEP_LIMIT = 1000
"""Steps one act may produce; a sound flow needs a few dozen, an automatic loop never ends."""


@dataclass(frozen=True, slots=True)
class Token:
    """On its way to a node, by an arrow, in a scope."""

    node: FlowNode
    via: str
    parent: Task | None


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

    # What activations ask for

    def send(self, node: FlowNode, *, via: str, parent: Task | None) -> None:
        """Puts a token on its way."""
        self.tokens.append(Token(node, via, parent))

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

    def any_token_reaches(self, join: InclusiveGateway, parent: Task | None) -> bool:
        """Whether a live row of the same scope (or of a host's timer in it) can still come."""
        return any(
            join.reached_from(row.flow_task)
            for row in self.rows
            if row.status in LIVE
            and row.flow_task is not join
            and self._place(row) is parent
            and not row.item
        )

    @staticmethod
    def _place(row: Task) -> Task | None:
        """The scope in which a row's token would go on."""
        if isinstance(row.flow_task, BoundaryEvent):
            return row.parent.parent if row.parent is not None else None
        return row.parent

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
            while self.tokens:
                self._step(self.tokens.popleft())
            if not (self._fire_resting_join() or self._close_empty_scope()):
                break
        self._conclude()

    def park_tokens(self, reason: str) -> None:
        """Parks every token that is on its way where it was going (after a step limit)."""
        while self.tokens:
            token = self.tokens.popleft()
            self.activation(self._arrive(token)).park(reason)
        self._conclude()

    def leave(self, activation: StepActivation) -> None:
        """Completes a waiting row and sends its tokens on; a fault parks the row."""
        try:
            chosen = activation.chosen()
        except FlowFault as fault:
            activation.park(fault.reason)
            return
        activation.complete()
        for flow, target in chosen:
            self.send(target, via=flow.id, parent=activation.scope)

    def open_seat(self, node: PanelTask, body: Task, index: int) -> None:
        """One member of a panel."""
        entry = body.data["items"][index]
        member = task_rows.new(self, node, via=body.via, parent=body)
        member.item = f"{entry}" if node.loop.cardinality is not None else label(entry)
        member.data = {"item": entry, "seat": index}
        self.activation(member).activate()
        self._keep(member)

    def retry(self, parked: Task) -> None:
        """Lets a parked token go again; a panel that has begun goes on where it stopped."""
        activation = self.activation(parked)
        if isinstance(activation, PanelActivation):
            try:
                activation.resume()
                activation.progress()
            except FlowFault as fault:
                activation.park(fault.reason)
            return
        activation.revive()
        self.send(parked.flow_task, via=parked.via, parent=parked.parent)

    def raise_error(self, code: str, origin: Task | None) -> None:
        """A business error climbs from `origin` outwards to the first boundary that catches it."""
        host = origin
        while host is not None:
            for boundary in self._catching(host, code):
                self.activation(host).cancel()
                caught = task_rows.new(self, boundary, via="", parent=host)
                self._keep(caught)
                activation = self.activation(caught)
                activation.catch()
                activation.create_next()
                return
            host = host.parent
        self.variables["_error"] = code
        self.end(ProcessStatus.FAILED)

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

    def _step(self, token: Token) -> None:
        if token.parent is not None and token.parent.status != STATUS.STARTED:
            return
        self.steps += 1
        if self.steps > STEP_LIMIT:
            self.tokens.appendleft(token)
            message = f"step_limit: {token.node.element.id}"
            raise StepLimit(message)
        task = self._arrive(token)
        activation = self.activation(task)
        try:
            activation.activate()
            if task.status not in (STATUS.DONE, STATUS.CANCELED):
                self._arm(task)
            self._go_on(activation)
        except FlowFault as fault:
            self.cancel_children(task)
            activation.park(fault.reason)
        except BusinessError as error:
            self._failed(activation, error)

    def _go_on(self, activation: StepActivation) -> None:
        """What follows at once: an automatic step leaves, a join looks, a panel sits."""
        if activation.task.status == STATUS.DONE:
            activation.create_next()
        elif isinstance(activation, ParallelActivation):
            activation.try_fire()
        elif isinstance(activation, PanelActivation):
            activation.progress()

    def _failed(self, activation: StepActivation, error: BusinessError) -> None:
        activation.task.data["error"] = error.code
        self.raise_error(error.code, activation.task)
        if activation.task.status in LIVE:
            activation.cancel()

    def _arrive(self, token: Token) -> Task:
        task = task_rows.new(self, token.node, via=token.via, parent=token.parent)
        self._keep(task)
        return task

    def _keep(self, task: Task) -> None:
        self.created.append(task)
        self.rows.append(task)

    def _arm(self, host: Task) -> None:
        """Starts the boundary timers of a step that has begun (a seat's are its panel's)."""
        for boundary in host.flow_task.boundaries:
            if boundary.is_timer:
                armed = task_rows.new(self, boundary, via="", parent=host)
                self.activation(armed).activate()
                self._keep(armed)

    @staticmethod
    def _catching(host: Task, code: str) -> list[BoundaryEvent]:
        """Boundary errors that catch the code, the one that names it first."""
        if host.item:
            return []
        found = [boundary for boundary in host.flow_task.boundaries if boundary.catches(code)]
        return sorted(found, key=lambda boundary: not boundary.element.event.code)[:1]

    # At rest

    def _fire_resting_join(self) -> bool:
        for join, row in rests_at_join(self):
            if join.activation(row, self).try_fire_at_rest():
                return True
        return False

    def _close_empty_scope(self) -> bool:
        """Ends the first scope in which no token is left."""
        for row in self.rows:
            if row.status != STATUS.STARTED or not row.flow_task.is_scope:
                continue
            inside = [
                child
                for child in self.children(row)
                if child.flow_task.element.attached_to != row.element
            ]
            if not inside:
                self.leave(self.activation(row))
                return True
        return False

    def _conclude(self) -> None:
        """Sets what the case is now: done, waiting, or blocked with a reason."""
        if self.process.status != ProcessStatus.NEW:
            self.process.blocked_reason = ""
            return
        live = [row for row in self.rows if row.status in LIVE]
        if not live:
            self.end(ProcessStatus.DONE)
        faults = [row.data.get("fault", "") for row in live if row.status == STATUS.ERROR]
        if live and not faults and not any(task_rows.waits(row) for row in live):
            faults = ["deadlock: " + ", ".join(sorted({row.element for row in live}))]
        self.process.blocked_reason = faults[0][:200] if faults else ""

    def flush(self) -> None:
        """Writes everything; timers become jobs of the outbox."""
        self.process.data = self.variables
        task_rows.write(self.process, self.created, self.changed.values())
