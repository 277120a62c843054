"""The visible mark of level 2: a box with signer, time and serial; never a red round seal.

Drawn as outlines of our own face, so that the signature's revision embeds no font and the file
stays PDF/A; the same words stand in the signature itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp.base import BaseStamp, BaseStampStyle

import clock
from documents.fonts.sets import faces_folder
from documents.rendering.rendered import Place

_FAMILIES = ("GwHei", "GwFangNames", "GwRareA", "GwRareB")
_LARGEST, _SMALLEST = 7.0, 4.0  # points
_PADDING = 2.2  # points, inside a box
_LEADING = 1.32
_COLOUR = "0.13 0.20 0.33"
HEADING, DEMO_HEADING = "电子签名", "电子签名（演示）"
_SERIAL_DIGITS = 12
_ARRANGEMENTS = (
    ((0,), (1,), (2,), (3,)),
    ((0, 1), (2, 3)),
    ((0,), (2,), (3,)),
    ((0,), (2,)),
    ((0,),),
)
"""Which lines make a row: below each other, two beside two in a low frame; in one that is lower
still lines are left out."""
_BESIDE = "\u3000"


@dataclass(frozen=True)
class Frame:
    """One organ's box on the page, in points."""

    corners: tuple[int, int, int, int]
    width: float
    height: float


def frame(place: Place) -> Frame:
    """The box at a place of the page, on whole points."""
    left, bottom, right, top = map(round, (place.left, place.bottom, place.right, place.top))
    return Frame((left, bottom, right, top), right - left, top - bottom)


def lines(organ: str, at: datetime, serial: int, *, demo: bool) -> tuple[str, ...]:
    """Signer, what it is (a demonstration says so), time in Beijing, end of the serial number."""
    moment = at.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")
    return (
        organ,
        DEMO_HEADING if demo else HEADING,
        moment,
        f"序号 {f'{serial:X}'[-_SERIAL_DIGITS:]}",
    )


class _Outline(BasePen):
    """Collects PDF path operators; quadratic curves become cubic ones."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.operators: list[str] = []

    def _put(self, operator: str, *points: tuple[float, float]) -> None:
        numbers = " ".join(f"{x:g} {y:g}" for x, y in points)
        self.operators.append(f"{numbers} {operator}")

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self._put("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._put("l", pt)

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._put("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802
        self.operators.append("h")


@dataclass(frozen=True)
class _Glyph:
    path: str
    advance: float
    """In ems."""
    em: int


@lru_cache(maxsize=8)
def _font(path: Path) -> tuple[TTFont, dict[int, str], Any]:
    font = TTFont(path, lazy=True)
    return font, font.getBestCmap(), font.getGlyphSet()


@lru_cache(maxsize=2000)
def _glyph(character: str, folder: Path) -> _Glyph:
    """The character's outline in the first face that has it; nothing is drawn for none."""
    for family in _FAMILIES:
        for path in sorted(faces_folder(folder).glob(f"{family}.*")):
            font, cmap, glyphs = _font(path)
            name = cmap.get(ord(character))
            if name is not None:
                pen = _Outline(glyphs)
                glyphs[name].draw(pen)
                em = font["head"].unitsPerEm
                return _Glyph(" ".join(pen.operators), glyphs[name].width / em, em)
    return _Glyph("", 0.5, 1000)


def _width(text: str) -> float:
    """In ems."""
    return sum(_glyph(one, settings.FONTS_DIR).advance for one in text)


def _wrapped(text: str, most: float) -> list[str]:
    """The text in rows of at most `most` ems; a name may take two."""
    rows, row = [], ""
    for character in text:
        if row and _width(row + character) > most:
            rows.append(row)
            row = ""
        row += character
    return [*rows, row]


def _rows_at(
    texts: Sequence[str], arrangement: Sequence[Sequence[int]], size: float, frame_: Frame
) -> list[str] | None:
    """The rows of an arrangement, the first wrapped if it must be; None where they do not fit."""
    width, height = frame_.width - 2 * _PADDING, frame_.height - 2 * _PADDING
    first, *others = (_BESIDE.join(texts[one] for one in row) for row in arrangement)
    rows = [*_wrapped(first, width / size), *others]
    fits = len(rows) * size * _LEADING <= height + 0.3 * size
    return rows if fits and max(map(_width, rows)) * size <= width + 0.01 else None


def _fitted(texts: Sequence[str], frame_: Frame) -> tuple[list[str], float]:
    """The rows and the size at which they fill the frame: all lines as large as they can be, or,
    where the frame is too low for that, the first ones."""
    for arrangements in (_ARRANGEMENTS[:2], *((one,) for one in _ARRANGEMENTS[2:])):
        size = _LARGEST
        while size >= _SMALLEST:
            for arrangement in arrangements:
                rows = _rows_at(texts, arrangement, size, frame_)
                if rows is not None:
                    return rows, size
            size -= 0.1
    width = frame_.width - 2 * _PADDING
    return [texts[0]], min(_SMALLEST, width / max(_width(texts[0]), 1))


def content(texts: Sequence[str], frame_: Frame) -> bytes:
    """The content stream of one box."""
    rows, size = _fitted(texts, frame_)
    width, height = frame_.width, frame_.height
    out = [
        f"{_COLOUR} RG {_COLOUR} rg 0.5 w 0.25 0.25 {width - 0.5:g} {height - 0.5:g} re S",
    ]
    y = (height + len(rows) * size * _LEADING) / 2 - size * (_LEADING + 0.76) / 2
    for row in rows:
        x = _PADDING
        for character in row:
            glyph = _glyph(character, settings.FONTS_DIR)
            if glyph.path:
                scale = size / glyph.em
                out.append(f"q {scale:.5f} 0 0 {scale:.5f} {x:.2f} {y:.2f} cm {glyph.path} f Q")
            x += glyph.advance * size
        y -= size * _LEADING
    return "\n".join(out).encode("ascii")


@dataclass(frozen=True)
class BoxStyle(BaseStampStyle):
    """pyHanko asks this for the signature's appearance."""

    border_width: int = 0
    lines: tuple[str, ...] = ()
    frame: Frame = field(default=Frame((0, 0, 0, 0), 0, 0))

    def create_stamp(
        self,
        writer: BasePdfFileWriter,
        box: layout.BoxConstraints,
        text_params: dict[str, Any],
    ) -> BaseStamp:
        return _Box(writer=writer, style=self, box=box)


class _Box(BaseStamp):
    def _render_inner_content(self) -> list[bytes]:
        return [content(self.style.lines, self.style.frame)]
