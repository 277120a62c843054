"""Embeds of a face only the glyphs that were used, numbered from 1 on.

WeasyPrint 70 copies every font file whole (up to 30 MB) for every document and cuts it down twice
with HarfBuzz. Our faces are plain TrueType (documents.fonts), so the glyphs' bytes can be taken
straight from the file: no copy, no empty slots, and a third of a page's time saved. `install`
replaces one private class of WeasyPrint; the tests of the readers and of the fonts guard it.
"""

from __future__ import annotations

import struct
from array import array
from typing import Any

from weasyprint.pdf import fonts, stream
from weasyprint.text.ffi import ffi, harfbuzz

_COPIED = ("head", "hhea", "maxp")
_LOCA_FORMAT = 50
_METRICS_COUNT = 34
_GLYPH_COUNT = 4


class UnknownFaceError(Exception):
    """A font that is not of the set, or a glyph made of others: neither is ever built."""


def _nothing(hb_object: Any, ot_color: Any = None, glyph: Any = None) -> bytes:
    """In place of a copy of the whole file."""
    return b""


def _table(face: Any, tag: str) -> memoryview:
    """A table of the font file, without copying it."""
    blob = ffi.gc(
        harfbuzz.hb_face_reference_table(face, harfbuzz.hb_tag_from_string(tag.encode(), -1)),
        harfbuzz.hb_blob_destroy,
    )
    length = ffi.new("unsigned int *")
    data = harfbuzz.hb_blob_get_data(blob, length)
    if data == ffi.NULL:
        raise UnknownFaceError(f"a font without {tag} table")
    return memoryview(ffi.buffer(data, length[0]))


def _checksum(data: bytes) -> int:
    words = array("I", data + b"\0" * (-len(data) % 4))
    words.byteswap()
    return sum(words) & 0xFFFFFFFF


def _font_file(tables: dict[str, bytes]) -> bytes:
    """The tables behind their directory, tags in order."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    header = struct.pack(
        ">LHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16
    )
    entries, body = [], []
    place = len(header) + 16 * count
    for tag, data in sorted(tables.items()):
        entries.append(struct.pack(">4sLLL", tag.encode(), _checksum(data), place, len(data)))
        padded = data + b"\0" * (-len(data) % 4)
        body.append(padded)
        place += len(padded)
    return b"".join((header, *entries, *body))


class Font(fonts.Font):  # type: ignore[misc]  # WeasyPrint has no types
    """A face in one PDF: glyph numbers of the file become numbers of the PDF in order of use."""

    def __init__(self, pango_font: Any, description: Any, font_size: float) -> None:
        whole, fonts.get_hb_object_data = fonts.get_hb_object_data, _nothing
        try:
            super().__init__(pango_font, description, font_size)
        finally:
            fonts.get_hb_object_data = whole
        self.slots: dict[int, int] = {}

    def slot(self, glyph: int) -> int:
        """The glyph's number in this PDF."""
        return self.slots.setdefault(glyph, len(self.slots) + 1)

    @property
    def type(self) -> str:
        """Always TrueType."""
        return "ttf"

    def subset(self, to_unicode: Any, hinting: bool) -> None:
        """Make the file that is embedded: .notdef and the used glyphs."""
        wanted = [0, *self.slots]
        offsets = _table(self.hb_face, "loca").cast("B")
        outlines, metrics = _table(self.hb_face, "glyf"), _table(self.hb_face, "hmtx")
        glyphs, places, sides = [], [0], []
        for glyph in wanted:
            start, end = struct.unpack_from(">LL", offsets, 4 * glyph)
            data = bytes(outlines[start:end])
            if data[:1] >= b"\x80":
                raise UnknownFaceError(f"glyph {glyph} of {self.family} is made of others")
            glyphs.append(data)
            places.append(places[-1] + len(data))
            sides.append(bytes(metrics[4 * glyph : 4 * glyph + 4]))
        tables = {tag: bytearray(_table(self.hb_face, tag)) for tag in _COPIED}
        struct.pack_into(">H", tables["head"], _LOCA_FORMAT, 1)
        struct.pack_into(">H", tables["hhea"], _METRICS_COUNT, len(wanted))
        struct.pack_into(">H", tables["maxp"], _GLYPH_COUNT, len(wanted))
        self.file_content = _font_file(
            {
                **{tag: bytes(data) for tag, data in tables.items()},
                "glyf": b"".join(glyphs),
                "loca": struct.pack(f">{len(places)}L", *places),
                "hmtx": b"".join(sides),
            }
        )


def install() -> None:
    """Use our `Font` in this process."""
    stream.Font = Font
