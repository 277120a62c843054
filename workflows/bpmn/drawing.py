"""Diagram interchange and everything that is drawn but not run."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from workflows.bpmn.model import Artifact, Bounds, Diagram
from workflows.bpmn.places import local
from workflows.bpmn.source import Element
from workflows.bpmn.texts import is_true
from workflows.bpmn.vocabulary import BPMN, BPMNDI, DC, DI

DRAWN = frozenset(
    {"participant", "textAnnotation", "association", "group", "messageFlow", "dataObjectReference"}
    | {"dataStoreReference", "dataInputAssociation", "dataOutputAssociation"}
)
LIMIT = Decimal(100_000)
"""Coordinates beyond this are a broken drawing and are left out."""


def diagram_of(root: Element) -> Diagram:
    """Shapes, edges and labels by the id of what they show; unreadable numbers are left out."""
    shapes: dict[str, Bounds] = {}
    edges: dict[str, tuple[tuple[Decimal, Decimal], ...]] = {}
    labels: dict[str, Bounds] = {}
    vertical: set[str] = set()
    for element in root.iterate():
        if element.namespace != BPMNDI or element.name not in {"BPMNShape", "BPMNEdge"}:
            continue
        shown = local(element.get("bpmnElement") or "")
        if element.name == "BPMNShape":
            bounds = _bounds(element)
            if bounds:
                shapes.setdefault(shown, bounds)
            if not is_true(element.get("isHorizontal"), otherwise=True):
                vertical.add(shown)
        else:
            points = tuple(p for w in element.named(DI, "waypoint") if (p := _point(w)))
            if len(points) > 1:
                edges.setdefault(shown, points)
        label = element.first(BPMNDI, "BPMNLabel")
        if label is not None and (bounds := _bounds(label)):
            labels.setdefault(shown, bounds)
    return Diagram(shapes, edges, labels, frozenset(vertical))


def _number(element: Element, name: str) -> Decimal | None:
    try:
        number = Decimal(element.get(name) or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= LIMIT else None


def _point(element: Element) -> tuple[Decimal, Decimal] | None:
    x, y = _number(element, "x"), _number(element, "y")
    return None if x is None or y is None else (x, y)


def _bounds(element: Element) -> Bounds | None:
    given = element.first(DC, "Bounds")
    if given is None:
        return None
    corner = _point(given)
    width, height = _number(given, "width"), _number(given, "height")
    if corner is None or width is None or height is None or min(width, height) < 0:
        return None
    return Bounds(corner[0], corner[1], width, height)


def artifacts_of(root: Element) -> dict[str, Artifact]:
    """Pools, data, annotations, groups and their lines, by id, in document order."""
    found: dict[str, Artifact] = {}
    for element in root.iterate():
        identity = element.get("id")
        if element.namespace == BPMN and element.name in DRAWN and identity:
            found.setdefault(identity, Artifact(identity, element.name, element.get("name") or ""))
    return found


def annotations_of(root: Element) -> dict[str, str]:
    """Text annotation id to text."""
    found = {}
    for element in root.iterate():
        if element.namespace == BPMN and element.name == "textAnnotation":
            text = element.first(BPMN, "text")
            found[element.get("id") or ""] = text.text.strip() if text is not None else ""
    return found
