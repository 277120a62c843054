"""Glyphs of a TrueType face as they are, without their instructions."""

from __future__ import annotations

import struct
from pathlib import Path

from fontTools.ttLib import TTFont

from documents.fonts.outlines import Glyph
from documents.fonts.repertoire import stands_alone

_HEADER = struct.Struct(">hhhhh")


class CompositeGlyphError(Exception):
    """A glyph is made of others, which this copy does not follow."""


def _copied(data: bytes, advance: int) -> Glyph:
    if not data:
        return Glyph(b"", advance, None)
    contours, *box = _HEADER.unpack_from(data)
    if contours < 0:
        raise CompositeGlyphError
    if contours == 0:
        return Glyph(b"", advance, None)
    ends = _HEADER.size + 2 * contours
    last, instructions = struct.unpack_from(">HH", data, ends - 2)
    bare = data[:ends] + b"\0\0" + data[ends + 2 + instructions :]
    return Glyph(
        bare + b"\0" * (-len(bare) % 4),
        advance,
        (box[0], box[1], box[2], box[3]),
        last + 1,
        contours,
    )


def copy(path: Path, wanted: list[int]) -> list[tuple[int, Glyph]]:
    """(code point, glyph) of these characters; one made of parts is left to another face."""
    with TTFont(path, lazy=True) as font:
        characters = font.getBestCmap()
        metrics, places = font["hmtx"], font["loca"]
        outlines = font.reader["glyf"]
        copied: list[tuple[int, Glyph]] = []
        for code in wanted:
            name = characters[code]
            number = font.getGlyphID(name)
            data = outlines[places[number] : places[number + 1]]
            try:
                copied.append((code, _copied(data, metrics[name][0])))
            except CompositeGlyphError:
                continue
    return copied


def code_points(path: Path) -> set[int]:
    """Every character of the face that can be set without layout tables."""
    with TTFont(path, lazy=True) as font:
        characters = font.getBestCmap().items()
        return {code for code, name in characters if name != ".notdef" and stands_alone(code)}


def units_per_em(path: Path) -> int:
    """Font units of one em."""
    with TTFont(path, lazy=True) as font:
        units: int = font["head"].unitsPerEm
    return units
