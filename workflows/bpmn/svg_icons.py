"""The marks inside shapes: kinds of tasks, what an event waits for, how a gateway splits."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from workflows.bpmn.model import Bounds
from workflows.bpmn.svg_text import element, number

LINE = {"fill": "none", "stroke": "#2b2b2b", "stroke-width": "1.2"}
HEAVY = LINE | {"stroke-width": "2.6"}

KINDS: Mapping[str, str] = {
    "userTask": "M3 14c0-4 2-6 5-6s5 2 5 6zM8 2a3 3 0 1 0 .01 0z",
    "manualTask": "M2 8l4-4h7v2H9h5v2h-4 4v2h-4 3v2H5l-3-2z",
    "serviceTask": "M8 5a3 3 0 1 0 .01 0zM8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5L13 13"
    "M13 3l-1.5 1.5M4.5 11.5L3 13",
    "businessRuleTask": "M1 3h14v10H1zM1 6h14M6 6v7",
    "scriptTask": "M5 1h9c-3 4 2 8-2 13H3c4-5-1-9 2-13zM6 5h4M6 8h4M6 11h3",
    "sendTask": "M1 3h14v10H1zM1 3l7 6 7-6",
    "receiveTask": "M1 3h14v10H1zM1 3l7 6 7-6",
}
"""Outlines in a square of 16 pixels."""

PENTAGON = "M0-9L8.6-2.8 5.3 7.3H-5.3L-8.6-2.8z"
SIGNS: Mapping[str, str] = {
    "message": "M-8-6H8V6H-8zM-8-6L0 1 8-6",
    "signal": "M0-8L8 6H-8z",
    "escalation": "M0-8L6 8 0 2-6 8z",
    "link": "M-8-3H2V-7L8 0 2 7V3H-8z",
    "conditional": "M-6-8H6V8H-6zM-4-4H4M-4 0H4M-4 4H4",
}
"""Marks of events, eight units from the middle to the edge."""


def kind(name: str, bounds: Bounds) -> str:
    """The task's type in its upper left corner."""
    if name not in KINDS:
        return ""
    at = f"translate({number(bounds.x + 5)} {number(bounds.y + 5)})"
    return element("path", {"d": KINDS[name], "transform": at, "class": "flow-icon"} | LINE)


def several(bounds: Bounds, *, is_sequential: bool) -> str:
    """Three bars at the foot: upright = parallel instances, lying = one after the other."""
    x, foot = bounds.x + bounds.width / 2, bounds.y + bounds.height
    if is_sequential:
        bars = [f"M{number(x - 6)} {number(foot - y)}h12" for y in (5, 9, 13)]
    else:
        bars = [f"M{number(x + dx)} {number(foot - 14)}v11" for dx in (-4, 0, 4)]
    return element("path", {"d": "".join(bars)} | LINE | {"stroke-width": "2"})


def loop(bounds: Bounds) -> str:
    """A turning arrow at the foot: the standard loop."""
    x, y = bounds.x + bounds.width / 2, bounds.y + bounds.height - 9
    path = (
        f"M{number(x - 3)} {number(y + 5)}a5.5 5.5 0 1 1 5 .5M{number(x - 6)} {number(y + 6)}h4v-4"
    )
    return element("path", {"d": path, "class": "flow-loop"} | LINE)


def gateway(name: str, bounds: Bounds) -> str:
    """X exclusive, + parallel, O inclusive."""
    x, y = bounds.x + bounds.width / 2, bounds.y + bounds.height / 2
    size = min(bounds.width, bounds.height) / 5
    if name == "inclusiveGateway":
        return element("circle", {"cx": number(x), "cy": number(y), "r": number(size)} | HEAVY)
    if name == "eventBasedGateway":
        return _event_gateway((x, y), size)
    if name == "parallelGateway":
        path = f"M{number(x - size)} {number(y)}h{number(size * 2)}"
        path += f"M{number(x)} {number(y - size)}v{number(size * 2)}"
    else:
        reach = size * Decimal("0.85")
        path = f"M{number(x - reach)} {number(y - reach)}l{number(reach * 2)} {number(reach * 2)}"
        path += f"M{number(x + reach)} {number(y - reach)}l{number(-reach * 2)} {number(reach * 2)}"
    return element("path", {"d": path} | HEAVY)


def event(
    name: str, middle: tuple[Decimal, Decimal], radius: Decimal, *, is_thrown: bool = False
) -> str:
    """A clock, a flash, a filled disc, an envelope …; what is thrown is filled."""
    x, y = middle
    size = radius * Decimal("0.55")
    if name == "timer":
        hands = f"M{number(x)} {number(y - size)}V{number(y)}H{number(x + size * Decimal('0.7'))}"
        face = {"cx": number(x), "cy": number(y), "r": number(size + 2)} | LINE
        return element("circle", face) + element("path", {"d": hands} | LINE)
    if name == "terminate":
        disc = {"cx": number(x), "cy": number(y), "r": number(size), "fill": "#2b2b2b"}
        return element("circle", disc)
    if name == "error":
        path = f"M{number(x - size)} {number(y + size)}l{number(size * Decimal('0.7'))} "
        path += f"{number(-size * Decimal('1.8'))} {number(size * Decimal('0.6'))} "
        path += f"{number(size * Decimal('1.1'))} {number(size * Decimal('0.7'))} {number(-size)}"
        return element("path", {"d": path} | LINE)
    if name not in SIGNS:
        return ""
    paint = LINE | ({"fill": "#2b2b2b"} if is_thrown else {})
    at = f"translate({number(x)} {number(y)}) scale({number(size / 8)})"
    return element("path", {"d": SIGNS[name], "transform": at} | paint)


def _event_gateway(middle: tuple[Decimal, Decimal], size: Decimal) -> str:
    """A pentagon in two rings."""
    x, y = middle
    rings = "".join(
        element("circle", {"cx": number(x), "cy": number(y), "r": number(radius)} | LINE)
        for radius in (size * Decimal("1.3"), size * Decimal("1.05"))
    )
    at = f"translate({number(x)} {number(y)}) scale({number(size / 12)})"
    return rings + element("path", {"d": PENTAGON, "transform": at} | LINE)
