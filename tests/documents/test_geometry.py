"""GB/T 9704-2012, measured in the PDF (mm from the paper's top left corner)."""

from __future__ import annotations

import io
from collections import defaultdict
from itertools import pairwise

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
            baseline = round(297 - character["matrix"][5] * MM, 2)
            near = next((known for known in found if abs(known - baseline) < 0.05), baseline)
            found[near].append(character)
    return [
        (baseline, sorted(row, key=lambda one: one["x0"]))
        for baseline, row in sorted(found.items())
    ]


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
    page = pages_of(body=paragraph(MIXED + "喆堃昇玥赟" * 70))[1]
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


@pytest.mark.parametrize(
    "title",
    ["关于认定ABC INTERNATIONAL TECHNOLOGY为示例市科技企业孵化器的通知", "MANAGEMENT " * 10],
)
def test_a_title_with_latin_capitals_stays_inside_the_type_area(title):
    letters = [one for one in pages_of(title=title)[0].chars if abs(one["size"] - 22) < 0.1]
    assert left(letters) > 27.8
    assert right(letters) < 184.2


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


def text_of(characters):
    return "".join(one["text"] for one in characters)


def row_with(page, text):
    """(baseline, characters) of the line that holds this text."""
    return next(row for row in lines(page) if text in text_of(row[1]))


def test_several_signers_stand_two_in_a_row_and_the_number_is_in_line_with_the_last():
    page = pages_of(signer=["示例甲", "示例乙", "喆堃"], body=paragraph("甲"))[0]
    first, last = row_with(page, "签发人："), row_with(page, "喆堃")
    assert "示例甲" in text_of(first[1])
    assert "示例乙" in text_of(first[1])
    assert last[0] - first[0] == pytest.approx(10.44892, abs=0.1)
    assert "示科〔2026〕1号" in text_of(last[1])
    assert left(last[1]) == pytest.approx(28 + 156 / 28, abs=0.2)
    rule = min((one for one in page.rects if one["width"] * MM > 150), key=lambda one: one["top"])
    assert rule["top"] * MM - (last[0] + 0.12 * BODY * MM) == pytest.approx(4, abs=0.3)


def test_addressees_that_would_leave_page_one_without_text_stand_in_the_imprint():
    names = [f"示例第{number}区科学技术局" for number in range(1, 31)]
    pages = pages_of(addressees=names, body=paragraph("正文第一段"))
    assert "正文第一段" in text_of([one for _, row in lines(pages[0]) for one in row])
    small = [text_of(row) for _, row in lines(pages[-1], size=14)]
    assert any(row.startswith("主送：示例第1区") for row in small)
    assert all("示例第1区" not in text_of(row) for _, row in lines(pages[0]))


@pytest.mark.parametrize("form", ["document", "letter"])
def test_an_imprint_as_long_as_is_allowed_loses_no_name_and_stays_on_the_paper(form):
    names = [f"示例市第{number}科技企业孵化器运营管理有限公司" for number in range(10, 41)]
    pages = pages_of(format=form, addressees=names, body=paragraph("正文第一段"))
    assert pages[0].extract_text()
    last = [row for _, row in lines(pages[-1], size=14)]
    assert all(name in "".join(map(text_of, last)) for name in names)
    assert min(one["top"] for row in last for one in row) * MM > 36


def test_a_long_printing_office_leaves_the_day_of_printing_its_room():
    office = "示例市长三角科技创新一体化发展示范区执行委员会科技创新促进局办公室"
    imprint = {"copies_to": [], "printed_by": office, "printed_on": "2026-11-21"}
    rows = [row for _, row in lines(pages_of(imprint=imprint)[-1], size=14)]
    first = next(row for row in rows if "印发" in text_of(row))
    assert text_of(first) == f"{office[:19]}2026年11月21日印发"
    assert all(one["x1"] < two["x0"] + 0.5 for one, two in pairwise(first))


def test_the_imprints_continued_lines_stand_behind_the_colon(plain):
    rows = [row for _, row in lines(plain[-1], size=14)]
    first = next(row for row in rows if text_of(row).startswith("抄送："))
    following = rows[rows.index(first) + 1]
    edge = 28 if plain[-1].page_number % 2 else 26
    assert left(first) == pytest.approx(edge + 14 * MM, abs=0.3)
    assert left(following) == pytest.approx(edge + 4 * 14 * MM, abs=0.3)


def test_the_imprints_rules_are_thick_thin_thick(plain):
    """A border is painted between two boxes: the outer rules together, the middle one alone."""
    rules = [one for one in plain[-1].rects if one["width"] * MM > 150]
    inner, middle, body, outer = sorted({round(one["height"] * MM, 2) for one in rules})
    assert outer - body == pytest.approx(2 * 0.35, abs=0.01)
    assert middle - inner == pytest.approx(0.25, abs=0.01)


def test_a_landscape_annex_keeps_the_number_where_it_stands_on_the_other_pages():
    table = {"kind": "table", "header": ["序号"], "rows": [[str(n)] for n in range(1, 30)]}
    annexes = [{"title": "资金分配表", "landscape": True, "body": [table]}]
    pages = pages_of(body=paragraph("甲"), annexes=annexes)
    turned = [page for page in pages if page.width > page.height]
    assert len(turned) >= 2
    for page in turned:
        number = [one for one in page.chars if "Song" in one["fontname"]]
        down = [one["matrix"][5] * MM for one in number]
        along = [297 - one["matrix"][4] * MM for one in number]
        assert down == sorted(down, reverse=True), "read downwards: upright on the portrait page"
        assert along[0] - DASH_ABOVE_BASELINE == pytest.approx(262 + 7, abs=0.3)
        is_odd = page.page_number % 2
        places = [210 - place for place in down]
        if is_odd:
            assert places[-1] + 14 * MM == pytest.approx(184 - 14 * MM, abs=0.3)
        else:
            assert places[0] == pytest.approx(26 + 14 * MM, abs=0.3)


def test_the_imprint_after_a_landscape_annex_stands_on_an_upright_page():
    table = {"kind": "table", "header": ["序号"], "rows": [["1"]]}
    annexes = [{"title": "资金分配表", "landscape": True, "body": [table]}]
    last = pages_of(body=paragraph("甲"), annexes=annexes)[-1]
    assert last.height > last.width
    assert any(text_of(row).startswith("抄送：") for _, row in lines(last, size=14))


def test_minutes_list_who_was_there_under_bold_labels():
    there = {"present": [f"示例局示例{one}" for one in "甲乙丙丁戊己庚"], "recorder": ["喆堃"]}
    content = {**sample("minutes"), "attendance": there, "specimen": False}
    page = pdfplumber.open(io.BytesIO(render(content).pdf)).pages[0]
    row = row_with(page, "出席：")[1]
    assert {one["fontname"].split("+")[1] for one in row[:3]} == {"Gw-Hei"}
    rows = [row for _, row in lines(page)]
    following = rows[
        next(place for place, one in enumerate(rows) if text_of(one) == text_of(row)) + 1
    ]
    assert left(following) == pytest.approx(28 + 5 * 156 / 28, abs=0.3)


def test_without_an_imprint_a_full_page_is_not_followed_by_an_empty_one():
    for rows in range(4, 8):
        body = paragraph("示" * (28 * rows - 2))
        pages = pages_of(body=body, imprint=None, addressees=[], note=None)
        assert all(lines(page) for page in pages)


@pytest.mark.parametrize(
    ("changes", "lines_below"),
    [({}, 1), ({"copy_no": "000012"}, 1), ({"copy_no": "000012", "urgency": "加急"}, 2)],
)
def test_a_letters_number_and_title_keep_their_distance_from_the_rule(changes, lines_below):
    """10.1: the number 7/8 of a character below the first rule, the title two lines below that."""
    content = {**sample("letter"), "specimen": False, "copy_no": None, "urgency": None, **changes}
    page = pdfplumber.open(io.BytesIO(render(content).pdf)).pages[0]
    rules = [one for one in page.rects if one["width"] * MM > 168 and one["top"] * MM < 100]
    rule = max(one["bottom"] for one in rules) * MM
    number = [one for one in page.chars if abs(one["size"] - 16) < 0.1][: len(content["number"])]
    character = 156 / 28
    baseline = 297 - number[0]["matrix"][5] * MM
    assert baseline - 0.88 * 16 * MM == pytest.approx(rule + character * 7 / 8, abs=0.3)
    title = [one for one in page.chars if abs(one["size"] - 22) < 0.1]
    line = character * 15 / 8
    wanted = baseline + (lines_below - 1 + 3) * line
    assert 297 - title[0]["matrix"][5] * MM == pytest.approx(wanted, abs=1.2)
