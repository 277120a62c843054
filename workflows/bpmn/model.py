"""What a BPMN file says, as plain frozen data: no XML, no viewflow, no database.

The reader fills it, the checks look at it, the compiler turns it into a viewflow Flow class and the
SVG writer draws it. Element ids are the file's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from workflows.feel import Expression


@dataclass(frozen=True, slots=True)
class Need:
    """How many approvals a QUORUM needs: `3/5`, more than `>1/2`, or a fixed count."""

    fraction: Fraction | None = None
    more_than: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """`multiInstanceLoopCharacteristics`: one seat per item of `collection` or per count."""

    sequential: bool
    collection: str | None = None
    item: str = "item"
    cardinality: Expression | None = None
    completion: Expression | None = None
    output: str | None = None
    output_item: str | None = None
    mode: str | None = None
    need: Need | None = None
    min_quorum: int = 1
    on_reject: str = "first"
    weight: Expression | None = None
    """What an item's vote weighs; None = each is one vote."""


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """`standardLoopCharacteristics`: the activity again and again while the condition is true."""

    test_before: bool = False
    maximum: int | None = None
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer definition; exactly one of the three is given (ISO 8601 text or FEEL)."""

    duration: str | None = None
    date: str | None = None
    cycle: str | None = None
    calendar: str | None = None
    """None = exact elapsed time, `workdays` or `days` = calendar days in Beijing."""
    first: str = "next"
    """`same`: the day on which the timer starts is day 1 if it counts (`countFrom`)."""


def first_day(count_from: str | None) -> str:
    """What the calendar calls an `approval:countFrom`: publicity counts from the day it is
    published on, every other term from the day after (semantics C10)."""
    return "same" if count_from == "publication_day" else "next"


@dataclass(frozen=True, slots=True)
class Event:
    """The definition inside an event; `kind` is none, timer, error, terminate, message, signal,
    escalation, conditional or link."""

    kind: str = "none"
    timer: Timer | None = None
    code: str | None = None
    """Error or escalation code; the name of a message, signal or link. None = any."""
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node. `kind` is the BPMN element name without prefix (userTask …)."""

    id: str
    kind: str
    name: str
    line: int
    scope: str
    """Id of the process or sub-process that holds the node."""
    lane: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Our namespace's attributes by local name, as written (role, form, outcomes, phase, due …)."""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str | None = None
    event: Event | None = None
    attached_to: str | None = None
    interrupting: bool = True
    """Of a boundary event, and of the start event of an event sub-process."""
    loop: MultiInstance | None = None
    repeat: StandardLoop | None = None
    triggered: bool = False
    """A sub-process that an event starts, not an arrow."""
    called: str | None = None
    holder: Expression | None = None


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """An arrow; `condition` already contains the `outcome` short form when that was written."""

    id: str
    source: str
    target: str
    name: str
    line: int
    condition: Expression | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A swim lane: who acts in it. Role and scope of an outer lane hold for its inner ones."""

    id: str
    name: str
    role: str | None
    scope: str | None
    nodes: frozenset[str]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    """A shape's place in the diagram, in diagram units (pixels at 96 dpi)."""

    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


@dataclass(frozen=True, slots=True)
class Diagram:
    """Diagram interchange: shapes by element id, edges' way-points by element id."""

    shapes: Mapping[str, Bounds] = field(default_factory=dict)
    edges: Mapping[str, tuple[tuple[Decimal, Decimal], ...]] = field(default_factory=dict)
    labels: Mapping[str, Bounds] = field(default_factory=dict)
    """Places of labels that stand apart from their shape or edge."""
    vertical: frozenset[str] = frozenset()
    """Pools and lanes drawn as columns."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """Something drawn but never run: pool, data object, text annotation, association …"""

    id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """One executable process with everything inside it, sub-processes flattened by `Node.scope`."""

    id: str
    key: str
    version: int
    title: str
    valid_from: str | None
    line: int
    file: str
    nodes: Mapping[str, Node]
    """In document order."""
    flows: Mapping[str, SequenceFlow]
    """In document order: an exclusive split takes the first true condition."""
    lanes: Mapping[str, Lane]
    diagram: Diagram
    messages: Mapping[str, str] = field(default_factory=dict)
    """Message id to message name."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Text annotation id to its text."""
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    """Everything drawn that is not a node, flow or lane, by id, in document order."""

    start_events: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Scope id to the ids of its start events."""
    attached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Activity id to the ids of its boundary events."""

    def role_of(self, node: Node) -> str | None:
        """Who acts at a human task: its own role, else its lane's."""
        lane = self.lanes.get(node.lane or "")
        return node.attributes.get("role") or (lane.role if lane else None)

    def starts(self, scope: str) -> tuple[Node, ...]:
        """The start events of a process or sub-process."""
        return tuple(self.nodes[start] for start in self.start_events.get(scope, ()))

    def scopes(self) -> tuple[str, ...]:
        """The process and its sub-processes."""
        return (self.id, *(n.id for n in self.nodes.values() if n.kind == "subProcess"))

    def event_subprocesses(self, scope: str) -> tuple[Node, ...]:
        """The event sub-processes directly inside a process or sub-process."""
        return tuple(n for n in self.nodes.values() if n.triggered and n.scope == scope)

    def boundaries(self, host: str) -> tuple[Node, ...]:
        """The boundary events attached to an activity, in document order."""
        return tuple(self.nodes[boundary] for boundary in self.attached.get(host, ()))


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding; severity is error or warning. `element` is None for a fault of the file."""

    code: str
    severity: str
    file: str
    line: int
    element: str | None
    name: str
    message: str
    hint: str

    def as_text(self) -> str:
        """`recognition.bpmn:31: error B031 [county_ok 初审意见] message (hint)`."""
        where = f" [{self.element} {self.name}]".replace(" ]", "]") if self.element else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}: {self.severity} {self.code}{where} {self.message}{hint}"
