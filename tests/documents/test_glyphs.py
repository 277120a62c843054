"""No character of a name is lost: printed, or refused by its code point."""

from __future__ import annotations

import io

import pdfplumber
import pypdfium2
import pytest

from documents import glyphs
from documents.rendering.errors import RenderingError
from documents.rendering.pipeline import render

from .conftest import sample

NAMES = "喆堃昇玥珺赟祎彧旻琇瑄媖淼濛瑀婧嫣翀犇韡頔璟晟䶮㛃𬭎𫖯𬍛镕"
EXT_B = "\U00020000\U00020b9f\U0002a6d6"


def named(text):
    return {**sample("form"), "annexes": [], "addressees": [text], "specimen": False}


def test_rare_names_are_covered_and_the_unknown_one_is_named():
    assert glyphs.missing(NAMES + EXT_B) == []
    assert glyphs.missing({"a": ["示例", {"b": "\U00032f87"}]}) == ["\U00032f87"]
    assert glyphs.code_point("\U00032f87") == "U+32F87"


def test_rare_names_come_out_right_in_poppler_like_and_pdfium_text():
    made = render(named(NAMES + EXT_B)).pdf
    with pdfplumber.open(io.BytesIO(made)) as document:
        miner = "".join(page.extract_text() for page in document.pages).replace("\n", "")
    pdfium = pypdfium2.PdfDocument(made)
    text = "".join(page.get_textpage().get_text_range() for page in pdfium)
    text = text.replace("\r\n", "").replace("\n", "")
    for character in NAMES + EXT_B:
        assert character in miner
        assert character in text


def test_rendering_refuses_a_character_without_glyph():
    with pytest.raises(RenderingError, match=r"U\+32F87"):
        render(named("\U00032f87"))


def test_a_notdef_that_the_coverage_did_not_see_is_an_error(monkeypatch):
    monkeypatch.setattr(glyphs, "missing", lambda text: [])
    with pytest.raises(RenderingError, match=r"字库中没有.*U\+32F87"):
        render(named("\U00032f87"))


def test_without_fonts_the_way_out_is_told(settings, tmp_path):
    settings.FONTS_DIR = tmp_path
    with pytest.raises(glyphs.FontsMissingError, match="fetch_fonts"):
        glyphs.missing("示例")
