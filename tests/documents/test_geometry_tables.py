"""Tables, measured in the PDF: no cell runs over its rules, however many columns there are."""

from __future__ import annotations

from itertools import pairwise

import pytest

from documents.rendering.columns import laid
from documents.rendering.geometry import LINE
from tests.documents.test_geometry import MM, lines, pages_of, paragraph, text_of


def test_no_cell_runs_over_its_rules():
    row = [
        "1",
        "示例一区",
        "示例创业园孵化器有限责任公司",
        "91330400MA********",
        "3870000.00 × 20%",
        "774000.00",
    ]
    header = ["序号", "所在地", "单位", "统一社会信用代码", "计算过程", "金额（元）"]
    table = {"kind": "table", "header": header, "rows": [row] * 3}
    page = pages_of(body=paragraph("甲"), annexes=[{"title": "资金分配表", "body": [table]}])[-1]
    rules = sorted({round(one["x0"], 1) for one in page.lines if one["width"] < 1})
    assert len(rules) > len(header)
    for one in (one for one in page.chars if abs(one["size"] - 12) < 0.1):
        assert not [rule for rule in rules if one["x0"] + 0.5 < rule < one["x1"] - 0.5], one["text"]
    said = page.extract_text()
    assert row[3] in said


def sheet(page):
    """The cells' characters and the upright rules of the page's table, in points from the left."""
    upright = [one for one in page.lines if one["width"] < 1]
    top, bottom = min(one["top"] for one in upright), max(one["bottom"] for one in upright)
    cells = [one for one in page.chars if top < one["top"] < one["bottom"] < bottom]
    return cells, sorted({round(one["x0"], 1) for one in upright})


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize(
    ("cell", "columns"),
    [
        ("1234567.00", 12),
        ("202611210000000000001234567890", 4),
        ("2026年12月31日", 8),
        ("123456789.55元", 9),
        ("JX-J03-2026-1", 10),
    ],
)
def test_many_columns_are_set_smaller_and_none_is_printed_over_another(cell, columns, landscape):
    header = [f"第{number}季度" for number in range(columns)]
    table = {"kind": "table", "header": header, "rows": [[cell] * columns] * 3}
    annex = {"title": "资金分配表", "body": [table], "landscape": landscape}
    page = pages_of(body=paragraph("甲"), annexes=[annex])[1]
    cells, rules = sheet(page)
    assert len(rules) == columns + 1
    for one in cells:
        assert rules[0] < one["x0"] < one["x1"] < rules[-1] + 0.5
        assert not [rule for rule in rules if one["x0"] + 0.5 < rule < one["x1"] - 0.5], one["text"]
    by_column = [
        "".join(one["text"] for one in cells if begin < one["x0"] < end)
        for begin, end in pairwise(rules)
    ]
    assert all(text.count(cell) == 3 for text in by_column), by_column


NAMES = (
    "示例市秀水科技企业孵化器有限公司",
    "示例市新区创新创业服务中心有限责任公司",
    "嘉禾众创空间",
)
TEN = {
    "kind": "table",
    "header": [
        *("序号", "单位名称", "所在地", "认定时间", "级别", "在孵企业数", "投资额（万元）"),
        *("种子资金（万元）", "补助比例", "补助金额（元）"),
    ],
    "rows": [
        [str(n), name, "示例区", "2024年6月", "市级", "32", "1280.50", "387.00", "20%", "774000.00"]
        for n, name in enumerate(NAMES, start=1)
    ],
}


def in_columns(page):
    """Lines of text of each column: a list of texts by their baselines, heads left out."""
    cells, rules = sheet(page)
    told = [one for one in cells if "Hei" not in one["fontname"]]
    found = []
    for begin, end in pairwise(rules):
        rows = {}
        for one in sorted(told, key=lambda one: one["x0"]):
            if begin < one["x0"] < end:
                rows.setdefault(round(one["matrix"][5], 1), []).append(one["text"])
        found.append(["".join(row) for _, row in sorted(rows.items(), reverse=True)])
    return found


@pytest.mark.parametrize("landscape", [False, True])
def test_of_ten_columns_no_name_stands_in_slivers_and_a_short_word_stays_whole(landscape):
    annex = {"title": "资金分配表", "body": [TEN], "landscape": landscape}
    page = pages_of(body=paragraph("甲"), annexes=[annex])[1]
    _, names, places, *_ = in_columns(page)
    assert "".join(names) == "".join(NAMES)
    assert places == ["示例区"] * 3
    whole = [line for line in names if not any(name.endswith(line) for name in NAMES)]
    assert all(len(line) >= 4 for line in whole), names


def test_a_table_is_set_smaller_no_more_than_its_names_ask():
    def size(*keep):
        header = [TEN["header"][at] for at in keep]
        rows = [[row[at] for at in keep] for row in TEN["rows"]]
        return laid({"header": header, "rows": rows}, landscape=False).size

    assert size(*range(10)) == 10.5
    assert size(0, 1, 2, 3, 4, 9) == 12
    assert size(*range(10), 1) == 9


def test_where_no_size_spares_the_names_the_first_that_holds_the_rest_is_kept():
    header, row = ["单位"] * 12, ["示例市秀水孵化器有限公司"] * 9 + ["774000.00"] * 3
    slivers = laid({"header": header, "rows": [row]}, landscape=False)
    assert slivers.size == 10.5
    assert min(slivers.room) < 4


def test_the_rows_of_a_smaller_table_grow_by_half_lines_and_so_does_the_text_below():
    page = pages_of(body=[*paragraph("甲"), TEN, *paragraph("乙")])[1]
    rules = sorted({round(one["top"] * MM, 2) for one in page.lines if one["width"] * MM > 5})
    steps = [(below - above) / (LINE / 2) for above, below in pairwise(rules)]
    assert [round(step) for step in steps] == [4, 5, 5, 3]
    assert all(step == pytest.approx(round(step), abs=0.03) for step in steps), steps
    below = next(place for place, row in lines(page) if text_of(row) == "乙")
    halves = (below - 37 - 0.88 * 16 * MM) / (LINE / 2)
    assert halves == pytest.approx(round(halves), abs=0.01)
