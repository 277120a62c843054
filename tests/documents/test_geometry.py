"""GB/T 9704-2012, measured in the PDF (mm from the paper's top left corner)."""

from __future__ import annotations

import io
from collections import defaultdict

import pdfplumber
import pytest

from documents.rendering.pipeline import render

from .conftest import sample

MM = 25.4 / 72
BODY = 16  # pt
DASH_ABOVE_BASELINE = 1.52  # mm, top of the dash of 14 pt, measured at 600 dpi
HEAD_INK = (0.032, 0.031)  # of the em: space above and below the red head's ink, measured
PLAIN = "示例市科技企业孵化器认定管理工作方案实施细则附录" * 120
MIXED = (
    "根据《示例办法》，经申报、审核（含县、市、区）和公示，现将2026年12月31日前的77.4万元资金下达“示例”单位。"
    * 30
)


def pages_of(**changes):
    content = {**sample("document"), "annexes": [], "specimen": False, **changes}
    return pdfplumber.open(io.BytesIO(render(content).pdf)).pages


def paragraph(text):
    return [{"kind": "paragraph", "text": text}]


def lines(page, size=BODY):
    """Characters of one size by baseline, top to bottom; baselines in mm from the paper's top."""
    found = defaultdict(list)
    for character in page.chars:
        if abs(character["size"] - size) < 0.1 and character["text"].strip("\u200b"):
            found[round(297 - character["matrix"][5] * MM, 2)].append(character)
    return sorted(found.items())


def left(characters):
    return min(character["x0"] for character in characters) * MM


def right(characters):
    return max(character["x1"] for character in characters) * MM


@pytest.fixture(scope="module")
def plain():
    return pages_of(body=paragraph(PLAIN))


@pytest.mark.parametrize("number", [2, 3])
def test_a_full_page_has_22_lines_of_28_characters(plain, number):
    rows = lines(plain[number - 1])
    assert len(rows) == 22
    assert {len(characters) for _, characters in rows} == {28}


@pytest.mark.parametrize(("number", "edge"), [(2, 26.0), (3, 28.0)])
def test_the_type_area_is_156_by_225_mm_with_the_binding_inside(plain, number, edge):
    rows = lines(plain[number - 1])
    em = BODY * MM
    assert rows[0][0] - 0.88 * em == pytest.approx(37, abs=0.2)
    assert rows[-1][0] + 0.12 * em == pytest.approx(262, abs=0.2)
    for _, characters in rows:
        assert left(characters) == pytest.approx(edge, abs=0.2)
        assert right(characters) == pytest.approx(edge + 156, abs=0.2)


def test_lines_that_mix_punctuation_digits_and_faces_end_at_the_right_edge_on_the_grid():
    page = pages_of(body=paragraph(MIXED + "喆堃昇玥赟" * 40))[1]
    rows = lines(page)
    assert len(rows) == 22
    for place, (baseline, characters) in enumerate(rows):
        expected = 37 + 0.88 * BODY * MM + place * 10.44892
        assert baseline == pytest.approx(expected, abs=0.1)
        if place < 20:
            last = characters[-1]
            punctuation = last["text"] in "，。、；：）》”"
            assert right(characters) == pytest.approx(182, abs=0.3), (last["text"], punctuation)


def test_no_line_begins_with_closing_or_ends_with_opening_punctuation():
    for page in pages_of(body=paragraph(MIXED)):
        for _, characters in lines(page):
            text = "".join(one["text"] for one in sorted(characters, key=lambda one: one["x0"]))
            assert text[0] not in "，。、；：）》”"
            assert text[-1] not in "（《“"


def test_dates_and_sums_are_not_broken_over_lines():
    text = "".join(
        "".join(one["text"] for one in characters) + "\n"
        for page in pages_of(body=paragraph(MIXED))
        for _, characters in lines(page)
    )
    assert text.count("2026年12月31日") >= 30
    assert text.count("77.4万元") == 30


def test_the_red_head_begins_35_mm_under_the_type_area_and_the_rule_4_mm_under_the_number(plain):
    page = plain[0]
    heads = [one for one in page.chars if one["size"] > 40]
    assert "".join(one["text"] for one in heads) == "示例市科学技术局文件"
    baseline = 297 - heads[0]["matrix"][5] * MM
    assert baseline - (0.88 - HEAD_INK[0]) * heads[0]["size"] * MM == pytest.approx(72, abs=0.3)
    rule = min((one for one in page.rects if one["width"] * MM > 150), key=lambda one: one["top"])
    number = next(row for row in lines(page) if row[1][0]["text"] == "示")
    bottom = number[0] + 0.12 * BODY * MM
    assert rule["top"] * MM - bottom == pytest.approx(4, abs=0.3)
    assert rule["x0"] * MM == pytest.approx(28, abs=0.1)
    assert rule["x1"] * MM == pytest.approx(184, abs=0.1)


def test_the_first_page_shows_body_text(plain):
    assert "实施细则" in plain[0].extract_text().replace("\n", "")


def test_the_page_number_stands_outside_one_character_in(plain):
    for page, is_odd in ((plain[1], False), (plain[2], True)):
        number = [one for one in page.chars if "Song" in one["fontname"]]
        assert "".join(one["text"] for one in number) == f"— {page.page_number} —"
        one_in = 14 * MM
        baseline = 297 - number[0]["matrix"][5] * MM
        assert baseline - DASH_ABOVE_BASELINE == pytest.approx(262 + 7, abs=0.2)
        if is_odd:
            assert right(number) == pytest.approx(184 - one_in, abs=0.3)
        else:
            assert left(number) == pytest.approx(26 + one_in, abs=0.3)


def test_the_last_rule_of_the_imprint_lies_on_the_type_areas_edge_of_the_last_page(plain):
    last = plain[-1]
    rules = [one for one in last.rects if one["width"] * MM > 150]
    assert max(one["bottom"] for one in rules) * MM == pytest.approx(262, abs=0.5)
    assert all(not [one for one in page.rects if one["bottom"] * MM > 255] for page in plain[1:-1])


def test_a_letter_has_its_rules_at_30_mm_and_20_mm_and_no_page_number():
    content = {**sample("letter"), "specimen": False}
    page = pdfplumber.open(io.BytesIO(render(content).pdf)).pages[0]
    rules = [one for one in page.rects if one["width"] * MM > 168]
    assert len({round(one["top"]) for one in rules}) == 4
    assert max(one["bottom"] for one in rules) * MM == pytest.approx(277, abs=0.3)
    assert {round(one["width"] * MM) for one in rules} == {170}
    head = [one for one in page.chars if one["size"] > 40]
    em = head[0]["size"] * MM
    baseline = 297 - head[0]["matrix"][5] * MM
    assert baseline - (0.88 - HEAD_INK[0]) * em == pytest.approx(30, abs=0.3)
    ink_bottom = baseline + (0.12 - HEAD_INK[1]) * em
    assert min(one["top"] for one in rules) * MM - ink_bottom == pytest.approx(4, abs=0.3)
    assert not [one for one in page.chars if one["text"] == "—"]


def test_a_long_table_repeats_its_head():
    rows = [[str(n), "示例单位", "100.00"] for n in range(1, 61)]
    table = {"kind": "table", "header": ["序号", "单位", "金额"], "rows": rows}
    pages = pages_of(annexes=[{"title": "名单", "body": [table]}])
    with_rows = [page for page in pages if "示例单位" in (page.extract_text() or "")]
    assert len(with_rows) > 2
    assert all("序号" in page.extract_text() for page in with_rows)


def test_an_annex_begins_on_a_new_page_with_its_label_on_line_one():
    pages = pages_of(annexes=[{"title": "名单", "body": paragraph("甲")}])
    label = lines(pages[-1])[0]
    assert "".join(one["text"] for one in label[1]) == "附件"
    assert label[0] - 0.88 * BODY * MM == pytest.approx(37, abs=0.2)


def test_without_seal_the_date_stands_two_right_of_the_name():
    page = pages_of(body=paragraph("甲"))[0]
    rows = {"".join(one["text"] for one in row): row for _, row in lines(page)}
    name, date = rows["示例市科学技术局"], rows["2026年11月21日"]
    assert right(name) == pytest.approx(184 - 2 * 156 / 28, abs=0.3)
    assert left(date) - left(name) == pytest.approx(2 * 156 / 28, abs=0.6)


def test_draft_and_specimen_marks_are_on_every_page():
    pages = pages_of(body=paragraph(PLAIN), draft=True, number=None, specimen=True)
    assert len(pages) > 2
    for page in pages:
        text = "".join(one["text"] for one in page.chars)
        assert "送审稿" in text
        assert "样张" in text


def test_only_our_embedded_fonts_are_used(plain):
    names = {one["fontname"].split("+")[-1] for page in plain for one in page.chars}
    assert names
    assert all(name.startswith("Gw") for name in names)
