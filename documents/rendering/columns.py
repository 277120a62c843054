"""Widths of a table's columns, from what stands in them: nothing that must stay whole is cut, nor
printed over what stands beside it; where the columns are many, the table is set smaller.

Fixed widths also spare the layout its own search, which looks at every cell several times.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from documents.rendering.typesetting import pieces, width

PORTRAIT, LANDSCAPE = 156.0, 225.0
"""Width of the type area in mm, upright and turned."""
_SIZES = (12.0, 10.5, 9.0, 7.5)
"""小四, 五号, 小五, 六号 in points: the first at which what is whole fits."""
_POINT = 25.4 / 72
_PADDING = 3.2
"""mm of a cell, with its share of the rules."""
_SHORT_HEADER = 6
"""Characters of a column head that stay on one line."""
_LONGEST = 40.0
_LABEL_AIR = 2.0
_WORD = re.compile(r"[!-~×÷±]+")
LONGEST_WORD = 20
"""Characters: a longer word, such as a digest, is broken anywhere."""


def is_figure(cell: str) -> bool:
    """A sum or a count: digits with at most one point."""
    return cell.replace(".", "", 1).isdecimal()


def is_short(header: str) -> bool:
    """A column head that stays on one line."""
    return len(header) <= _SHORT_HEADER


_PEN = (("签名", 2.0), ("盖章", 3.0), ("意见", 2.5))
"""What is written into a form by hand: words of its label, and how many lines it needs."""
_PEN_BLANK = 1.5
_SEALED = "盖章"


def lines_for_pen(header: Sequence[str], row: Sequence[str]) -> float:
    """Least height of a row in lines, so that a pen or a seal finds room; 0 where nothing is
    written by hand.

    In a form (label and blank) by its label; in a wider table a blank cell below 签名 counts.
    """
    if len(header) != 2:
        pairs = zip(header, row, strict=True)
        signed = any("签名" in head and not cell.strip() for head, cell in pairs)
        return _PEN_BLANK if signed else 0
    label, cell = row
    if not label.strip() or (cell.strip() and _SEALED not in label):
        return 0
    return next((lines for words, lines in _PEN if words in label), _PEN_BLANK)


def _least(cell: str) -> float:
    """The widest part of a cell that no line breaks, in characters."""
    unbroken = [match.group()[:LONGEST_WORD] for match in _WORD.finditer(cell)]
    unbroken += [piece.text for piece in pieces(cell) if piece.whole]
    return max([1.0, *map(width, unbroken)])


def _needs(
    header: str, cells: Sequence[str], padding: float, *, loose: bool
) -> tuple[float, float]:
    """Least and natural width of a column; `loose`: heads and short cells may be broken too."""
    head = width(header)
    distinct = set(cells)
    least = max([2.0, *map(_least, distinct)])
    natural = max([min(head, _SHORT_HEADER), *map(width, distinct)])
    if not loose:
        least = max(least, head if is_short(header) else 0.0)
        least = natural if natural <= _SHORT_HEADER else least
    return least + padding, max(least, min(natural, _LONGEST)) + padding


def _shared(needs: Sequence[tuple[float, float]], room: float) -> list[float]:
    least, natural = [one[0] for one in needs], [one[1] for one in needs]
    over = room - sum(natural)
    if over >= 0:
        if len(needs) == 2:  # a form: labels and what is written beside them
            label = natural[0] + min(_LABEL_AIR, over)
            return [label, room - label]
        return [width + over * width / sum(natural) for width in natural]
    free = room - sum(least)
    wishes = [wanted - needed for needed, wanted in needs]
    if free <= 0 or not sum(wishes):
        return [width * room / sum(least) for width in least]
    return [needed + free * wish / sum(wishes) for needed, wish in zip(least, wishes, strict=True)]


@dataclass(frozen=True)
class Columns:
    """How a table is set."""

    size: float
    """Of its characters, in points."""
    percents: list[float]
    """Of the table's width for each column."""
    room: list[float]
    """Characters that a line of each column holds."""

    def holds(self, column: int, cell: str) -> bool:
        """Whether what must stay whole of this cell stands inside its column."""
        return _least(cell) <= self.room[column] + _ROUNDING


_ROUNDING = 0.01


def laid(table: Mapping[str, Sequence[Sequence[str]]], *, landscape: bool) -> Columns:
    """Size and columns of a table.

    When whole heads and short cells find no room, or would leave another column less than half of
    what it wants, they are broken as well; when what must stay whole finds none even then, the
    table is set smaller.
    """
    header = [str(cell) for cell in table["header"]]
    columns = [[row[index] for row in table["rows"]] for index in range(len(header))]
    wide = LANDSCAPE if landscape else PORTRAIT
    found = Columns(0, [], [])
    for size in _SIZES:
        found, fits = _set(header, columns, wide, size)
        if fits:
            break
    return found


def _set(
    header: Sequence[str], columns: Sequence[Sequence[str]], wide: float, size: float
) -> tuple[Columns, bool]:
    """The columns at this size, and whether they hold what must stay whole."""
    room, padding = wide / (size * _POINT), _PADDING / (size * _POINT)
    shared: list[float] = []
    fits = False
    for loose in (False, True):
        pairs = zip(header, columns, strict=True)
        needs = [_needs(head, cells, padding, loose=loose) for head, cells in pairs]
        shared = _shared(needs, room)
        fits = sum(least for least, _ in needs) <= room
        wanted = (natural / 2 for _, natural in needs)
        if fits and all(given >= half for given, half in zip(shared, wanted, strict=True)):
            break
    scale = room / sum(shared)
    percents = [round(100 * given / sum(shared), 3) for given in shared]
    return Columns(size, percents, [given * scale - padding for given in shared]), fits
