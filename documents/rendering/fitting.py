"""Signature and date stay with their text: where they just do not fit, the lines come closer.

GB/T 9704-2012, 7.3.5.4: where what is left of the page cannot hold seal and date, line or character
spacing is adjusted; a page never bears the signature alone (no 此页无正文). Where that saves no
page, the last lines of the text go over to the next page with it; where they are but one or two of
a short paragraph, the whole of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from weasyprint import Document

from documents.rendering import geometry

_ANCHOR = "closing"
_MOST_LINES = 6.0
"""Of text carried over to the signature's page: with more, the text simply goes on there."""
_MM_PER_PIXEL = 25.4 / 96

_LONE, _SHORT = 2.5, 4.5
"""Lines: text of no more than two beside the signature looks forlorn; a paragraph of up to four
goes there whole rather than in part."""
WHOLE_ENDING = "main > .ending { break-inside: avoid }"
"""The style that keeps the text's last paragraph on one page."""


class Layout(Protocol):
    """Lays the document out with so many lines of text on a page; `whole`: its last paragraph is
    kept on one page."""

    def __call__(self, lines: int, *, whole: bool = False) -> Document: ...


_CELL_PADDING = 2.4872
"""mm above and below the text of a table's cell, as page.css has it."""


def style(lines: int) -> str:
    """The style of running text with so many lines on a page; rows of tables come closer alike."""
    pitch = geometry.pitch(lines)
    padding = _CELL_PADDING - (geometry.LINE - pitch) / 2
    return (
        f"main {{ line-height: {pitch:.5f}mm }} "
        f"main .sheet th, main .sheet td {{ padding: {padding:.4f}mm 1.4mm }}"
    )


def fitted(layout: Layout, *, annexes: int) -> Document:
    """The layout of 22 lines, or the first closer one that saves a page; `annexes`: how many."""
    document = layout(geometry.LINES)
    if not _is_nearly_empty(document, annexes):
        return document
    for lines in _closer(document):
        closer = layout(lines)
        if len(closer.pages) < len(document.pages):
            return closer
    return _with_company(layout, document, annexes)


def _with_company(layout: Layout, document: Document, annexes: int) -> Document:
    """The layout whose signature has the whole last paragraph by it, where one or two lines of a
    short one went over."""
    if not 0 < _lines_beside(document, annexes) <= _LONE:
        return document
    whole = layout(geometry.LINES, whole=True)
    same = len(whole.pages) == len(document.pages)
    return whole if same and _LONE < _lines_beside(whole, annexes) <= _SHORT else document


def _closer(document: Document) -> Sequence[int]:
    """One text page may gain up to three lines; of more pages each gains one."""
    return geometry.CLOSER if (_page_of_signature(document) or 0) < 2 else geometry.CLOSER[:1]


def _page_of_signature(document: Document) -> int | None:
    found = (at for at, page in enumerate(document.pages) if _ANCHOR in page.anchors)
    return next(found, None)


def _is_nearly_empty(document: Document, annexes: int) -> bool:
    """Whether the text's last page holds little besides the signature, or the imprint alone."""
    page = _page_of_signature(document)
    if page is None:
        return False
    if not annexes and page < len(document.pages) - 1:
        return True
    return page > 0 and _lines_beside(document, annexes) <= _MOST_LINES


def _lines_beside(document: Document, annexes: int) -> float:
    """Lines of text above the signature on its page; 0 on the first page."""
    page = _page_of_signature(document)
    if not page:
        return 0
    top: float = document.pages[page].anchors[_ANCHOR][1] * _MM_PER_PIXEL
    listed = annexes + 1 if annexes else 0
    return (top - geometry.PAGE_TOP) / geometry.LINE - listed
