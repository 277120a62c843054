"""Signature, date and hand-written rows find room: GB/T 9704-2012, 7.3.5.4, measured in the PDF."""

from __future__ import annotations

import io

import pdfplumber
import pytest

from documents.rendering.columns import lines_for_pen
from documents.rendering.pipeline import render

from .conftest import sample
from .test_geometry import MM, lines, paragraph, row_with, text_of

LINE = 156 / 28 * 15 / 8
LETTER = {"annexes": [], "note": None, "imprint": None, "specimen": False}


def pages_of(form, **changes):
    content = {**sample(form), **changes}
    return pdfplumber.open(io.BytesIO(render(content).pdf)).pages


def letter(rows):
    """A letter whose body takes so many lines, and the pitch of its lines."""
    pages = pages_of("letter", **LETTER, body=paragraph("示" * (28 * rows - 2)))
    body = [place for place, row in lines(pages[0]) if text_of(row).count("示") > 20]
    return pages, (body[-1] - body[0]) / (len(body) - 1)


def test_lines_come_closer_where_the_signature_would_just_not_fit():
    """Each line more fills the page: first as the grid has it, then closer, then over two pages."""
    found = [(len(pages), round(pitch, 2)) for pages, pitch in map(letter, range(8, 14))]
    assert found[0] == (1, round(LINE, 2))
    assert found[-1] == (2, round(LINE, 2))
    closer = [pitch for pages, pitch in found if pages == 1 and pitch < LINE - 0.1]
    assert closer, found
    assert min(closer) > 9.1
    assert found == sorted(found, key=lambda one: (one[0], -one[1])), "never closer than it must be"


def test_a_closer_page_keeps_to_the_type_area():
    for pages, _pitch in map(letter, range(8, 14)):
        place, date = row_with(pages[-1], "2026年11月")
        assert place + 0.12 * 16 * MM < 262.2
        assert text_of(date).startswith("2026年")


def test_where_no_setting_saves_a_page_the_last_lines_go_with_the_signature():
    pages, pitch = letter(13)
    assert pitch == pytest.approx(LINE, abs=0.02)
    assert any(set(text_of(row)) == {"示"} for _, row in lines(pages[1]))


ENDING = "如不服本决定，可以自收到本决定书之日起六十日内向示例市人民政府申请行政复议，" + "示" * 40


@pytest.mark.parametrize("rows", range(9, 14))
def test_a_short_last_paragraph_is_beside_the_signature_rather_than_a_line_of_it(rows):
    """Of one to two lines over the whole paragraph goes with the signature, no page is added."""
    body = [*paragraph("例" * (28 * rows - 2)), *paragraph(ENDING)]
    pages = pages_of("letter", **LETTER, body=body)
    assert len(pages) == 2
    beside = [text_of(row) for _, row in lines(pages[1])]
    text = [line for line in beside if set(line) & set("示例") and "科学技术局" not in line]
    assert len(text) >= 3, beside


def test_a_long_last_paragraph_is_not_carried_over_whole():
    pages, _ = letter(13)
    assert len(lines(pages[0])) > 10


def test_a_letter_without_copies_is_not_followed_by_an_empty_page():
    imprint = {"copies_to": [], "printed_by": "示例市科学技术局办公室", "printed_on": "2026-11-21"}
    for rows in range(6, 12):
        changes = {**LETTER, "imprint": imprint, "body": paragraph("示" * (28 * rows - 2))}
        assert all(lines(page) for page in pages_of("letter", **changes))


def test_the_heads_of_six_organs_leave_text_on_page_one():
    names = ["科学技术局", "财政局", "人力资源和社会保障局", "发展和改革委员会", "商务局", "教育局"]
    organs = [f"示例市{name}" for name in names]
    page = pages_of("joint", organs=organs, seal="none", body=paragraph("正文" * 60))[0]
    assert "正文正文" in page.extract_text()


@pytest.mark.parametrize("rows", range(1, 12))
def test_the_seals_of_six_organs_do_not_touch_and_stay_inside_the_type_area(rows):
    """Wherever the page ends, and however close the lines come for it."""
    organs = [f"示例市{name}局" for name in ("科学", "财政", "商务", "教育", "民政", "统计")]
    body = paragraph("示" * (28 * rows - 2))
    pages = pages_of("joint", organs=organs, seal="sample", annexes=[], body=body)
    page = next(page for page in pages if "样章" in page.extract_text())
    seals = [one for one in page.curves if 40 < one["width"] * MM < 42]
    assert len(seals) == 6
    assert all(one["x0"] * MM > 25.5 and one["x1"] * MM < 184.5 for one in seals)
    assert all(one["bottom"] * MM < 262.2 for one in seals)
    for at, one in enumerate(seals):
        for other in seals[at + 1 :]:
            apart = max(abs(one["x0"] - other["x0"]), abs(one["top"] - other["top"])) * MM
            assert apart > 40.8


def test_long_names_beside_each_other_keep_to_their_own_seals():
    organs = ["示例市长三角创新发展示范区执行委员会", "示例市人力资源和社会保障局就业处"]
    pages = pages_of("joint", organs=organs, seal="sample", annexes=[])
    page = next(page for page in pages if "样章" in page.extract_text())
    left = 28 if page.page_number % 2 else 26
    signed = {name: [] for name in organs}
    for _, row in lines(page):
        for one in row:
            beside = organs[0] if one["x0"] * MM < left + 84 else organs[1]
            signed[beside].append(one["text"])
            assert left - 0.2 < one["x0"] * MM < one["x1"] * MM < left + 156.3
    assert all(name in "".join(signed[name]) for name in organs)


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (["受送达人签名或者盖章", ""], 2.0),
        (["回复单位（盖章）及日期", "示例局"], 3.0),
        (["具体意见和理由", ""], 2.5),
        (["备注", ""], 1.5),
        (["意见（选择一项）", "□同意"], 0),
        (["", ""], 0),
    ],
)
def test_a_row_for_the_pen_is_as_high_as_its_label_asks(row, wanted):
    assert lines_for_pen(["项目", "内容"], row) == wanted


def test_where_people_sign_and_stamp_there_is_room():
    rows = [["申请编号", "1"], ["送达人（签名）", ""], ["回复单位（盖章）及日期", "示例局"]]
    body = [{"kind": "table", "header": ["项目", "填写"], "rows": rows}]
    page = pages_of("form", **LETTER, addressees=[], body=body)[0]
    rules = sorted({round(one["top"] * MM, 1) for one in page.lines if one["width"] * MM > 20})
    words = {one["text"]: one for one in page.extract_words()}

    def height(label):
        middle = (words[label]["top"] + words[label]["bottom"]) / 2 * MM
        return min(r for r in rules if r > middle) - max(r for r in rules if r < middle)

    assert height("送达人（签名）") > 20
    assert height("回复单位（盖章）及日期") > 30
    assert height("申请编号") < 11


def test_a_short_table_stays_on_one_page():
    rows = [[str(n), "示例单位", "1.00"] for n in range(1, 7)]
    table = {"kind": "table", "header": ["序号", "单位", "金额（元）"], "rows": rows}
    for before in range(4, 12):
        body = [*paragraph("示" * (28 * before - 2)), table]
        pages = pages_of("form", **LETTER, addressees=[], body=body)
        assert sum("序号" in (page.extract_text() or "") for page in pages) == 1
