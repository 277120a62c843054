"""Every kind of paper is data, has a template in every city, and comes out whole."""

from __future__ import annotations

import json
from datetime import date

import pytest

from approvals.notices.composing import Issuer, compose
from approvals.notices.facts import FactsRefused, Words, words_of
from approvals.notices.kinds import all_kinds
from approvals.notices.pack_part import PART
from approvals.programs import packs
from approvals.programs.pack_source import read_pack
from documents import glyphs
from documents.content import validate
from tests.notices.kinds_page import PAGE, kinds_page
from tests.notices.shipped import CITIES, TEMPLATES, pack, sample_content, template
from tests.programs.packs_for_tests import copied, spoil

CODES = {f"D{number:02}" for number in range(1, 25)}


def test_the_register_of_kinds_is_whole():
    assert {kind.code for kind in all_kinds().values()} == CODES | {"D00"}


@pytest.mark.parametrize("city", CITIES)
def test_every_kind_has_a_template_in_every_city(city):
    assert {source.data["kind"] for source in pack(city).notices.values()} == set(all_kinds())


@pytest.mark.parametrize(("city", "key"), TEMPLATES)
def test_every_template_comes_out_as_a_valid_document_marked_specimen(city, key):
    content = sample_content(city, key)
    assert validate(content) == []
    assert glyphs.missing(content) == []
    assert content["specimen"] is True
    assert "{" not in json.dumps([content["title"], content["addressees"]], ensure_ascii=False)
    texts = [block.get("text", "") for block in content["body"]]
    assert not any("{" in text or "待配置" in text or "未填" in text for text in texts)


@pytest.mark.parametrize("key", ["refusal", "revocation", "recovery", "non_acceptance"])
def test_what_takes_something_away_says_the_remedy(key):
    for city in CITIES:
        files = [name for name, source in pack(city).notices.items() if source.data["kind"] == key]
        for name in files:
            texts = [block.get("text", "") for block in sample_content(city, name)["body"]]
            assert any("申请行政复议" in text and "六个月" in text for text in texts), (city, name)


def test_the_makerspaces_of_mudanjiang_are_filed_not_recognised():
    for key in ("certificate", "plaque", "publicity", "recognition_approved", "revocation"):
        assert "认定" not in json.dumps(
            sample_content("mudanjiang", key)["body"], ensure_ascii=False
        )
    assert "备案为牡丹江市众创空间" in str(sample_content("mudanjiang", "certificate"))


def test_each_city_says_it_in_its_own_words():
    assert "各县（市、区）科技主管部门" in str(sample_content("jiaxing", "assessment_result"))
    filed = str(sample_content("mudanjiang", "assessment_result"))
    assert "各县（市）区科技主管部门" in filed
    assert "合格以上11户" in filed
    assert "领导小组办公室" in str(sample_content("jiaxing", "bulletin"))
    assert "联席会议办公室" in str(sample_content("mudanjiang", "bulletin"))


def test_money_is_said_in_running_text_in_capitals_and_in_yuan():
    recovered = str(sample_content("jiaxing", "recovery"))
    assert "66666.67元（大写：人民币陆万陆仟陆佰陆拾陆元陆角柒分）" in recovered
    assert "资金77.4万元" in recovered


def test_the_page_of_kinds_is_current():
    assert PAGE.read_text("utf-8") == kinds_page(), "python -m tests.notices.kinds_page"


def faults_in(folder):
    """What the slice's own part of check_policy says; the rest is asked in tests/programs."""
    source = read_pack(folder)
    return PART.check(source, frozenset(notice.name for notice in source.notices.values()))


@pytest.mark.parametrize(
    ("name", "old", "new", "said", "hint"),
    [
        ("acceptance", "{due_on}", "{due_day}", "{due_day}", "did you mean 'due_on'?"),
        ("acceptance", "预计办结日期为{due_on}", "尽快办结", "缺少必备内容", "due_on"),
        ("acceptance", "kind: acceptance", "kind: acceptence", "unknown kind", "acceptance"),
        ("acceptance", "rows: materials", "rows: material", "没有名为 material 的表", "materials"),
        ("acceptance", "[序号, 材料名称, 文件]", "[序号, 材料名称]", "有 3 栏", ""),
        ("acceptance", "{contact}", "{contact", "花括号没有成对", "{name}"),
        ("acceptance", "[science_bureau]", "[science_buro]", "unknown organ", "science_bureau"),
        ("acceptance", "嘉科受示", "JKS", "no series of numbers", "Chinese characters"),
        ("acceptance", "format: form", "format: letter", "不用这一版式", "form"),
        ("acceptance", "收悉。经审查", "收悉\U00032f87。经审查", "U+32F87", ""),
        ("fast_lane", "series: 嘉人才示\n", "", "no document code", "series"),
        ("half_year_report", 'signer: "{signer}"\n', "", "签发人", "{signer}"),
        ("non_acceptance", '  - paragraph: "{remedy}"\n', "", "缺少必备内容", "remedy"),
    ],
)
def test_a_fault_of_a_template_is_told_with_file_line_and_way_out(
    tmp_path, name, old, new, said, hint
):
    folder = copied("jiaxing", tmp_path)
    spoil(folder, f"notices/{name}.yaml", old, new)
    found = [issue for issue in faults_in(folder) if said in issue.message]
    assert found, [packs.as_text(issue) for issue in faults_in(folder)]
    assert found[0].file == f"notices/{name}.yaml"
    assert found[0].line > 0
    assert hint in found[0].hint


def test_a_kind_without_template_is_named(tmp_path):
    folder = copied("jiaxing", tmp_path)
    (folder / "notices" / "plaque.yaml").unlink()
    issues = faults_in(folder)
    assert [(i.key, i.hint) for i in issues] == [("plaque", "add notices/plaque.yaml")]


def test_a_filing_that_says_it_recognises_is_refused(tmp_path):
    folder = copied("mudanjiang", tmp_path)
    spoil(folder, "notices/recognition_refused.yaml", "决定不予备案", "决定不予认定")
    assert any("认定 of a filing" in issue.message for issue in faults_in(folder))


def test_a_sample_that_lacks_a_fact_is_named(tmp_path):
    folder = copied("jiaxing", tmp_path)
    spoil(folder, "samples/notices.yaml", 'correct_by: "2026-11-19", ', "")
    issues = faults_in(folder)
    assert any("correct_by" in issue.message for issue in issues)


def test_what_a_person_typed_is_never_a_field_nor_template_code():
    kind = all_kinds()["consultation"]
    typed = "请核实 {applicant} {{ settings.SECRET_KEY }} {% load static %} <b>"
    words = words_of(
        kind, {"consulted": "示例市局", "question": typed, "reply_by": "2026-11-30", "summary": []}
    )
    issuer = Issuer("示例市", ["示例市局"], {}, date(2026, 11, 21))
    case = {name: "甲" for name in kind.names}
    found = template("jiaxing", "consultation")
    content = compose(kind, found, Words({**case, **words.texts}, words.rows), issuer)
    assert content["body"][1]["text"] == typed


def test_every_fault_of_the_facts_is_told_at_once():
    given = {
        "consulted": 7,
        "question": "",
        "reply_by": "30.11.2026",
        "summary": [["只有一格"]],
        "secret": "x",
    }
    with pytest.raises(FactsRefused) as refusal:
        words_of(all_kinds()["consultation"], given)
    assert {fault.name for fault in refusal.value.faults} == set(given)


@pytest.mark.parametrize("amount", [1.5, "1.234", "NaN", "-1", True, "一万"])
def test_a_sum_that_is_no_exact_amount_of_yuan_is_refused(amount):
    with pytest.raises(FactsRefused) as refusal:
        words_of(all_kinds()["voucher"], {"amount": amount})
    assert "amount" in {fault.name for fault in refusal.value.faults}
