"""Where the visible marks of the signatures stand on a page that is laid out.

One organ's mark stands beside the QR code, on the side where no page number is. Of a joint paper
each organ's mark stands in the line of its name, left of the names; where there are no such lines,
all share the place beside the QR code, the lead's on top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weasyprint.document import Page

from documents.rendering import geometry
from documents.rendering.rendered import Place

MARK_WIDTH = 28.0
"""mm; beside the QR code, and as high as that."""
MARK_GAP = 2.0
"""mm between a mark and the QR code."""
RIGHT_OF_QR = 98.0
"""mm from the QR code's left edge, where the page number stands on the left."""
STRIP_GAP = 0.5
"""mm between the marks that share the place beside the QR code."""
WIDEST, NARROWEST = 62.0, 18.0
"""mm of a mark beside an organ's name."""
FROM_NAMES, BETWEEN = 3.0, 0.8
"""mm between marks and names, and between a mark and the next."""
_POINTS_PER_PIXEL = 0.75
_POINTS_PER_MM = 72 / 25.4

Corners = Sequence[float]
"""Of an anchor: left, top, right, bottom in CSS pixels from the page's upper left."""


def places_of_marks(content: Mapping[str, Any], pages: Sequence[Page]) -> tuple[Place, ...]:
    """One for each organ in the order of the content; none where no mark is wanted."""
    if content.get("mark") != "box":
        return ()
    organs = content["organs"]
    if len(organs) > 1:
        beside_names = _beside_names(organs, pages)
        if beside_names:
            return beside_names
    found = _anchor("check", pages)
    return _strips(_beside_code(*found), len(organs)) if found else ()


def _anchor(name: str, pages: Sequence[Page]) -> tuple[int, Page, Corners] | None:
    for index, page in enumerate(pages):
        if name in page.anchors:
            return index, page, page.anchors[name]
    return None


def _beside_code(index: int, page: Page, anchor: Corners) -> Place:
    x, y, _right, bottom = (one * _POINTS_PER_PIXEL for one in anchor)
    width = MARK_WIDTH * _POINTS_PER_MM
    odd = index % 2 == 0
    left = x - width - MARK_GAP * _POINTS_PER_MM if odd else x + RIGHT_OF_QR * _POINTS_PER_MM
    height = page.height * _POINTS_PER_PIXEL
    return Place(index, left, height - bottom, left + width, height - y)


def _strips(place: Place, count: int) -> tuple[Place, ...]:
    """The place in so many strips, from the top."""
    gap = STRIP_GAP * _POINTS_PER_MM
    height = (place.top - place.bottom - gap * (count - 1)) / count
    tops = [place.top - at * (height + gap) for at in range(count)]
    return tuple(Place(place.page, place.left, top - height, place.right, top) for top in tops)


def _beside_names(organs: Sequence[str], pages: Sequence[Page]) -> tuple[Place, ...]:
    """Empty where the paper has no names one below the other, or no room beside them."""
    signature = _anchor("closing", pages)
    names = [_anchor(f"signer-{at}", pages) for at in range(1, len(organs) + 1)]
    found = [name[2] for name in names if name is not None]
    if signature is None or len(found) != len(organs):
        return ()
    index, page, block = signature
    right = min(corners[0] for corners in found) * _POINTS_PER_PIXEL - FROM_NAMES * _POINTS_PER_MM
    width = min(WIDEST * _POINTS_PER_MM, right - block[0] * _POINTS_PER_PIXEL)
    if width < NARROWEST * _POINTS_PER_MM:
        return ()
    middles = [
        (page.height - (corners[1] + corners[3]) / 2) * _POINTS_PER_PIXEL for corners in found
    ]
    line = min(middles[0] - middles[1], geometry.LINE * _POINTS_PER_MM)
    half = (line - BETWEEN * _POINTS_PER_MM) / 2
    return tuple(
        Place(index, right - width, middle - half, right, middle + half) for middle in middles
    )
