"""The shapes of a diagram: bands, tasks, gateways, events, data."""

from __future__ import annotations

from decimal import Decimal

from workflows.bpmn import svg_icons
from workflows.bpmn.model import Bounds, Node
from workflows.bpmn.svg_text import LINE_HEIGHT, element, label, number, width_of
from workflows.bpmn.vocabulary import GATEWAYS

PAPER, INK, ARROW = "#ffffff", "#2b2b2b", "#3a3a3a"
OUTLINE = {"fill": PAPER, "stroke": INK, "stroke-width": "1.5"}
COLOURS = {
    "flow-live": ("#fff1cc", "#9a5b00", "3"),
    "flow-done": ("#e3f3e8", "#1b6e43", "1.5"),
    "flow-skipped": ("#f2f2f2", "#8a8a8a", "1.5"),
}
"""State → paper, ink and outline width: a PDF does not see the style sheet of the page."""
BAND = 30
"""Width of the head of a pool or lane."""


def coloured(content: str, state: str) -> str:
    """The same shapes in the colours of a state; labels are escaped and hold no such attribute."""
    paper, ink, width = COLOURS[state]
    for old, new in (
        (f'fill="{PAPER}"', f'fill="{paper}"'),
        (f'stroke="{INK}"', f'stroke="{ink}"'),
        (f'stroke="{ARROW}"', f'stroke="{ink}"'),
        (f'fill="{ARROW}"', f'fill="{ink}"'),
        ('stroke-width="1.5"', f'stroke-width="{width}"'),
    ):
        content = content.replace(old, new)
    return content


def middle(bounds: Bounds) -> tuple[Decimal, Decimal]:
    """The centre of a shape."""
    return bounds.x + bounds.width / 2, bounds.y + bounds.height / 2


def box(bounds: Bounds, more: dict[str, str]) -> str:
    """A rectangle in the place of the shape."""
    place = {"x": bounds.x, "y": bounds.y, "width": bounds.width, "height": bounds.height}
    return element("rect", {key: number(value) for key, value in place.items()} | OUTLINE | more)


def dashed_box(bounds: Bounds) -> str:
    """A group."""
    return box(bounds, {"fill": "none", "stroke-dasharray": "8 4", "rx": "8"})


def band(bounds: Bounds, name: str, is_horizontal: bool) -> str:
    """A pool or lane; the name of a row stands upright, character under character."""
    frame = box(bounds, {"fill": "none", "stroke": "#8a8a8a", "stroke-width": "1"})
    if not is_horizontal:
        at = (bounds.x + bounds.width / 2, bounds.y + Decimal(BAND) / 2)
        return frame + label(name, at, bounds.width - 8, 1)
    x, y = bounds.x + Decimal(BAND) / 2, bounds.y + bounds.height / 2
    if name.isascii():
        turned = element(
            "g",
            {"transform": f"rotate(-90 {number(x)} {number(y)})"},
            label(name, (x, y), bounds.height - 8, 1) or "",
        )
        return frame + (turned if name else "")
    rows = max(1, int(bounds.height) // LINE_HEIGHT - 1)
    return frame + label(" ".join(name), (x, y), 14, rows)


def badge(bounds: Bounds, text: str) -> str:
    """A count at the upper right corner, e.g. 2/5 of a panel."""
    width = Decimal(14 + 7 * len(text))
    corner = Bounds(bounds.x + bounds.width - width / 2, bounds.y - 9, width, Decimal(18))
    frame = box(corner, {"rx": "9", "class": "flow-count"})
    return element("g", {"class": "flow-badge"}, frame + label(text, middle(corner), width))


def node(node: Node, bounds: Bounds, label_at: Bounds | None, has_inside: bool) -> str:
    """Any flow node with its marks and its label."""
    if node.kind in GATEWAYS:
        return _gateway(node, bounds) + _below(node, bounds, label_at)
    if node.kind.endswith("Event"):
        return _event(node, bounds) + _below(node, bounds, label_at)
    return _activity(node, bounds, has_inside)


def _below(node: Node, bounds: Bounds, label_at: Bounds | None) -> str:
    if not node.name:
        return ""
    if label_at is not None:
        return label(node.name, middle(label_at), max(label_at.width, Decimal(60)))
    x, _ = middle(bounds)
    return label(node.name, (x, bounds.y + bounds.height + 11), 100, 2)


def _activity(node: Node, bounds: Bounds, has_inside: bool) -> str:
    thick = {"stroke-width": "4"} if node.kind == "callActivity" else {}
    if node.triggered:
        thick = {"stroke-dasharray": "2 4"}
    drawn = [box(bounds, {"rx": "10"} | thick), svg_icons.kind(node.kind, bounds)]
    if node.loop is not None:
        drawn.append(svg_icons.several(bounds, is_sequential=node.loop.sequential))
    if node.repeat is not None:
        drawn.append(svg_icons.loop(bounds))
    x, y = middle(bounds)
    if has_inside:
        y = bounds.y + 14
    elif node.kind in svg_icons.KINDS and width_of(node.name) > bounds.width - 10:
        y += 5  # a second line would touch the mark in the corner
    most = max(1, int(bounds.height - 14) // LINE_HEIGHT) if not has_inside else 1
    drawn.append(label(node.name or node.id, (x, y), bounds.width - 10, most))
    return "".join(drawn)


def _gateway(node: Node, bounds: Bounds) -> str:
    x, y = middle(bounds)
    half_width, half_height = bounds.width / 2, bounds.height / 2
    corners = [(x, y - half_height), (x + half_width, y), (x, y + half_height), (x - half_width, y)]
    path = "M" + "L".join(f"{number(a)} {number(b)}" for a, b in corners) + "Z"
    return element("path", {"d": path} | OUTLINE) + svg_icons.gateway(node.kind, bounds)


def _event(node: Node, bounds: Bounds) -> str:
    x, y = middle(bounds)
    radius = min(bounds.width, bounds.height) / 2
    place = {"cx": number(x), "cy": number(y)}
    thick = "3.5" if node.kind == "endEvent" else "1.5"
    dash = {} if node.interrupting else {"stroke-dasharray": "5 3"}
    ring = {"r": number(radius), "stroke-width": thick}
    drawn = [element("circle", place | OUTLINE | ring | dash)]
    if node.kind not in {"startEvent", "endEvent"}:
        inner = {"r": number(max(radius - 3, Decimal(1))), "fill": "none"}
        drawn.append(element("circle", place | OUTLINE | inner | dash))
    kind = node.event.kind if node.event else "none"
    is_thrown = node.kind in {"endEvent", "intermediateThrowEvent"}
    drawn.append(svg_icons.event(kind, (x, y), radius, is_thrown=is_thrown))
    return "".join(drawn)


def artifact(kind: str, bounds: Bounds, text: str) -> str:
    """A text annotation with its bracket, or a data object with its name below."""
    x, y = middle(bounds)
    if kind == "textAnnotation":
        right, bottom = number(bounds.x + 12), number(bounds.y + bounds.height)
        left, top = number(bounds.x), number(bounds.y)
        bracket = {"d": f"M{right} {top}H{left}V{bottom}H{right}"} | OUTLINE | {"fill": "none"}
        rows = max(1, int(bounds.height) // LINE_HEIGHT)
        return element("path", bracket) + label(text, (x, y), bounds.width - 8, rows)
    below = (x, bounds.y + bounds.height + 11)
    return box(bounds, {"rx": "2"}) + (label(text, below, 100, 2) if text else "")
