"""Notices: plain substitution from a closed list, complete or refused, valid as content documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.programs import notices
from approvals.programs.filling import FillingError, fill
from approvals.programs.models import Program
from approvals.programs.rules import assess
from documents.content import validate
from tests.programs.packs_for_tests import DAY, POLICIES, content_of, grant, seed_fund

PROGRAMS = [(p.parent.parent.name, p.stem) for p in sorted(POLICIES.glob("*/programs/*.yaml"))]


def program(city="jiaxing", code="J09"):
    return Program(city=city, code=code, content=content_of(city, code))


def fields_for(found, verdict, **others):
    """Every field the template asks for, with plain words."""
    names = notices.names_of(found.content, verdict)
    given = {name: f"〈{name}〉" for name in names}
    template = notices.notice_of(found.content, verdict)
    blocks = [*template["body"], *(b for a in template.get("annexes", ()) for b in a["body"])]
    for table in (block["table"] for block in blocks if "table" in block):
        given[table["rows"]] = [["字"] * len(table["header"])]
    organs = [f"示例市{key}" for key in notices.organ_keys(found.content, verdict)]
    return {
        **given,
        "organ_names": organs,
        "date": "2026-11-21",
        "printed_by": "示例市局办公室",
        **others,
    }


@pytest.mark.parametrize("verdict", ["approved", "refused"])
@pytest.mark.parametrize(("city", "code"), PROGRAMS)
def test_every_notice_comes_out_as_a_valid_content_document(city, code, verdict):
    found = program(city, code)
    content = notices.compose(found, verdict, fields_for(found, verdict))
    assert validate(content) == []
    assert content["specimen"] is True
    assert content["number"] is None
    assert "{" not in str(content["title"]) + str([b.get("text") for b in content["body"]])


@pytest.mark.parametrize(("city", "code"), PROGRAMS)
def test_money_is_told_jointly_and_refusals_by_the_bureau_alone(city, code):
    content = content_of(city, code)
    joint = (
        ("finance_bureau", "science_bureau")
        if content["kind"] != "recognition"
        else ("science_bureau",)
    )
    assert notices.organ_keys(content, "approved") == joint
    assert notices.organ_keys(content, "refused") == ("science_bureau",)


def test_the_filing_of_a_makerspace_is_never_called_a_recognition():
    found = program("mudanjiang", "M02")
    for verdict in ("approved", "refused"):
        content = notices.compose(found, verdict, fields_for(found, verdict))
        assert "备案" in content["title"]
        assert "认定" not in str(content)


def test_a_missing_field_is_named():
    found = program()
    fields = fields_for(found, "refused")
    del fields["remedy"]
    with pytest.raises(FillingError, match="remedy"):
        notices.compose(found, "refused", fields)


def test_missing_rows_are_named():
    found = program()
    fields = fields_for(found, "approved")
    del fields["sum"]
    with pytest.raises(FillingError, match="sum"):
        notices.compose(found, "approved", fields)


def test_an_unknown_verdict_and_a_wrong_number_of_organs_are_refused():
    found = program()
    with pytest.raises(FillingError, match="conditional"):
        notices.compose(found, "conditional", {})
    with pytest.raises(FillingError, match="2 organs"):
        notices.compose(found, "approved", fields_for(found, "approved", organ_names=["示例市局"]))


def test_empty_paragraphs_tables_and_addressees_are_left_out():
    found = program()
    full = notices.compose(found, "refused", fields_for(found, "refused"))
    fields = fields_for(found, "refused", conclusion="", reasons=[], county="")
    content = notices.compose(found, "refused", fields)
    assert len(content["body"]) == len(full["body"]) - 2
    assert content["imprint"]["copies_to"] == []


def test_an_applicants_text_in_braces_stays_text():
    found = program()
    fields = fields_for(found, "refused", applicant="{remedy}公司{{x}}")
    content = notices.compose(found, "refused", fields)
    assert content["addressees"] == ["{remedy}公司{{x}}"]


def test_the_calculation_sheet_shows_each_step_and_what_does_not_count():
    content = content_of("jiaxing", "J09")
    found = assess(content, seed_fund(grant("7200000.00"), grant("5.00", kind="loan")), DAY)
    rows = notices.sum_rows(found)
    assert rows[1] == ["按比例计算", "7200000.00 × 20%", "1440000.00", "示例办法第十三条第一款"]
    assert rows[2][2] == "1000000.00"
    assert notices.excluded_rows(found)[0][0] == "2"


def test_findings_say_what_holds_and_what_does_not():
    content = content_of("jiaxing", "J09")
    found = assess(content, seed_fund(grant("5.00"), level="county"), DAY)
    assert [row[2] for row in notices.requirement_rows(found)] == [
        "申请人不是市级以上科技企业孵化器",
        "符合",
        "符合",
    ]
    assert len(notices.reason_rows(found)) == 1


def test_answers_are_told_in_the_words_of_the_form():
    content = content_of("mudanjiang", "M02")
    data = {
        "service_group": ["workers", "women"],
        "area": "820.00",
        "separate_operator": True,
        "staff": 5,
    }
    told = notices.form_fields(content, data)
    assert told["service_group"] == "职工、妇女"
    assert told["area"] == "820"
    assert told["separate_operator"] == "是"
    assert told["makerspace_name"] == "未填"


@given(st.text(max_size=200))
def test_any_text_is_filled_or_refused_never_crashed_on(text):
    try:
        filled = fill(text, {"a": "甲"})
    except FillingError:
        return
    assert "{a}" not in filled


def test_a_lone_brace_is_refused():
    with pytest.raises(FillingError, match="brace"):
        fill("甲{乙", {})
