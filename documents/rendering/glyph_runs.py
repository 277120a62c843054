"""Writes a line's glyphs into the page, each at its place.

WeasyPrint 70 cuts the distance between two glyphs to whole thousandths of an em, so that a line of
28 characters ends up to 0.15 mm off, and writes what is left of a line's spacing behind its last
glyph, where pdfium forgets it and draws the next face too far left. `draw_first_line` keeps count
of the pen and puts every correction before the glyph it moves. `install` replaces one private
function; the geometry tests and those of the three readers guard it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.draw import text as drawing
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from documents.rendering.errors import NO_GLYPH, RenderingError

_INVISIBLE = " \t\n\u200b\u2060"
_FINEST = 0.05
"""Thousandths of an em: smaller corrections are not written (0.0003 mm at 16 pt)."""


def _runs(first_line: Any) -> Iterator[Any]:
    run = first_line.runs[0]
    while run != ffi.NULL:
        yield run.data
        run = run.next


class _Writer:
    """The pen of one line: where it stands, and the text operator being written."""

    def __init__(self, stream: Any, textbox: Any) -> None:
        self.stream = stream
        self.encoded = textbox.pango_layout.text.encode()
        self.pen = 0.0
        self.place = 0
        self.parts: list[str] = []

    def show(self) -> None:
        if self.parts:
            self.stream.show_text("".join(self.parts).replace("><", ""))
            self.parts = []

    def run(self, item: Any) -> None:
        """One run in one face; an unknown character stops the rendering."""
        pango_font, glyphs = item.item.analysis.font, item.glyphs
        font: Any = None
        size = 0.0
        for index in range(glyphs.num_glyphs):
            info = glyphs.glyphs[index]
            number, width = info.glyph, info.geometry.width
            if number & pango.PANGO_GLYPH_UNKNOWN_FLAG and number != pango.PANGO_GLYPH_EMPTY:
                code = number - pango.PANGO_GLYPH_UNKNOWN_FLAG
                named = f"{chr(code)}（U+{code:04X}）"
                raise RenderingError(NO_GLYPH, {"named": named})
            if number != pango.PANGO_GLYPH_EMPTY:
                if font is None:
                    self.show()
                    font, size = self.stream.add_font(pango_font)
                    self.stream.set_font_size(font.hash, size)
                slot = self._named(font, number, item, index)
                self._glyph(slot, self._width(font, slot, number, pango_font, size), info, size)
            self.place += width

    def _glyph(self, slot: int, width: int, info: Any, size: float) -> None:
        """Correct the pen to the glyph's place, then write the glyph."""
        wanted = (self.place + info.geometry.x_offset) * FROM_UNITS
        short = round((self.pen - wanted) * 1000 / size, 1)
        if abs(short) >= _FINEST:
            self.parts.append(f"{short:g}")
            self.pen -= short * size / 1000
        self.parts.append(f"<{slot:04x}>")
        self.pen += width * size / 1000

    def _named(self, font: Any, number: int, item: Any, index: int) -> int:
        """The glyph's slot, its characters noted for copying and searching."""
        slot: int = font.slot(number)
        if slot not in font.to_unicode:
            clusters, count = item.glyphs.log_clusters, item.glyphs.num_glyphs
            start = item.item.offset + clusters[index]
            length = item.item.length if index == count - 1 else clusters[index + 1]
            font.to_unicode[slot] = self.encoded[start : item.item.offset + length].decode()
        return slot

    def _width(self, font: Any, slot: int, number: int, pango_font: Any, size: float) -> int:
        """Thousandths of an em, as the PDF says them."""
        if slot not in font.widths:
            pango.pango_font_get_glyph_extents(
                pango_font, number, self.stream.ink_rect, self.stream.logical_rect
            )
            advance = self.stream.logical_rect.width * FROM_UNITS
            font.widths[slot] = round(advance * 1000 / size)
        width: int = font.widths[slot]
        return width


def draw_first_line(
    stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any
) -> list[Any]:
    """Draw one line; no ellipsis, no emoji: our styles and faces have neither."""
    if not textbox.text.strip(_INVISIBLE):
        return []
    layout = textbox.pango_layout
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    first_line, _ = layout.get_first_line()
    stream.set_text_matrix(*matrix.values)
    writer = _Writer(stream, textbox)
    for item in _runs(first_line):
        writer.run(item)
    writer.show()
    return []


def install() -> None:
    """Use `draw_first_line` in this process."""
    drawing.draw_first_line = draw_first_line
