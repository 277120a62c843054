"""Exclusive, parallel and inclusive gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from viewflow.workflow.status import STATUS

from workflows.bpmn.rounds import next_rounds
from workflows.models import LIVE, Task
from workflows.nodes.base import Arrow, FlowNode, StepActivation
from workflows.nodes.boundary import BoundaryEvent

if TYPE_CHECKING:
    from workflows.execution import Execution

JOINED = "joined"
"""Outcome of an arrival that went into another row's firing."""


class ExclusiveActivation(StepActivation):
    """Takes the first true condition in document order, else the default."""

    def perform(self) -> None:
        """Chooses now, so that a fault parks the token here."""
        self.arrow = self._first()

    def _first(self) -> Arrow:
        for flow, target in self.node.arrows:
            if flow.id != self.node.element.default and self.holds(flow):
                return flow, target
        return self.node.default_arrow()

    def chosen(self) -> list[Arrow]:
        """The one arrow."""
        return [self.arrow]


class ExclusiveGateway(FlowNode):
    """Every arriving token goes out once."""

    activation_class = ExclusiveActivation
    task_type = "GATEWAY"


class EventGatewayActivation(StepActivation):
    """Lets its events wait side by side; the first that happens ends the others."""

    @StepActivation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def activate(self) -> None:
        """The events are rows inside this one."""
        for flow, target in self.node.arrows:
            self.run.arm(target, self.task, via=flow.id)


class EventGateway(FlowNode):
    """The exclusive event-based gateway; it counts as passed when one of its events happens."""

    activation_class = EventGatewayActivation
    task_type = "GATEWAY"


class JoinActivation(StepActivation):
    """Arrivals wait as rows, one per token, so that nothing is lost between two acts."""

    node: JoinGateway

    @StepActivation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def activate(self) -> None:
        """Waits; whether it fires is looked at next."""

    def arrivals(self) -> dict[str, Task]:
        """The oldest waiting row of each incoming arrow, in this scope."""
        waiting: dict[str, Task] = {}
        for row in self.run.waiting_at(self.node, self.task.parent):
            waiting.setdefault(row.via, row)
        return waiting

    def fire(self, arrived: dict[str, Task]) -> None:
        """One token leaves for all that came: the last arrival is the firing row."""
        *earlier, last = arrived.values()
        for row in earlier:
            row.outcome = JOINED
            self.node.activation(row, self.run).complete()
        self.run.leave(self.node.activation(last, self.run))


class ParallelActivation(JoinActivation):
    """Fires when every incoming arrow has a token, and only then."""

    def try_fire(self) -> bool:
        """Called at each arrival."""
        arrived = self.arrivals()
        if len(arrived) < len(self.node.sources):
            return False
        self.fire(arrived)
        return True

    def chosen(self) -> list[Arrow]:
        """All arrows."""
        return list(self.node.arrows)


class InclusiveActivation(JoinActivation):
    """Fires when no further token can come by a path that avoids the gateway itself."""

    def try_fire(self) -> bool:
        """Called when nothing else can move: before that a token may still be on its way."""
        return False

    def try_fire_at_rest(self) -> bool:
        """True when it fired."""
        if _any_token_reaches(self.run, self.node, self.task.parent):
            return False
        self.fire(self.arrivals())
        return True

    def chosen(self) -> list[Arrow]:
        """All arrows whose condition holds, else the default."""
        return self.true_arrows()


class JoinGateway(FlowNode):
    """A gateway that may have to wait for several tokens."""

    task_type = "GATEWAY"
    sources: tuple[str, ...] = ()

    def _resolve(self, instance: Any) -> None:
        """Also notes the incoming arrows."""
        super()._resolve(instance)
        flows = type(instance).model.flows.values()
        self.sources = tuple(flow.id for flow in flows if flow.target == self.element.id)


class ParallelGateway(JoinGateway):
    """Splits into all arrows; joins all."""

    activation_class = ParallelActivation


class InclusiveGateway(JoinGateway):
    """Splits into every true arrow; joins what was split."""

    activation_class = InclusiveActivation

    def reached_from(self, node: FlowNode) -> bool:
        """Whether a token at `node` can still come here without passing here first.

        A host's armed boundary events are rows of their own, so they do not count for it.
        """
        return node.element.id in self._origins()

    def _origins(self) -> frozenset[str]:
        if self._known is None:
            self._known = self._search()
        return self._known

    _known: frozenset[str] | None = None

    def _search(self) -> frozenset[str]:
        """Walks the arrows backwards, never through this gateway, nor into a loop's next round."""
        origins: set[str] = set()
        direct: set[str] = set()
        again = next_rounds(self.flow_class.model, self.element.id)

        def before(node: Any) -> list[Any]:
            edges = [edge for edge in node._incoming() if edge.src is not self]
            return [e for e in edges if (e.src.element.id, e.dst.element.id) not in again]

        frontier = before(self)
        while frontier:
            edge = frontier.pop()
            node = edge.src
            if edge.edge_class == "next" or not edge.dst.is_armed:
                direct.add(node.element.id)
            if node is self or node.element.id in origins:
                continue
            origins.add(node.element.id)
            frontier.extend(before(node))
        return frozenset(direct)


def _any_token_reaches(run: Execution, join: InclusiveGateway, parent: Task | None) -> bool:
    """Whether a live row of the same scope (or of a host's boundary in it) can still come."""
    return any(
        join.reached_from(row.flow_task)
        for row in run.rows
        if row.status in LIVE
        and row.flow_task is not join
        and _place(row) is parent
        and not row.item
    )


def _place(row: Task) -> Task | None:
    """The scope in which a row's token would go on."""
    if isinstance(row.flow_task, BoundaryEvent):
        return row.parent.parent if row.parent is not None else None
    return row.parent


def rests_at_join(run: Execution) -> list[tuple[InclusiveGateway, Task]]:
    """The inclusive joins with waiting rows, oldest first, one entry per gateway and scope."""
    seen: dict[tuple[int, int], tuple[InclusiveGateway, Task]] = {}
    for row in run.rows:
        node = row.flow_task
        if row.status == STATUS.STARTED and isinstance(node, InclusiveGateway):
            seen.setdefault((id(node), id(row.parent)), (node, row))
    return list(seen.values())
