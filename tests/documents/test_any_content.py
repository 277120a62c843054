"""Whatever is written, the page keeps its rules: invented content of every length."""

from __future__ import annotations

import io
import os
from collections import defaultdict
from typing import Any

import pdfplumber
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.content import validate
from documents.rendering.geometry import CLOSER
from documents.rendering.pipeline import render

from .conftest import sample

MM = 25.4 / 72
LINE = 156 / 28 * 15 / 8
EM = 16 * MM
FIRST_BASELINE = 37 + 0.88 * EM
LESS_LEADING = 0.7
"""mm that the last line may stand lower where the lines come closer: there is less below it."""
NAMES = "喆堃昇玥珺赟祎彧旻琇瑄媖䶮㛃𬭎𫖯𬍛镕𠀀"
HOSTILE = "<b>&amp;{{ x }}{% now %}</p>'\"\\"
TEXT = (
    "示例市科技企业孵化器认定管理办法资金下达通知，。；：（）《》“”、…—2026年11月1日77.4万元Aa9%"
    + NAMES
    + HOSTILE
)
WORDS = (
    "示例市",
    "科学技术局",
    "关于认定",
    "2026年",
    "第一批",
    "科技企业孵化器",
    "的通知",
    "和",
    "《示例办法》",
)
EXAMPLES = {"full": 300}.get(os.environ.get("FAULT_SIZE", ""), 40)

texts = st.text(alphabet=TEXT, min_size=1, max_size=700).filter(lambda text: bool(text.strip()))
blocks = st.lists(
    st.builds(
        lambda kind, text: {"kind": kind, "text": text},
        st.sampled_from(["paragraph", "paragraph", "heading1", "heading2", "heading3"]),
        texts,
    ),
    min_size=1,
    max_size=5,
)
contents = st.builds(
    lambda form, words, addressees, body, note, imprint, signer: {
        **sample(form),
        "organs": ["示例市科学技术局"],
        "date": "2026-11-21",
        "seal": "none",
        "title": "".join(words)[:120],
        "addressees": addressees,
        "body": body,
        "annexes": [],
        "note": note,
        "imprint": sample("document")["imprint"] if imprint else None,
        "signer": signer if form == "document" else None,
        "specimen": False,
    },
    st.sampled_from(["document", "document", "letter", "form"]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=14),
    st.lists(st.sampled_from(["示例一区科技局", "各有关单位", "喆堃公司"]), max_size=24),
    blocks,
    st.sampled_from([None, "此件公开发布"]),
    st.booleans(),
    st.sampled_from([None, "喆堃", ["示例甲", "示例乙乙", "赟"]]),
)


def rows_of(page: Any) -> list[tuple[float, list[Any]]]:
    """Characters of the running text by baseline (mm from the top), each row from the left."""
    found = defaultdict(list)
    for one in page.chars:
        if abs(one["size"] - 16) < 0.1 and one["text"].strip("\u200b\u2060"):
            found[round(297 - one["matrix"][5] * MM, 1)].append(one)
    return [(place, sorted(row, key=lambda one: one["x0"])) for place, row in sorted(found.items())]


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").replace("\u2060", "").split())


def on_grid(rows: list[tuple[float, list[Any]]], lines: int) -> bool:
    """Whether every row stands on the page's grid, or with the last row on one of so many lines: the
    head keeps the page's own where the text comes closer."""

    def off(baseline: float, start: float, pitch: float) -> float:
        steps = (baseline - start) / pitch
        return abs(steps - round(steps)) * pitch

    closer = LINE * 22 / lines
    return all(
        min(off(baseline, FIRST_BASELINE, LINE), off(baseline, rows[-1][0], closer)) < 0.15
        for baseline, _ in rows
    )


def check(content: dict[str, Any]) -> None:
    assert validate(content) == []
    with pdfplumber.open(io.BytesIO(render(content).pdf)) as document:
        pages = [(page.page_number, rows_of(page)) for page in document.pages]
    for number, rows in pages:
        left = 28 if number % 2 else 26
        off_grid = content["format"] == "letter" and number == 1  # the head's distances decide
        assert off_grid or any(on_grid(rows, lines) for lines in (22, *CLOSER)), (number, rows)
        for baseline, row in rows:
            assert FIRST_BASELINE - 1 < baseline < FIRST_BASELINE + 21 * LINE + LESS_LEADING
            assert row[0]["x0"] * MM > left - 0.2
            assert row[-1]["x1"] * MM < left + 156.3, "".join(one["text"] for one in row)
    printed = ["".join(one["text"] for _, row in rows for one in row) for _, rows in pages]
    whole = squeezed("".join(printed))
    for block in content["body"]:
        assert squeezed(block["text"]) in whole
    signed = next(
        page
        for page in printed
        if "2026年11月21日示" in page
        or page.endswith("2026年11月21日")
        or "2026年11月21日（此件" in page
    )
    before = signed.rpartition("示例市科学技术局2026年11月21日")[0]
    text = before.rpartition("附件：")[0] if "附件：" in before else before
    assert text.strip(), "the signature stands on a page without text"


quick = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
long = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(contents)
def test_nothing_is_lost_and_nothing_leaves_the_grid(content):
    check(content)


@pytest.mark.faults
@long
@given(contents)
def test_nothing_is_lost_and_nothing_leaves_the_grid_in_many_more(content):
    check(content)


@pytest.mark.parametrize("rows", range(3, 9))
def test_the_signature_never_stands_alone_when_the_page_is_just_full(rows):
    """One line more each time, over the place where text, signature and imprint no longer fit."""
    body = [{"kind": "paragraph", "text": "示" * (28 * rows - 2)}]
    content = {
        **sample("document"),
        "addressees": [],
        "body": body,
        "annexes": [],
        "specimen": False,
    }
    check(content)
    check({**content, "imprint": None, "note": None})
    annex = {"title": "名单", "body": [{"kind": "paragraph", "text": "示例单位"}]}
    check({**content, "annexes": [annex]})
