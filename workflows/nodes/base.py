"""The common part of all our nodes: a viewflow Node that knows its BPMN element, and the activation
that moves one task row through viewflow's status machine inside an `Execution`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge, Node
from viewflow.workflow.status import STATUS

from workflows.bpmn.model import Node as Element
from workflows.bpmn.model import SequenceFlow
from workflows.errors import FlowFault
from workflows.models import LIVE, Process, Task
from workflows.values import plain

if TYPE_CHECKING:
    from workflows.execution import Execution
    from workflows.nodes.boundary import BoundaryEvent
    from workflows.nodes.members import BodyActivation

Arrow = tuple[SequenceFlow, "FlowNode"]


class StepActivation(Activation):
    """One visit of a node. Rows are created and changed in memory; the Execution writes them."""

    def __init__(self, task: Task, run: Execution) -> None:
        """`run` already holds the locked process, so nothing is read here."""
        self.task = task
        self.run = run
        self.process: Process = run.process
        self.node: FlowNode = task.flow_task

    @Activation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        """What happens when the token arrives; an automatic step is done at once."""
        self.perform()
        self.complete()

    def perform(self) -> None:
        """The step's own work; a FlowFault raised here parks the token at this node."""

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED, STATUS.SCHEDULED], target=STATUS.DONE
    )
    def complete(self) -> None:
        """A normal end: what hangs on this step (children, boundary timers) ends with it."""
        self._close()

    @Activation.status.transition(source=list(LIVE), target=STATUS.CANCELED)
    def cancel(self) -> None:
        """An end without a result: interrupted, terminated, skipped or withdrawn."""
        self._close()

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED], target=STATUS.ERROR
    )
    def park(self, reason: str) -> None:
        """A fault of the flow: the token waits here for the flow administrator."""
        self.task.is_open = False
        self.task.data["fault"] = reason
        self.run.touch(self.task)

    @Activation.status.transition(source=STATUS.ERROR, target=STATUS.REVIVED)
    def revive(self) -> None:
        """The parked token is let go again; a new row takes its place."""
        self._close()

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> None:
        """Sends tokens on along the arrows the diagram chooses; a member tells its body."""
        if self.task.item:
            self.body.member_done(self.task, {})
        else:
            self.run.follow(self)

    @property
    def body(self) -> BodyActivation:
        """Of a member of a repeated activity: the activation of the whole."""
        return cast("BodyActivation", self.run.activation(cast(Task, self.task.parent)))

    def merge(self, changes: Mapping[str, Any]) -> None:
        """Into the case data; around this step each member of a repeated sub-process notes what
        its own inside said last about its `outputItem`."""
        self.run.merge(changes)
        around = self.task.parent
        while around is not None:
            loop = around.flow_task.element.loop if around.item else None
            if loop is not None and loop.output_item in changes:
                around.data["result"] = plain(changes[loop.output_item])
                self.run.touch(around)
            around = around.parent

    def chosen(self) -> list[Arrow]:
        """Arrows to take: of an activity or event all unconditional ones and the true ones."""
        return self.true_arrows() if self.node.conditional else list(self.node.arrows)

    def true_arrows(self) -> list[Arrow]:
        """Every arrow whose condition holds (or that has none), else the default."""
        taken = [
            (flow, target)
            for flow, target in self.node.arrows
            if flow.id != self.node.element.default and self.holds(flow)
        ]
        return taken or [self.node.default_arrow()]

    def holds(self, flow: SequenceFlow) -> bool:
        """Whether an arrow may be taken; it sees the item of the member in which this step lies."""
        return flow.condition is None or self.run.is_true(
            flow.condition, self.run.local_names(self.task)
        )

    @property
    def scope(self) -> Task | None:
        """The scope in which the tokens go on."""
        return self.task.parent

    def _close(self) -> None:
        self.task.finished = self.run.at
        self.task.is_open = False
        self.run.touch(self.task)
        self.run.cancel_children(self.task)


class FlowNode(Node):
    """A node of a compiled diagram. `name` is the attribute, `element.id` the BPMN id."""

    activation_class = StepActivation
    task_type = "STEP"
    is_scope = False
    """Ends by itself when no token is left inside."""
    waits = False
    """A live row of this node waits for the world outside (a person, the clock)."""

    @property
    def passive(self) -> bool:
        """A live row of this node does not keep its scope (or the case) going."""
        return False

    def __init__(self, element: Element) -> None:
        """The arrows are filled in `_resolve`, when the whole class is known."""
        super().__init__()
        self.element = element
        self.task_title = element.name or element.id
        self.arrows: tuple[Arrow, ...] = ()
        self.boundaries: tuple[BoundaryEvent, ...] = ()
        self.conditional = False

    def activation(self, task: Task, run: Execution) -> StepActivation:
        """The activation for a row of this node."""
        found: StepActivation = self.activation_class(task, run)
        return found

    def default_arrow(self) -> Arrow:
        """The arrow taken when no condition holds; a fault of the flow when there is none."""
        for arrow in self.arrows:
            if arrow[0].id == self.element.default:
                return arrow
        raise FlowFault(f"no_true_condition: {self.element.id}")

    def _resolve(self, instance: Any) -> None:
        """Binds the arrows in document order and the boundary events attached here."""
        flow_class = type(instance)
        self.arrows = tuple(
            (flow, flow_class.at(flow.target))
            for flow in flow_class.model.flows.values()
            if flow.source == self.element.id
        )
        self.conditional = any(flow.condition is not None for flow, _target in self.arrows)
        self.boundaries = tuple(
            flow_class.at(node.id) for node in flow_class.model.boundaries(self.element.id)
        )

    def _outgoing(self) -> Iterator[Edge]:
        for flow, target in self.arrows:
            yield Edge(src=self, dst=target, edge_class="next", label=flow.name)
        for boundary in self.boundaries:
            yield Edge(src=self, dst=boundary, edge_class="boundary", label="")
