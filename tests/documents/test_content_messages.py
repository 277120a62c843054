"""What is wrong with a paper is told in the reader's language, with the place in words and as a path."""

from __future__ import annotations

import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from documents import whereabouts
from documents.content import CAPS, validate
from documents.rendering.errors import RenderingError

from .conftest import sample

CHINESE = re.compile(r"[\u3400-\u9fff，。；：“”（）]")
TABLE = {"kind": "table", "header": ["企业", "金额"], "rows": [["甲"]]}
BROKEN = {
    "no document": [],
    "unknown key": {"colour": "red"},
    "missing": {"title": None},
    "empty": {"title": " "},
    "too long": {"title": "a" * (CAPS.title + 1)},
    "no text": {"title": 3},
    "no list": {"organs": "a"},
    "nobody": {"organs": []},
    "too many": {"organs": ["a"] * 7},
    "unknown word": {"format": "memo"},
    "no date": {"date": "21.11.2026"},
    "no number": {"number": "1"},
    "no copy number": {"copy_no": "1"},
    "no flag": {"draft": "yes"},
    "hidden": {"title": "a\x00b"},
    "turned": {"title": "a\u202eb"},
    "invisible": {"title": "a\u200bb"},
    "private": {"title": "a\ue000b"},
    "line": {"title": "a\u2028b"},
    "paragraph": {"title": "a\u2029b"},
    "secret": {"secrecy": "x"},
    "no body": {"body": []},
    "no block": {"body": ["x"]},
    "no rows": {"body": [{**TABLE, "rows": "x"}]},
    "short row": {"body": [TABLE]},
    "no annexes": {"annexes": "x"},
    "no annex": {"annexes": ["x"]},
    "no imprint": {"imprint": "x"},
    "no record": {"record": "x"},
    "seal": {"seal": "sample", "organs": ["a"]},
    "numbered draft": {"draft": True},
    "validity": {"validity": "x"},
    "no attendance": {"format": "minutes", "attendance": "x"},
    "no plaque": {"format": "plaque", "plaque": "x"},
    "odd plaque": {"format": "plaque", "plaque": {"width_mm": 10}},
    "upright": {"format": "plaque", "plaque": {"width_mm": 200, "height_mm": 1500}},
    "characters": {"body": [{"kind": "paragraph", "text": "a" * CAPS.paragraph}] * 61},
    "cells": {"body": [{**TABLE, "header": ["a"] * 12, "rows": [[""] * 12] * 2000}]},
    "imprint": {"addressees": ["a" * 60] * 60},
}


def broken(name):
    changes = BROKEN[name]
    return changes if isinstance(changes, list) else {**sample("document"), **changes}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_told_in_chinese_and_in_english(name):
    """Nothing of one language stands in the other, but for what the writer wrote himself."""
    found = validate(broken(name))
    assert found
    assert all(CHINESE.search(error.rule) and CHINESE.search(error.way_out) for error in found)
    with translation.override("en"):
        english = validate(broken(name))
        told = [str(error) for error in english]
    assert [error.path for error in english] == [error.path for error in found]
    for line in told:
        assert not CHINESE.search(re.sub(r"机关代字〔2026〕1号|各有关单位|示例", "", line)), line


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("title", "标题", "Title"),
        ("body[3].text", "正文第4段，文字", "Paragraph 4, text"),
        ("body[3].rows[1][2]", "正文第4段，表格第2行，第3栏", "Paragraph 4, row 2, column 3"),
        ("annexes[0].body[2]", "附件1，正文第3段", "Annex 1, paragraph 3"),
        ("organs[1]", "发文机关第2项", "Issuing organ, entry 2"),
        ("$", "全文", "Full text"),
        ("colour", "colour", "colour"),
    ],
)
def test_a_place_is_said_in_words(path, chinese, english):
    assert whereabouts.said(path) == chinese
    with translation.override("en"):
        assert whereabouts.said(path) == english


@pytest.mark.parametrize("path", ["", "[", "]", "[1]", "a.[", ".", "a[x]", "[1][2]"])
def test_a_key_that_looks_like_no_path_is_no_error(path):
    assert isinstance(whereabouts.said(path), str)


def test_the_command_names_place_path_rule_and_way_out(tmp_path):
    source = tmp_path / "content.json"
    source.write_text(json.dumps(broken("short row")), encoding="utf-8")
    arguments = ("render_notice", str(source), str(tmp_path / "out.pdf"))
    said = "正文第1段，表格第1行（body[0].rows[0]）：这一行有1格，表头有2栏。请使每行"
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command(*arguments)
    said = "Paragraph 1, row 1 (body[0].rows[0]): the row has 1 cells, the header has 2 columns."
    with translation.override("en"), pytest.raises(CommandError, match=re.escape(said)):
        call_command(*arguments)


def test_a_failure_of_rendering_is_said_in_the_readers_language_whoever_raised_it():
    failure = RenderingError(
        "生成文件超过%(seconds)s秒，没有完成。请缩短表格或者拆分文书。", {"seconds": "60"}
    )
    assert str(failure) == "生成文件超过60秒，没有完成。请缩短表格或者拆分文书。"
    with translation.override("en"):
        assert "took longer than 60 seconds" in str(failure)
