"""SVG source text: escaped elements, numbers, and labels wrapped to the width of their shape."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from html import escape

FONT_SIZE = 12
LINE_HEIGHT = 15
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WORDS = re.compile(r"[\u0021-\u007e\u00a1-\u02ff]+\s?|\s|.", re.DOTALL)


def attribute(value: str) -> str:
    """A value between double quotes, with what XML forbids left out."""
    return escape(FORBIDDEN.sub("", value), quote=True)


def element(name: str, attributes: Mapping[str, str], content: str = "") -> str:
    """One element; `content` is SVG already."""
    given = "".join(f' {key}="{attribute(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def shape_title(text: str) -> str:
    """What a screen reader says and a mouse shows."""
    return f"<title>{attribute(text)}</title>"


def number(value: Decimal | float) -> str:
    """At most one digit after the point, no trailing zeros."""
    rounded = f"{Decimal(value):.1f}".removesuffix(".0")
    return "0" if rounded == "-0" else rounded


def width_of(text: str) -> float:
    """Width in pixels at FONT_SIZE: a Chinese character is as wide as it is high."""
    wide = sum(unicodedata.east_asian_width(c) in "WFA" for c in text)
    return FONT_SIZE * (wide + 0.56 * (len(text) - wide))


def wrapped(text: str, width: Decimal | float, most: int) -> list[str]:
    """Lines of at most `width` pixels: Latin words whole, Chinese anywhere; … where it is cut."""
    lines, line = [], ""
    for word in WORDS.findall(" ".join(text.split())):
        if line and width_of((line + word).rstrip()) > float(width):
            lines.append(line.strip())
            line = ""
        line += word
    lines.append(line.strip())
    lines = [line for line in lines if line]
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1], float(width))]
    return lines


def _cut(line: str, width: float) -> str:
    """The beginning of a line with … behind it, no wider than the shape."""
    kept = line[:-1]
    while kept and width_of(f"{kept}…") > width:
        kept = kept[:-1]
    return f"{kept}…"


def label(
    text: str,
    middle: tuple[Decimal, Decimal],
    width: Decimal | float,
    most: int = 4,
    anchor: str = "middle",
) -> str:
    """Lines centred on a point."""
    lines = wrapped(text, width, most)
    x, y = middle
    top = y - Decimal(LINE_HEIGHT * (len(lines) - 1)) / 2 + Decimal("4.2")
    return "".join(
        element(
            "text",
            {
                "x": number(x),
                "y": number(top + LINE_HEIGHT * row),
                "text-anchor": anchor,
                "fill": "#1c1c1c",
                "stroke": "none",
            },
            attribute(line),
        )
        for row, line in enumerate(lines)
    )
