"""Lanes, nested ones included: who acts where."""

from __future__ import annotations

from workflows.bpmn.issues import Findings
from workflows.bpmn.model import Lane
from workflows.bpmn.places import local, place_of
from workflows.bpmn.source import Element, ours
from workflows.bpmn.vocabulary import BPMN


def lanes_of(process: Element, findings: Findings) -> tuple[dict[str, Lane], dict[str, str]]:
    """The lanes by id in document order, and the innermost lane of each node."""
    lanes: dict[str, Lane] = {}
    lane_of: dict[str, str] = {}
    for container in process.iterate():
        if container.namespace == BPMN and container.name in {"process", "subProcess"}:
            for lane_set in container.named(BPMN, "laneSet"):
                for lane in lane_set.named(BPMN, "lane"):
                    _lane(lane, None, lanes, lane_of, findings)
    return lanes, lane_of


def _lane(
    element: Element,
    outer: Lane | None,
    lanes: dict[str, Lane],
    lane_of: dict[str, str],
    findings: Findings,
) -> None:
    own = ours(element)
    inner_sets = element.named(BPMN, "childLaneSet")
    lane = Lane(
        id=element.get("id") or f"lane_in_line_{element.line}",
        name=element.get("name") or "",
        role=own.get("role") or (outer.role if outer else None),
        scope=own.get("scope") or (outer.scope if outer else None),
        nodes=frozenset(local(ref.text) for ref in element.named(BPMN, "flowNodeRef")),
        line=element.line,
    )
    lanes[lane.id] = lane
    for node in sorted(lane.nodes):
        placed = lane_of.get(node)
        if placed is not None and (outer is None or placed != outer.id):
            message = f'node "{node}" is in two lanes: {placed} and {lane.id}'
            findings.add("B016", place_of(element), message, "leave it in one of them")
        lane_of[node] = lane.id
    for inner_set in inner_sets:
        for inner in inner_set.named(BPMN, "lane"):
            _lane(inner, lane, lanes, lane_of, findings)
