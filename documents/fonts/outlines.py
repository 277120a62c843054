"""Cubic outlines of a CFF face as packed TrueType glyphs.

TrueType, because WeasyPrint writes glyph numbers as CIDs, and in a CID-keyed CFF font MuPDF and
Acrobat read them through the font's own charset: blanks and wrong characters. HarfBuzz
draws, cu2qu turns the curves.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from pathlib import Path
from typing import Any

import uharfbuzz
from fontTools.cu2qu import curve_to_quadratic

Point = tuple[int, int, bool]
_ON, _X_SHORT, _Y_SHORT, _REPEAT, _X_SAME, _Y_SAME = 1, 2, 4, 8, 16, 32
_TOLERANCE = 0.001
"""Of the em: how far a quadratic curve may run from the cubic one (0.0056 mm at 16 pt)."""


@dataclass(frozen=True)
class Glyph:
    """Packed glyf bytes, the advance, the box (None when empty), and counts for maxp."""

    data: bytes
    advance: int
    box: tuple[int, int, int, int] | None
    points: int = 0
    contours: int = 0


class _Pen:
    """Collects the contours of one glyph from HarfBuzz, in whole font units."""

    def __init__(self, tolerance: float) -> None:
        self.tolerance = tolerance
        self.contours: list[list[Point]] = []
        self.here = (0.0, 0.0)

    def add(self, x: float, y: float, on: bool) -> None:
        point = (floor(x + 0.5), floor(y + 0.5), on)
        contour = self.contours[-1]
        if not (contour and contour[-1] == point):
            contour.append(point)

    def move(self, x: float, y: float, data: Any) -> None:
        self.contours.append([])
        self.line(x, y, data)

    def line(self, x: float, y: float, data: Any) -> None:
        self.here = (x, y)
        self.add(x, y, on=True)

    def curve(
        self, x1: float, y1: float, x2: float, y2: float, x: float, y: float, data: Any
    ) -> None:
        cubic = (self.here, (x1, y1), (x2, y2), (x, y))
        for off_x, off_y in curve_to_quadratic(cubic, self.tolerance)[1:-1]:
            self.add(off_x, off_y, on=False)
        self.line(x, y, data)

    def close(self, data: Any) -> None:
        contour = self.contours[-1]
        if len(contour) > 1 and contour[0] == contour[-1]:
            contour.pop()
        if len(contour) < 2:
            self.contours.pop()
        else:  # TrueType fills clockwise
            self.contours[-1] = [contour[0], *contour[:0:-1]]


def _coordinates(values: list[int], short: int, same: int) -> tuple[list[int], bytes]:
    """Flag bits and packed bytes of one axis: differences in one, two or no bytes."""
    flags: list[int] = []
    packed = bytearray()
    last = 0
    for value in values:
        step = value - last
        last = value
        if step == 0:
            flags.append(same)
        elif -256 < step < 256:
            flags.append(short | (same if step > 0 else 0))
            packed.append(abs(step))
        else:
            flags.append(0)
            packed += struct.pack(">h", step)
    return flags, bytes(packed)


def _run_lengths(flags: list[int]) -> bytes:
    packed = bytearray()
    place = 0
    while place < len(flags):
        flag = flags[place]
        end = place + 1
        while end < len(flags) and flags[end] == flag and end - place < 256:
            end += 1
        repeats = end - place - 1
        packed += (
            bytes((flag | _REPEAT, repeats)) if repeats > 1 else bytes((flag,)) * (repeats + 1)
        )
        place = end
    return bytes(packed)


def pack(contours: list[list[Point]], advance: int) -> Glyph:
    """The glyf entry of these contours, without instructions, padded to four bytes."""
    points = [point for contour in contours for point in contour]
    if not points:
        return Glyph(b"", advance, None)
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    box = (min(xs), min(ys), max(xs), max(ys))
    ends = array("H")
    for contour in contours:
        ends.append((ends[-1] if ends else -1) + len(contour))
    ends.byteswap()
    x_flags, x_bytes = _coordinates(xs, _X_SHORT, _X_SAME)
    y_flags, y_bytes = _coordinates(ys, _Y_SHORT, _Y_SAME)
    flags = [
        (_ON if point[2] else 0) | x_flag | y_flag
        for point, x_flag, y_flag in zip(points, x_flags, y_flags, strict=True)
    ]
    head = struct.pack(">hhhhh", len(contours), *box) + ends.tobytes() + b"\0\0"
    data = head + _run_lengths(flags) + x_bytes + y_bytes
    return Glyph(data + b"\0" * (-len(data) % 4), advance, box, len(points), len(contours))


@lru_cache(maxsize=4)
def _font(path: Path, member: int) -> uharfbuzz.Font:
    blob = uharfbuzz.Blob.from_file_path(str(path))
    return uharfbuzz.Font(uharfbuzz.Face(blob, member))


def draw(path: Path, member: int, glyph_ids: list[int]) -> list[Glyph]:
    """These glyphs of a CFF face, packed."""
    font = _font(path, member)
    drawn: list[Glyph] = []
    for glyph_id in glyph_ids:
        pen = _Pen(_TOLERANCE * font.face.upem)
        functions = uharfbuzz.DrawFuncs()
        functions.set_move_to_func(pen.move)
        functions.set_line_to_func(pen.line)
        functions.set_cubic_to_func(pen.curve)
        functions.set_close_path_func(pen.close)
        font.draw_glyph(glyph_id, functions)
        drawn.append(pack(pen.contours, font.get_glyph_h_advance(glyph_id)))
    return drawn


def glyph_ids(path: Path, member: int) -> dict[int, int]:
    """Code point to glyph number, for every character the face has."""
    font = _font(path, member)
    found = {code: font.get_nominal_glyph(code) for code in font.face.unicodes}
    return {code: glyph for code, glyph in found.items() if glyph}
