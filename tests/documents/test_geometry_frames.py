"""Certificates and plaques, measured in the PDF: nothing leaves its frame or runs into another."""

from __future__ import annotations

import io
from collections import defaultdict

import pdfplumber
import pytest

from documents.rendering.pipeline import render
from tests.documents.conftest import sample
from tests.documents.test_geometry import MM, left, lines, paragraph, right, text_of


def test_a_certificate_is_one_landscape_page_inside_its_frame():
    content = sample("certificate")
    page = pdfplumber.open(io.BytesIO(render(content).pdf)).pages[0]
    assert (round(page.width * MM), round(page.height * MM)) == (297, 210)
    said = "".join(one["text"] for one in page.chars)
    for part in ("证书", content["number"], content["validity"], content["addressees"][0]):
        assert part in said
    assert page.images
    assert not [one for one in page.chars if "Song" in one["fontname"]]


@pytest.mark.parametrize(
    "title",
    [
        "示例市科技企业孵化器认定证书",
        "示例市科技企业孵化器和众创空间年度考评优秀证书",
    ],
)
def test_a_certificates_long_title_stays_inside_its_frame(title):
    page = pdfplumber.open(io.BytesIO(render({**sample("certificate"), "title": title}).pdf)).pages[
        0
    ]
    letters = [one for one in page.chars if "Title" in one["fontname"]]
    by_line = sorted(letters, key=lambda one: (round(one["top"]), one["x0"]))
    assert text_of(by_line) == title
    assert left(letters) > 38
    assert right(letters) < 297 - 38


@pytest.mark.parametrize("rows", range(4, 11))
def test_a_certificates_text_never_runs_into_its_organ_and_day(rows):
    content = {**sample("certificate"), "body": paragraph("示" * (34 * rows - 2))}
    page = pdfplumber.open(io.BytesIO(render(content).pdf)).pages[-1]
    at = {text_of(row): place for place, row in lines(page, size=18)}
    day = next(place for text, place in at.items() if text.endswith("2026年11月21日"))
    above = [place for text, place in at.items() if text.startswith(("示示", "有效期"))]
    assert max(above, default=0) < day - 2 * 11 + 0.5


def test_a_plaque_has_the_size_that_was_given_and_its_words_fit():
    content = {**sample("plaque"), "plaque": {"width_mm": 500, "height_mm": 300}}
    page = pdfplumber.open(io.BytesIO(render(content).pdf)).pages[0]
    assert (round(page.width * MM), round(page.height * MM)) == (500, 300)
    title = [one for one in page.chars if "Title" in one["fontname"]]
    assert text_of(title) == "示例市科技企业孵化器示例市科学技术局2026年11月"
    assert left(title) > 20
    assert right(title) < 480


LONG = (
    "示例市南湖区新一代信息技术和高端装备制造产业科技企业孵化器"
    "暨长三角科技成果转移转化示范基地（二〇二六年度第一批次认定）"
)


@pytest.mark.parametrize(
    ("title", "size", "count", "least"),
    [
        ("示例市科技企业孵化器", (600, 400), 1, 48),
        (LONG[: len(LONG) // 2], (600, 400), 2, 30),
        (LONG, (600, 400), 3, 24),
        (LONG * 2, (600, 400), 3, 12),
        (LONG, (300, 450), 6, 17),
    ],
)
def test_a_plaques_long_title_stands_in_even_lines_that_can_be_read(title, size, count, least):
    """`least`: height of its characters in mm; in one line the long ones had 8, 4 and 3."""
    plaque = dict(zip(("width_mm", "height_mm"), size, strict=True))
    content = {**sample("plaque"), "title": title, "plaque": plaque, "specimen": False}
    page = pdfplumber.open(io.BytesIO(render(content).pdf)).pages[0]
    largest = [one for one in page.chars if "Title" in one["fontname"]][: len(title)]
    assert text_of(largest) == title
    rows = defaultdict(list)
    for one in largest:
        rows[round(one["top"])].append(one)
    widths = [right(row) - left(row) for row in rows.values()]
    assert len(widths) == count
    assert min(widths) > 0.85 * max(widths)
    assert largest[0]["size"] * MM > least
    assert left(largest) > 0.07 * size[1]
    assert right(largest) < size[0] - 0.07 * size[1]
    below = [one for one in page.chars if "Kai" in one["fontname"]]
    organs = [one for one in page.chars if "Title" in one["fontname"]][len(title) :]
    assert max(one["bottom"] for one in largest) < min(one["top"] for one in below) + 2
    assert max(one["bottom"] for one in below) < min(one["top"] for one in organs) + 2


@pytest.mark.parametrize("count", range(1, 7))
def test_a_plaques_organs_stand_below_its_title_and_holder_however_many(count):
    organs = [f"示例市第{number}科学技术局" for number in range(count)]
    page = pdfplumber.open(io.BytesIO(render({**sample("plaque"), "organs": organs}).pdf)).pages[0]
    frame = [one for one in page.chars if one["bottom"] * MM < 400 * 0.93]
    rows = defaultdict(list)
    for one in frame:
        rows[round(one["matrix"][5])].append(one)
    found = [text_of(sorted(row, key=lambda one: one["x0"])) for _, row in sorted(rows.items())]
    assert found[::-1][-count - 1 :] == [*organs, "2026年11月"]
    tops = [max(one["size"] for one in row) + place for place, row in sorted(rows.items())]
    assert all(top < above + 0.3 * 50 for top, above in zip(tops, sorted(rows)[1:], strict=False))


@pytest.mark.parametrize(("width", "height"), [(200, 200), (600, 400), (1500, 1000)])
def test_what_proves_a_plaque_stands_outside_its_frame(width, height):
    """Number, code and the office's word are read by who makes it, and are not made."""
    content = {**sample("plaque"), "plaque": {"width_mm": width, "height_mm": height}}
    page = pdfplumber.open(io.BytesIO(render(content).pdf)).pages[0]
    frame = height - 0.07 * height
    below = [one for one in page.chars if one["top"] * MM > frame]
    said = text_of(sorted(below, key=lambda one: (round(one["top"]), one["x0"])))
    for words in ("示牌〔2026〕3号", "0123-4567-89AB", "框外文字不制作在牌匾上", "盖章后生效"):
        assert words in said
    assert max(one["bottom"] for one in below) * MM < height
    assert right(below) < width
    (picture,) = page.images
    assert picture["top"] * MM > frame
    assert picture["bottom"] * MM < height
    assert picture["x1"] < min(one["x0"] for one in below) + 1
