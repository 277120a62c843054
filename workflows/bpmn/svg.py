"""A diagram as SVG, on the server: for PDFs and for browsers without JavaScript.

Presentation attributes and classes only (strict CSP: no style attribute, no <style>); arrow heads
are paths, because WeasyPrint turns markers the wrong way. The same model gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from workflows.bpmn import svg_shapes
from workflows.bpmn.model import Diagram, ProcessModel
from workflows.bpmn.svg_lines import arrow, dashed
from workflows.bpmn.svg_text import element, number, shape_title

MARGIN = Decimal(12)
BACKGROUND = ("participant", "group")
LINES = ("association", "messageFlow", "dataInputAssociation", "dataOutputAssociation")


def draw(
    model: ProcessModel,
    *,
    live: frozenset[str] = frozenset(),
    done: frozenset[str] = frozenset(),
    skipped: frozenset[str] = frozenset(),
    counts: Mapping[str, str | int] | None = None,
) -> str:
    """The whole drawing as an <svg> element; an empty one when the file has no drawing.

    `live`, `done` and `skipped` are element ids (sequence flows too) and become the classes
    flow-live, flow-done and flow-skipped; `counts` (e.g. {"expert_opinion": "2/5"}) are badges.
    """
    diagram = model.diagram
    states = {**dict.fromkeys(skipped, "flow-skipped"), **dict.fromkeys(done, "flow-done")}
    states |= dict.fromkeys(live, "flow-live")
    parts = [*_background(model), *_lanes(model)]
    parts += [_node(model, node_id, states) for node_id in _by_size(model)]
    parts += [_flow(model, flow_id, states) for flow_id in model.flows if flow_id in diagram.edges]
    parts += _artifacts(model)
    for node_id, count in (counts or {}).items():
        if node_id in diagram.shapes:
            parts.append(svg_shapes.badge(diagram.shapes[node_id], str(count)))
    x, y, width, height = _view(diagram)
    box = " ".join(number(value) for value in (x, y, width, height))
    return element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": box,
            "width": number(width),
            "height": number(height),
            "class": "flow-diagram",
            "role": "img",
            "font-family": "sans-serif",
            "font-size": "12",
        },
        shape_title(model.title) + "".join(parts),
    )


def _view(diagram: Diagram) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    boxes = [*diagram.shapes.values(), *diagram.labels.values()]
    xs = [v for b in boxes for v in (b.x, b.x + b.width)]
    ys = [v for b in boxes for v in (b.y, b.y + b.height)]
    xs += [x for points in diagram.edges.values() for x, _ in points]
    ys += [y for points in diagram.edges.values() for _, y in points]
    if not xs or not ys:
        return Decimal(0), Decimal(0), Decimal(1), Decimal(1)
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return left, top, max(xs) + MARGIN - left, max(ys) + 2 * MARGIN - top


def _background(model: ProcessModel) -> list[str]:
    shapes = model.diagram.shapes
    drawn = []
    for artifact in model.artifacts.values():
        if artifact.kind in BACKGROUND and artifact.id in shapes:
            bounds, upright = shapes[artifact.id], artifact.id not in model.diagram.vertical
            content = (
                svg_shapes.band(bounds, artifact.name, upright)
                if artifact.kind == "participant"
                else svg_shapes.dashed_box(bounds)
            )
            drawn.append(_group(artifact.id, "flow-pool", artifact.name, content))
    return drawn


def _lanes(model: ProcessModel) -> list[str]:
    shapes, vertical = model.diagram.shapes, model.diagram.vertical
    return [
        _group(
            lane.id,
            "flow-lane",
            lane.name,
            svg_shapes.band(shapes[lane.id], lane.name, lane.id not in vertical),
        )
        for lane in model.lanes.values()
        if lane.id in shapes
    ]


def _by_size(model: ProcessModel) -> list[str]:
    """Sub-processes first, then what lies in or on them: later shapes cover earlier ones."""
    depth = {node.id: _depth(model, node.id) for node in model.nodes.values()}
    drawn = [n for n in model.nodes if n in model.diagram.shapes]
    return sorted(drawn, key=lambda n: (depth[n], model.nodes[n].kind == "boundaryEvent"))


def _depth(model: ProcessModel, node_id: str) -> int:
    depth, scope = 0, model.nodes[node_id].scope
    while scope in model.nodes:
        depth, scope = depth + 1, model.nodes[scope].scope
    return depth


def _node(model: ProcessModel, node_id: str, states: Mapping[str, str]) -> str:
    node, diagram = model.nodes[node_id], model.diagram
    bounds = diagram.shapes[node_id]
    inside = bool(model.starts(node_id))
    content = svg_shapes.node(node, bounds, diagram.labels.get(node_id), inside)
    kinds = f"flow-node flow-{node.kind}"
    return _marked(node_id, kinds, node.name or node.id, content, states.get(node_id))


def _flow(model: ProcessModel, flow_id: str, states: Mapping[str, str]) -> str:
    flow, diagram = model.flows[flow_id], model.diagram
    points = diagram.edges[flow_id]
    source = model.nodes.get(flow.source)
    is_default = source is not None and source.default == flow_id
    content = arrow(points, flow.name, diagram.labels.get(flow_id), is_default=is_default)
    title = flow.name or (f"={flow.condition.source}" if flow.condition else flow_id)
    return _marked(flow_id, "flow-arrow", title, content, states.get(flow_id))


def _artifacts(model: ProcessModel) -> list[str]:
    diagram, drawn = model.diagram, []
    for artifact in model.artifacts.values():
        content = ""
        if artifact.kind in LINES and artifact.id in diagram.edges:
            content = dashed(diagram.edges[artifact.id], has_head=artifact.kind != "association")
        elif artifact.id in diagram.shapes and artifact.kind not in BACKGROUND:
            text = model.annotations.get(artifact.id, artifact.name)
            content = svg_shapes.artifact(artifact.kind, diagram.shapes[artifact.id], text)
        if content:
            drawn.append(_group(artifact.id, "flow-artifact", artifact.name, content))
    return drawn


def _marked(identity: str, kinds: str, title: str, content: str, state: str | None) -> str:
    """A group in the colours of its state; the title says the state in words."""
    if state is None:
        return _group(identity, kinds, title, content)
    words = {
        "flow-live": _("办理中"),
        "flow-done": _("已完成"),
        "flow-skipped": _("未经过"),
    }
    named = f"{title}（{words[state]}）"
    return _group(identity, f"{kinds} {state}", named, svg_shapes.coloured(content, state))


def _group(identity: str, classes: str, title: str, content: str) -> str:
    marked = {"class": classes, "data-element": identity}
    return element("g", marked, shape_title(title or identity) + content)
