"""The font set: built the same every time, right in every reader, nothing blank."""

from __future__ import annotations

import io
import json
import re
import subprocess
from dataclasses import replace

import pdfplumber
import pymupdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from documents import glyphs
from documents.fonts import building, coverage, fetching, packages, sets
from documents.fonts.faces import ASCENT, DESCENT, FACES
from documents.fonts.repertoire import repertoire, standard_characters
from documents.rendering.pipeline import render

from .conftest import sample

DPI = 100
NAMES = "喆堃昇玥珺赟祎彧旻琇瑄媖淼濛瑀婧嫣翀犇韡頔璟晟䶮㛃𬭎𫖯𬍛镕"
EXTENSIONS = "\U00020000\U00020b9f\U0002a6d6\U0002a700\U0002b740\U0002b820\U0002ceb0\u3400\u4db5"
SIGNS = "㎡①⑩〇〔〕“”‘’……——、，。；：！？（）《》·％%㈠℃×÷±≥≤№§"
LEVELS = standard_characters()


def faces_folder(settings):
    return sets.current(settings.FONTS_DIR) / "faces"


def test_the_table_of_standard_characters_is_whole():
    assert [len(level) for level in LEVELS] == [3500, 3000, 1605]
    assert len(set("".join(LEVELS))) == 8105
    assert len(repertoire()) > 8105


def test_every_standard_character_and_name_is_covered():
    assert glyphs.missing("".join(LEVELS) + NAMES + EXTENSIONS + SIGNS) == []


def test_every_face_has_truetype_outlines_and_the_one_metric(settings):
    for face in FACES:
        with TTFont(faces_folder(settings) / face.file_name, lazy=True) as font:
            em = font["head"].unitsPerEm
            assert "glyf" in font
            assert font["hhea"].ascent == round(ASCENT * em)
            assert font["hhea"].descent == -round(DESCENT * em)
            assert font["name"].getDebugName(1) == face.family


def test_fallback_faces_own_the_spaces_as_wide_as_the_main_face(settings):
    for face in (face for face in FACES if face.spaces):
        with TTFont(faces_folder(settings) / face.file_name, lazy=True) as font:
            names, em = font.getBestCmap(), font["head"].unitsPerEm
            widths = [font["hmtx"][names[code]][0] / em for code in (0x20, 0xA0, 0x3000)]
            assert widths == pytest.approx([1 / 3, 1 / 3, 1], abs=0.001)


def test_one_process_and_two_build_the_same_bytes(tmp_path, settings):
    """On two drawn faces of few characters, made from the sources again where they are at hand."""
    sources = {face.path: packages.SYSTEM_ROOT / face.path for face in FACES}
    fandol = [face for face in FACES if face.package == "texlive-lang-chinese"]
    found = packages.locate(
        fandol[0].package,
        {face.path for face in fandol},
        packages_copy(settings.FONTS_DIR / "packages", tmp_path),
    )
    few = [replace(face, only=LEVELS[0][:900]) for face in fandol]
    made = []
    for processes in (1, 2):
        folder = tmp_path / str(processes)
        folder.mkdir()
        building.build(few, {**sources, **found}, folder, processes)
        made.append([sets.digest(folder / face.file_name) for face in few])
    assert made[0] == made[1]


def packages_copy(archives, tmp_path):
    """A folder with the downloaded packages by link, so that nothing of theirs is touched."""
    folder = tmp_path / "packages"
    folder.mkdir()
    for deb in archives.glob("*.deb"):
        (folder / deb.name).symlink_to(deb)
    return folder


def test_the_built_faces_are_the_ones_that_were_recorded(settings):
    state = json.loads((sets.current(settings.FONTS_DIR) / sets.STATE).read_text())
    for face in FACES[:1]:
        assert (
            sets.digest(faces_folder(settings) / face.file_name) == state["sha256"][face.file_name]
        )


def test_fetching_fonts_a_second_time_does_nothing(settings):
    said: list[str] = []
    assert fetching.fetch(settings.FONTS_DIR, said.append) is False
    assert said == []


def test_without_apt_the_way_out_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    monkeypatch.setattr(packages, "SYSTEM_ROOT", tmp_path)
    with pytest.raises(packages.FontsUnavailableError, match="Way out"):
        fetching.fetch(tmp_path / "fonts", lambda text: None)


def test_a_set_with_a_face_cut_short_is_not_whole(tmp_path):
    (tmp_path / "faces").mkdir()
    for face in FACES:
        (tmp_path / "faces" / face.file_name).write_bytes(b"1")
    coverage.write(tmp_path, [])
    sizes = {face.file_name: 1 for face in FACES}
    (tmp_path / sets.STATE).write_text(json.dumps({"sizes": sizes}))
    assert sets.is_whole(tmp_path)
    (tmp_path / "faces" / FACES[0].file_name).write_bytes(b"")
    assert not sets.is_whole(tmp_path)


def every_face():
    """All 8,105 in the body's face; names, signs and rare characters in each of the others."""
    special = NAMES + EXTENSIONS + SIGNS
    rare = special + LEVELS[1][::60] + LEVELS[2][::40]
    texts = [("paragraph", text) for text in (*LEVELS, special)]
    texts += [("heading1", rare), ("heading2", rare)]
    body = [{"kind": kind, "text": text} for kind, text in texts]
    title = NAMES + LEVELS[2][::50]
    changes = {"title": title, "body": body, "annexes": [], "specimen": False, "imprint": None}
    return {**sample("document"), **changes, "verify_code": None}


@pytest.fixture(scope="module")
def notice():
    content = every_face()
    return content, render(content).pdf


def poppler_pictures(pdf, folder):
    (folder / "notice.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "notice.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True)
    return [Image.open(path).convert("L") for path in sorted(folder.glob("page-*.png"))]


def pdfium_pictures(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=DPI / 72).to_pil().convert("L") for page in document]


def mupdf_pictures(pdf):
    with pymupdf.open(stream=pdf) as document:
        shots = [page.get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY) for page in document]
        return [Image.frombytes("L", (one.width, one.height), one.samples) for one in shots]


def ink(picture, character):
    """Mean blackness of the character's box, 0 to 1."""
    scale = DPI / 72
    edges = (character["x0"], character["top"], character["x1"], character["bottom"])
    box = picture.crop(tuple(round(edge * scale) for edge in edges))
    levels = box.histogram()
    return 1 - sum(level * count for level, count in enumerate(levels)) / (255 * sum(levels))


def test_poppler_pdfium_and_mupdf_draw_every_character_alike(notice, tmp_path):
    _, pdf = notice
    readers = (poppler_pictures(pdf, tmp_path), pdfium_pictures(pdf), mupdf_pictures(pdf))
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        characters = [
            (number, one) for number, page in enumerate(document.pages) for one in page.chars
        ]
    assert len(characters) > 8105
    odd = []
    for number, one in characters:
        if one["text"] in "\u200b \u3000" or one["size"] > 40:
            continue
        shares = [ink(pictures[number], one) for pictures in readers]
        if min(shares) < 0.002 or max(shares) - min(shares) > 0.12:
            odd.append((one["text"], one["fontname"], [round(share, 3) for share in shares]))
    assert odd == []


def squeezed(text):
    """Without what the page adds: spaces, break hints, page numbers."""
    bare = "".join(text.replace("\u200b", "").replace("\u2060", "").split())
    return re.sub(r"—\d{1,2}—", "", bare)


def test_poppler_pdfium_and_mupdf_read_the_text_that_was_written(notice, tmp_path):
    content, pdf = notice
    (tmp_path / "notice.pdf").write_bytes(pdf)
    poppler = subprocess.run(
        ["pdftotext", "-raw", "notice.pdf", "-"], cwd=tmp_path, check=True, capture_output=True
    ).stdout.decode()
    pdfium = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    with pymupdf.open(stream=pdf) as document:
        mupdf = "".join(page.get_text() for page in document)
    for read in (poppler, pdfium, mupdf):
        for block in content["body"]:
            assert squeezed(block["text"]) in squeezed(read)
