"""From an XML element to the place an issue about it is shown at."""

from __future__ import annotations

from workflows.bpmn.issues import Place
from workflows.bpmn.model import Node, SequenceFlow
from workflows.bpmn.source import Element

EXPRESSIONS = frozenset(
    {"conditionExpression", "completionCondition", "loopCardinality", "loopCondition", "condition"}
    | {"timeDuration", "timeDate", "timeCycle"}
)


def place_of(element: Element) -> Place:
    """The nearest element with an id (an expression's own id does not count), by its start tag."""
    nearest: Element | None = element
    while nearest is not None:
        own = nearest.get("id")
        if own and nearest.name not in EXPRESSIONS:
            return Place(nearest.line, own, nearest.get("name") or "")
        nearest = nearest.parent
    return Place(element.line)


def at(part: Node | SequenceFlow) -> Place:
    """The place of something already read."""
    return Place(part.line, part.id, part.name)


def local(reference: str) -> str:
    """A QName reference without its prefix: ids contain no colon."""
    return reference.strip().rpartition(":")[2]
