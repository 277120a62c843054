"""Widths of a table's columns, from what stands in them: nothing that must stay whole is cut, nor
printed over what stands beside it; where the columns are many, the table is set smaller.

Fixed widths also spare the layout its own search, which looks at every cell several times.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

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
_LEAST_LINE = 4.0
"""Characters of a name's line: with fewer it stands in slivers."""
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


class _Way(Enum):
    """What a table gives up for want of room, in this order."""

    WHOLE = 0
    """Nothing: heads and short cells stay whole."""
    BROKEN = 1
    """Heads and short cells are broken."""
    EVEN = 2
    """Heads are, but short cells stay whole and long ones have lines that can be read."""


@dataclass(frozen=True)
class _Column:
    """What stands in a column, in characters."""

    head: float
    is_short: bool
    """Whether its head stays on one line."""
    whole: float
    """The widest part of a cell that no line breaks."""
    longest: float
    """The longest cell."""

    @property
    def natural(self) -> float:
        return max(min(self.head, _SHORT_HEADER), self.longest)

    @property
    def readable(self) -> float:
        """The least line that a reader takes in at a glance."""
        return max(self.whole, min(self.longest, _LEAST_LINE))

    def needs(self, padding: float, way: _Way) -> tuple[float, float]:
        """Least and natural width of the column."""
        least = self.readable if way is _Way.EVEN else self.whole
        if way is _Way.WHOLE:
            least = max(least, self.head if self.is_short else 0.0)
            least = self.natural if self.natural <= _SHORT_HEADER else least
        return least + padding, max(least, min(self.natural, _LONGEST)) + padding


def _column(header: str, cells: Sequence[str]) -> _Column:
    distinct = set(cells)
    return _Column(
        head=width(header),
        is_short=is_short(header),
        whole=max([2.0, *map(_least, distinct)]),
        longest=max([0.0, *map(width, distinct)]),
    )


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
    fits: bool
    """Whether it holds what must stay whole."""
    is_ample: bool
    """Whether every column has half of what it wants."""

    def is_readable(self, columns: Sequence[_Column]) -> bool:
        """Whether short cells are whole and no name is in slivers."""
        pairs = zip(columns, self.room, strict=True)
        return all(column.readable <= room + _ROUNDING for column, room in pairs)

    def holds(self, column: int, cell: str) -> bool:
        """Whether what must stay whole of this cell stands inside its column."""
        return _least(cell) <= self.room[column] + _ROUNDING


_ROUNDING = 0.01


def laid(table: Mapping[str, Sequence[Sequence[str]]], *, landscape: bool) -> Columns:
    """Size and columns of a table.

    When whole heads and short cells find no room, or would leave another column less than half of
    what it wants, they are broken as well; when what must stay whole finds none even then, or a
    name would stand in slivers, the table is set smaller, unless no size helps.
    """
    header = [str(cell) for cell in table["header"]]
    columns = [
        _column(head, [row[index] for row in table["rows"]]) for index, head in enumerate(header)
    ]
    wide = LANDSCAPE if landscape else PORTRAIT
    sized = [_set(columns, wide, size) for size in _SIZES]
    fitting = [found for found in sized if found.fits]
    even = (found for found in fitting if found.is_readable(columns))
    return next(even, None) or next(iter(fitting), sized[-1])


def _set(columns: Sequence[_Column], wide: float, size: float) -> Columns:
    """The columns at this size: as they want to be, but even where a name would be in slivers."""
    whole, broken, even = (_tried(columns, wide, size, way) for way in _Way)
    usual = whole if whole.fits and whole.is_ample else broken
    return even if even.fits and not usual.is_readable(columns) else usual


def _tried(columns: Sequence[_Column], wide: float, size: float, way: _Way) -> Columns:
    room, padding = wide / (size * _POINT), _PADDING / (size * _POINT)
    needs = [column.needs(padding, way) for column in columns]
    shared = _shared(needs, room)
    scale = room / sum(shared)
    wanted = (natural / 2 for _, natural in needs)
    return Columns(
        size,
        percents=[round(100 * given / sum(shared), 3) for given in shared],
        room=[given * scale - padding for given in shared],
        fits=sum(least for least, _ in needs) <= room,
        is_ample=all(given >= half for given, half in zip(shared, wanted, strict=True)),
    )
