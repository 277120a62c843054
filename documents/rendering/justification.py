"""Makes full lines of Chinese end at the right edge of the type area.

WeasyPrint 70 spreads a justified line over its spaces only, and Chinese has none, so a line that
punctuation rules shorten would end anywhere (documents.md §2). `install` replaces one private
function of WeasyPrint; the geometry tests fail when a new version no longer calls it, and the
renderer works without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.line_break import create_layout

_WIDEST_GAP = 0.5
"""Of a character: a line needing more was broken on purpose and stays as it is."""


def _text_boxes(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            yield from _text_boxes(child)


def _widen(context: Any, box: Any, gap: float, shift: float) -> float:
    """Give one run of text wider spacing; returns how far what follows moves."""
    box.position_x += shift
    added = gap * len(box.text)
    style = box.style.copy()
    spacing = style["letter_spacing"]
    style["letter_spacing"] = (0 if spacing == "normal" else spacing) + gap
    box.style = style
    layout = create_layout(box.text, style, context, max_width=None, justification_spacing=0)
    layout.deactivate()
    box.pango_layout = layout
    box.width += added
    return shift + added


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Spread what is left of a line over all gaps between its characters."""
    runs = list(_text_boxes(line))
    gaps = sum(len(run.text) for run in runs) - 1
    if gaps < 1 or extra_width <= 0:
        return
    gap = extra_width / gaps
    if gap > _WIDEST_GAP * runs[0].style["font_size"]:
        return
    shift = 0.0
    for run in runs:
        shift = _widen(context, run, gap, shift)


def install() -> None:
    """Use `justify_line` in this process."""
    inline.justify_line = justify_line
