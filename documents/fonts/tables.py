"""Joins packed glyphs to a TrueType font with our name and the set's one vertical metric."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder, buildCmapSubTable
from fontTools.ttLib import TTCollection, TTFont, newTable
from fontTools.ttLib.tables.DefaultTable import DefaultTable

from documents.fonts.faces import ASCENT, DESCENT, Face
from documents.fonts.outlines import Glyph, pack

_KEPT_NAMES = (0, 13, 14)
"""Copyright and licence go with the glyphs; the family's name does not (OFL, reserved names)."""
_MOMENT = 3_786_912_000
"""Seconds from 1904 to 2024: made and changed at one moment, so that the bytes stay the same."""


def _not_defined(em: int) -> Glyph:
    """An empty box; printing it is refused everywhere, see documents.rendering.pipeline."""
    low, high, thick = round(-0.1 * em), round(0.86 * em), round(0.05 * em)
    left, right = thick, em - thick
    outer = [(left, low, True), (left, high, True), (right, high, True), (right, low, True)]
    inner = [
        (left + thick, low + thick, True),
        (right - thick, low + thick, True),
        (right - thick, high - thick, True),
        (left + thick, high - thick, True),
    ]
    return pack([outer, inner], em)


def _credits(path: Path, member: int) -> dict[int, str]:
    with path.open("rb") as stream:
        collection = stream.read(4) == b"ttcf"
    font = TTCollection(path, lazy=True).fonts[member] if collection else TTFont(path, lazy=True)
    with font:
        said = {number: font["name"].getDebugName(number) for number in _KEPT_NAMES}
    return {number: text for number, text in said.items() if text}


def _raw(tag: str, data: bytes) -> DefaultTable:
    table = DefaultTable(tag)
    table.data = data
    return table


def _outlines(builder: FontBuilder, glyphs: Sequence[Glyph]) -> None:
    """glyf and loca as raw bytes, and what head and maxp say of them."""
    font = builder.font
    places, end = [0], 0
    for glyph in glyphs:
        end += len(glyph.data)
        places.append(end)
    font["glyf"] = _raw("glyf", b"".join(glyph.data for glyph in glyphs))
    font["loca"] = _raw("loca", struct.pack(f">{len(places)}L", *places))
    sides = (struct.pack(">Hh", one.advance, one.box[0] if one.box else 0) for one in glyphs)
    font["hmtx"] = _raw("hmtx", b"".join(sides))
    boxes = [glyph.box for glyph in glyphs if glyph.box]
    head, largest = font["head"], font["maxp"]
    head.indexToLocFormat, head.flags = 1, head.flags | 2  # left side bearings are the boxes'
    largest.numGlyphs = len(glyphs)
    head.xMin, head.yMin = min(box[0] for box in boxes), min(box[1] for box in boxes)
    head.xMax, head.yMax = max(box[2] for box in boxes), max(box[3] for box in boxes)
    largest.maxPoints = max(glyph.points for glyph in glyphs)
    largest.maxContours = max(glyph.contours for glyph in glyphs)
    horizontal = font["hhea"]
    horizontal.minLeftSideBearing = min(box[0] for box in boxes)
    horizontal.xMaxExtent = head.xMax
    horizontal.minRightSideBearing = min(
        glyph.advance - glyph.box[2] for glyph in glyphs if glyph.box
    )


def _character_map(characters: dict[int, str]) -> Any:
    """One table for all planes (format 12): with common characters first format 4 overflows."""
    table = newTable("cmap")
    table.tableVersion = 0
    table.tables = [buildCmapSubTable(characters, 12, 3, 10)]
    return table


def _names(face: Face, source: Path) -> dict[str, str]:
    said = _credits(source, face.member)
    compact = face.family.replace(" ", "")
    return {
        "familyName": face.family,
        "styleName": "Regular",
        "uniqueFontIdentifier": compact,
        "fullName": face.family,
        "psName": compact,
        **({"copyright": said[0]} if 0 in said else {}),
        **({"licenseDescription": said[13]} if 13 in said else {}),
        **({"licenseInfoURL": said[14]} if 14 in said else {}),
    }


def assemble(face: Face, source: Path, em: int, characters: Sequence[tuple[int, Glyph]]) -> bytes:
    """The font file of these characters in this order; the same bytes for the same input."""
    glyphs = [_not_defined(em), *(glyph for _, glyph in characters)]
    order = [".notdef", *(f"g{number}" for number in range(1, len(glyphs)))]
    ascent, descent = round(ASCENT * em), round(DESCENT * em)
    builder = FontBuilder(em, isTTF=True)
    builder.font.recalcBBoxes = builder.font.recalcTimestamp = False
    builder.setupGlyphOrder(order)
    builder.font["cmap"] = _character_map(
        {code: order[number] for number, (code, _) in enumerate(characters, start=1)}
    )
    builder.setupHorizontalHeader(
        ascent=ascent,
        descent=-descent,
        lineGap=0,
        advanceWidthMax=max(glyph.advance for glyph in glyphs),
        numberOfHMetrics=len(glyphs),
    )
    _outlines(builder, glyphs)
    builder.setupNameTable(_names(face, source), mac=False)
    builder.setupOS2(
        version=4,
        usWeightClass=400,
        fsType=0,
        fsSelection=0x40,
        sTypoAscender=ascent,
        sTypoDescender=-descent,
        sTypoLineGap=0,
        usWinAscent=ascent,
        usWinDescent=descent,
        xAvgCharWidth=em,
    )
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = _MOMENT
    out = io.BytesIO()
    builder.font.save(out, reorderTables=None)
    return out.getvalue()
