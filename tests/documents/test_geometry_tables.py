"""Tables, measured in the PDF: no cell runs over its rules, however many columns there are."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.documents.test_geometry import pages_of, paragraph


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
