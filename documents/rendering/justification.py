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


def _is_whole(box: Any) -> bool:
    """A number, date or sum: its digits stay together, only the gap behind it grows."""
    return bool(box.style["white_space"] == "nowrap")


def _gaps(box: Any, *, sparing: bool) -> int:
    return 1 if sparing and _is_whole(box) else len(box.text)


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Spread what is left of a line over its gaps: those inside numbers only where the others alone
    would grow too wide."""
    runs = list(_text_boxes(line))
    if not runs or extra_width <= 0:
        return
    widest = _WIDEST_GAP * runs[0].style["font_size"]
    for sparing in (True, False):
        gaps = sum(_gaps(run, sparing=sparing) for run in runs) - 1
        if gaps < 1 or extra_width / gaps > widest:
            continue
        shift, gap = 0.0, extra_width / gaps
        for run in runs:
            if sparing and _is_whole(run):
                run.position_x += shift
                shift += gap
            else:
                shift = _widen(context, run, gap, shift)
        return


def install() -> None:
    """Use `justify_line` in this process."""
    inline.justify_line = justify_line
