"""Same bytes, locked doors, limits; the page says what the content says."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from documents import previews, rendering
from documents.content import validate
from documents.rendering import workers
from documents.rendering.errors import RenderingError
from documents.rendering.fetching import LockedFetcher
from documents.rendering.page import describe
from documents.rendering.pipeline import html, render
from documents.rendering.sizes import CLASSES, LONG, SHORT, class_of
from documents.rendering.typesetting import pieces, title_lines

from .conftest import SAMPLES, sample

ONE = replace(SHORT, children=1)
HOSTILE = '<img src="file:///etc/passwd"><link rel=attachment href="file:///etc/passwd">{{ x }}{% now "Y" %}'


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("name", [path.stem for path in sorted(SAMPLES.glob("*.json"))])
def test_every_sample_renders_to_the_same_bytes_twice(name):
    first, second = render(sample(name)), render(sample(name))
    assert hashlib.sha256(first.pdf).digest() == hashlib.sha256(second.pdf).digest()
    assert first.pages >= 1


def test_another_process_with_another_hash_seed_makes_the_same_bytes(tmp_path):
    out = tmp_path / "notice.pdf"
    subprocess.run(
        [sys.executable, "manage.py", "render_notice", str(SAMPLES / "joint.json"), str(out)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
    )
    assert out.read_bytes() == render(sample("joint")).pdf


def test_a_worker_makes_the_same_bytes_as_the_plain_path():
    assert rendering.pdf(sample("form")) == render(sample("form")).pdf


def test_text_is_printed_as_text_never_as_markup():
    content = {**sample("form"), "body": [{"kind": "paragraph", "text": HOSTILE}]}
    made = render(content).pdf
    reader = PdfReader(io.BytesIO(made))
    assert not reader.attachments
    assert "<img src=" in text_of(made).replace("\n", "")
    assert "{{ x }}" in html(content)


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<style>@import "file:///etc/passwd";</style>',
        "<style>@font-face {font-family: x; src: url(file:///etc/passwd)} p {font-family: x}</style><p>x",
        '<object data="file:///etc/passwd"></object>',
        '<embed src="ftp://127.0.0.1/x">',
        '<img src="data:image/svg+xml,<svg/>">',
        '<style>p {background: url("https://127.0.0.1:9/")}</style><p>x',
    ],
)
def test_the_fetcher_stops_every_address_but_png_data(markup):
    with pytest.raises(FatalURLFetchingError):
        HTML(string=markup, url_fetcher=LockedFetcher()).write_pdf()


def test_an_unsealed_document_says_that_it_needs_a_seal():
    assert "本件由系统生成，盖章后生效" in text_of(render(sample("document")).pdf)
    assert "样章" in text_of(render(sample("letter")).pdf)


def test_the_check_address_and_code_are_printed(settings):
    settings.PUBLIC_URL = "https://example.invalid/"
    check = describe(sample("document"), settings.PUBLIC_URL)["check"]
    assert check["address"] == "https://example.invalid/verify/0123456789ABCDEFGHJK"
    assert check["code"] == "0123-4567-89AB-CDEF-GHJK"
    assert check["picture"].startswith("data:image/png;base64,")


def test_a_draft_has_no_number_and_no_code():
    made = previews.draft(sample("document"))
    text = text_of(made)
    assert "送审稿" in text
    assert "〔2026〕1号" not in text
    assert "0123-4567" not in text


def test_a_worker_that_takes_too_long_is_ended_and_another_one_works():
    hasty = workers.WorkerPool(replace(ONE, wall_seconds=0.0))
    with pytest.raises(RenderingError, match="超过0秒"):
        hasty.render(sample("form"))
    assert hasty._idle == []
    pool = workers.WorkerPool(ONE)
    assert pool.render(sample("form")).pages == 2
    pool.close()


def test_a_worker_that_dies_is_a_passing_failure_and_the_next_one_works():
    pool = workers.WorkerPool(ONE)
    pool.render(sample("form"))
    pool._idle[0].process.kill()
    pool._idle[0].process.wait()
    assert pool.render(sample("form")).pages == 2
    pool.close()


def test_a_refusing_worker_stays_alive():
    pool = workers.WorkerPool(ONE)
    with pytest.raises(workers.RefusedByChildError, match=r"U\+32F87") as refusal:
        pool.render({**sample("form"), "addressees": ["\U00032f87"]})
    assert not refusal.value.passing
    process = pool._idle[0].process
    pool.render(sample("form"))
    assert pool._idle[0].process is process
    pool.close()


def test_a_document_is_recycled_after_its_number_of_documents(monkeypatch):
    monkeypatch.setattr(workers, "DOCUMENTS_PER_CHILD", 1)
    pool = workers.WorkerPool(ONE)
    pool.render(sample("form"))
    assert pool._idle == []


def test_the_memory_and_cpu_limits_are_set_in_the_child():
    script = (
        "import io, json, resource; from documents.rendering import child;"
        "child.serve(io.BytesIO(), io.BytesIO()); child._limit_cpu(30);"
        "print(json.dumps([resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    memory, cpu = json.loads(done.stdout)
    assert memory == 2 * 1024**3
    assert 30 <= cpu <= 40


def test_numbers_dates_and_sums_stay_whole():
    whole = [
        piece.text
        for piece in pieces(
            "依据示科〔2026〕1号，2017—2019年拨付77.4万元，12月3日前（JX-J03-2026-0001）"
        )
        if piece.whole
    ]
    assert whole == ["科〔2026〕1号", "2017—2019年", "77.4万元", "12月3日", "JX-J03-2026-0001"]
    assert "".join(piece.text for piece in pieces("同意“甲”")).replace("\u200b", "") == "同意“甲”"


@pytest.mark.parametrize(
    "title",
    [
        "关于征求2026年第一批科技企业孵化器申报单位意见的函",
        "示例市科学技术局关于认定2026年第一批示例市科技企业孵化器的通知",
        "甲" * 120,
        "受理通知书",
    ],
)
def test_titles_keep_every_character_and_fit_their_lines(title):
    rows = title_lines(title)
    assert "".join(rows) == title
    assert all(len(row) <= 20 for row in rows)


def test_title_lines_do_not_split_the_words_of_the_field():
    assert title_lines("关于征求2026年第一批科技企业孵化器申报单位意见的函")[0].endswith("科技")


def test_shares_stand_in_the_middle_and_sums_at_the_right():
    rows = [["50.0%", "912", "91.20", "按期"]]
    table = {"kind": "table", "header": ["完成率", "家数", "金额", "说明"], "rows": rows}
    (block,) = describe({**sample("form"), "body": [table]}, "https://example.org")["blocks"]
    places = [cell["place"] for cell in block["rows"][0]["cells"]]
    assert places == ["count", "count", "figure", ""]


def test_a_box_and_what_it_stands_for_stay_on_one_line():
    runs = pieces("□同意　□不同意　□无意见")
    assert [run.text for run in runs if run.whole] == ["□同意", "□不同意", "□无意见"]


def test_a_title_keeps_organ_place_and_firm_whole():
    title = "嘉兴市科学技术局关于取消样例丁孵化器运营有限公司嘉兴市科技企业孵化器资格的决定"
    names = ("嘉兴市科学技术局", "样例丁孵化器运营有限公司", "嘉兴市")
    rows = (
        "嘉兴市科学技术局关于取消",
        "样例丁孵化器运营有限公司",
        "嘉兴市科技企业孵化器资格的决定",
    )
    assert title_lines(title, names=names) == rows
    assert title_lines("嘉兴市科学技术局关于2026年上半年孵化机构建设工作情况的报告")[1].startswith(
        "上半年"
    )


def test_a_name_costs_a_line_more_only_where_two_would_split_it():
    title = "示例市科学技术局关于样例甲科技创新有限公司的批复"
    firm = "样例甲科技创新有限公司"
    whole = title_lines(title, names=(firm,))
    assert any(firm in row for row in whole)
    assert len(title_lines(title)) == len(whole) == 2


def test_a_title_page_knows_the_names_of_its_content():
    content = {
        **sample("document"),
        "organs": ["示例市科学技术局"],
        "addressees": ["样例丁孵化器运营有限公司"],
        "title": "示例市科学技术局关于取消样例丁孵化器运营有限公司示例市科技企业孵化器资格的决定",
    }
    rows = describe(content, "https://example.org")["title_lines"]
    assert rows[1] == "样例丁孵化器运营有限公司"
    assert rows[2].startswith("示例市")


@given(
    st.text(
        alphabet="关于认定科技企业孵化器的通知《》（）2026年AB、第一批", min_size=1, max_size=120
    )
)
def test_any_title_keeps_its_characters_in_lines_that_fit(title):
    rows = title_lines(title)
    assert "".join(rows) == title
    assert all(sum(0.5 if one.isascii() else 1 for one in row) <= 20 for row in rows)


def long_table(rows):
    table = {
        "kind": "table",
        "header": ["序号", "单位", "金额（元）"],
        "rows": [[str(row), "示例创业园", "1000.00"] for row in range(1, rows + 1)],
    }
    return {**sample("form"), "annexes": [{"title": "资金分配表", "body": [table]}]}


def test_long_tables_are_a_class_with_limits_and_a_child_of_their_own():
    assert class_of(sample("document")) is SHORT
    assert class_of(long_table(300)) is SHORT
    assert class_of(long_table(2000)) is LONG
    assert validate(long_table(2000)) == []
    assert LONG.children == 1
    assert set(workers.POOLS) == set(CLASSES)


def test_a_short_notice_does_not_wait_behind_a_long_one():
    """The long class is wholly taken, and a short notice comes out all the same."""
    with workers.POOLS["long"]._free:
        assert rendering.render(sample("form")).pages == 2


def test_a_preview_shows_the_ends_of_a_long_table_and_says_so():
    made = previews.draft(long_table(1000))
    said = text_of(made).replace("\n", "")
    assert "预览略去950行，共1000行" in said
    assert len(PdfReader(io.BytesIO(made)).pages) < 10
