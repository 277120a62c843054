"""Typst with its compiler kept between pages: the speed to compare with."""

from __future__ import annotations

from pathlib import Path

import typst

from benchmarks import notice
from benchmarks.printer import Printer
from benchmarks.subjects.django_world import awake


class Subject(Printer):
    """The words go in as inputs of one template; the faces are ours."""

    def __init__(self) -> None:
        super().__init__()
        awake()
        from django.conf import settings

        from documents.fonts import sets

        faces = str(sets.faces_folder(settings.FONTS_DIR))
        self.source = Path(__file__).with_name("paper.typ").read_bytes()
        self.compiler = typst.Compiler(font_paths=[faces], ignore_system_fonts=True)

    def page(self, number: int) -> bytes:
        words = {
            "organ": notice.ORGAN,
            "number": notice.NUMBER.format(number),
            "title": "\n".join(notice.TITLE_LINES),
            "addressees": "，".join(notice.ADDRESSEES) + "：",
            "body": "\n".join(notice.PARAGRAPHS),
            "date": notice.DATE,
            "address": notice.ADDRESS,
            "qr": ",".join(map(str, notice.qr_png())),
        }
        made: bytes = self.compiler.compile(self.source, sys_inputs=words)
        return made
