"""Arrows of a diagram: lines through their way-points with heads drawn as paths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from workflows.bpmn.model import Bounds
from workflows.bpmn.svg_text import element, label, number

Points = Sequence[tuple[Decimal, Decimal]]
HEAD = 9
HALF = 4
LABEL_WIDTH = 90


def arrow(points: Points, name: str, place: Bounds | None, *, is_default: bool) -> str:
    """A sequence flow; a default flow has a stroke across its beginning."""
    drawn = [_line(points, {}), _head(points)]
    if is_default:
        drawn.append(_slash(points))
    if name:
        width = max(place.width, Decimal(LABEL_WIDTH)) if place else Decimal(LABEL_WIDTH)
        drawn.append(label(name, _label_at(points, place), width))
    return "".join(drawn)


def dashed(points: Points, *, has_head: bool) -> str:
    """An association, or with a head a message flow."""
    line = _line(points, {"stroke-dasharray": "4 3"})
    return line + (_head(points) if has_head else "")


def _line(points: Points, more: dict[str, str]) -> str:
    start, *rest = points
    path = f"M{number(start[0])} {number(start[1])}"
    path += "".join(f"L{number(x)} {number(y)}" for x, y in rest)
    drawn = {"d": path, "fill": "none", "stroke": "#3a3a3a", "stroke-width": "1.3"}
    return element("path", drawn | more)


def _direction(first: tuple[Decimal, Decimal], second: tuple[Decimal, Decimal]) -> float:
    return math.atan2(float(second[1] - first[1]), float(second[0] - first[0]))


def _head(points: Points) -> str:
    tip, angle = points[-1], _direction(points[-2], points[-1])
    corners = [tip]
    for side in (HALF, -HALF):
        x = float(tip[0]) - HEAD * math.cos(angle) - side * math.sin(angle)
        y = float(tip[1]) - HEAD * math.sin(angle) + side * math.cos(angle)
        corners.append((Decimal(x), Decimal(y)))
    path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in corners) + "Z"
    return element("path", {"d": path, "fill": "#3a3a3a", "stroke": "none"})


def _slash(points: Points) -> str:
    angle = _direction(points[0], points[1])
    x = float(points[0][0]) + 10 * math.cos(angle)
    y = float(points[0][1]) + 10 * math.sin(angle)
    turn = angle + math.pi / 3
    dx, dy = 6 * math.cos(turn), 6 * math.sin(turn)
    start, end = (Decimal(x - dx), Decimal(y - dy)), (Decimal(x + dx), Decimal(y + dy))
    return _line([start, end], {})


def _label_at(points: Points, place: Bounds | None) -> tuple[Decimal, Decimal]:
    """The label's own place, else above the middle of the longest piece."""
    if place is not None:
        return place.x + place.width / 2, place.y + place.height / 2
    pieces = list(pairwise(points))
    first, second = max(pieces, key=lambda p: abs(p[0][0] - p[1][0]) + abs(p[0][1] - p[1][1]))
    return (first[0] + second[0]) / 2, (first[1] + second[1]) / 2 - 9
