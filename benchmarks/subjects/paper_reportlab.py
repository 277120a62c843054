"""ReportLab: no layout rules for Chinese but its word wrap; the lines are placed by hand."""

from __future__ import annotations

import io

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from benchmarks import notice
from benchmarks.printer import Printer
from benchmarks.subjects.django_world import awake

_FACES = {
    "fang": "GwFang",
    "names": "GwFangNames",
    "title": "GwTitle",
    "hei": "GwHei",
    "song": "GwSong",
}
_RED = (0.843, 0, 0.059)
_HEIGHT = 297 * mm


class Subject(Printer):
    """Canvas and paragraphs; rare names are given their face by markup."""

    def __init__(self) -> None:
        super().__init__()
        awake()
        from django.conf import settings

        from documents.fonts import sets

        folder = sets.faces_folder(settings.FONTS_DIR)
        for name, file_name in _FACES.items():
            pdfmetrics.registerFont(TTFont(name, folder / f"{file_name}.ttf"))
        self.style = ParagraphStyle(
            "body", fontName="fang", fontSize=16, leading=29.62, firstLineIndent=32, wordWrap="CJK"
        )

    def page(self, number: int) -> bytes:
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(210 * mm, _HEIGHT))
        self._head(canvas, number)
        place = _HEIGHT - 165 * mm
        for text in ("，".join(notice.ADDRESSEES) + "：", *notice.PARAGRAPHS):
            marked = "".join(
                f'<font name="names">{one}</font>' if one in "喆堃昇玥珺赟" else one for one in text
            )
            paragraph = Paragraph(marked, self.style)
            _, height = paragraph.wrap(156 * mm, 200 * mm)
            place -= height
            paragraph.drawOn(canvas, 28 * mm, place)
        self._foot(canvas, place)
        canvas.save()
        return out.getvalue()

    def _head(self, canvas: Canvas, number: int) -> None:
        canvas.setFillColorRGB(*_RED)
        canvas.setFont("title", 40)
        canvas.drawCentredString(106 * mm, _HEIGHT - 85 * mm, notice.ORGAN + "文件")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.setFont("fang", 16)
        canvas.drawCentredString(106 * mm, _HEIGHT - 110 * mm, notice.NUMBER.format(number))
        canvas.setStrokeColorRGB(*_RED)
        canvas.line(28 * mm, _HEIGHT - 115 * mm, 184 * mm, _HEIGHT - 115 * mm)
        canvas.setFont("title", 22)
        for row, line in enumerate(notice.TITLE_LINES):
            canvas.drawCentredString(106 * mm, _HEIGHT - (140 + 10.4 * row) * mm, line)
        canvas.setFont("hei", 14)
        canvas.drawRightString(184 * mm, _HEIGHT - 22 * mm, "样张")

    def _foot(self, canvas: Canvas, place: float) -> None:
        canvas.setFont("fang", 16)
        canvas.drawRightString(173 * mm, place - 20 * mm, notice.ORGAN)
        canvas.drawRightString(173 * mm, place - 30.4 * mm, notice.DATE)
        canvas.setFont("song", 14)
        canvas.drawRightString(179 * mm, _HEIGHT - 271 * mm, "— 1 —")
        picture = ImageReader(io.BytesIO(notice.qr_png()))
        canvas.drawImage(picture, 58 * mm, _HEIGHT - 283 * mm, 20 * mm, 20 * mm)
        canvas.setFont("fang", 7.5)
        canvas.drawString(80 * mm, _HEIGHT - 275 * mm, notice.ADDRESS)
