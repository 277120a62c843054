"""The schema of a content document: every fault at once, with a way out."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.content import CAPS, validate

from .conftest import SAMPLES, sample


def faults(**changes):
    return {error.path: error for error in validate({**sample("document"), **changes})}


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_the_samples_are_valid(path):
    assert validate(sample(path.stem)) == []


def test_all_faults_are_told_at_once():
    found = faults(
        format="memo", title="", date="21.11.2026", number="示科[2026]01号", colour="red"
    )
    assert set(found) == {"format", "title", "date", "number", "colour"}
    assert all(error.rule and error.way_out for error in found.values())


def test_null_is_no_title_no_addressee_and_nobody_issues_nothing():
    found = faults(title=None, addressees=[None], organs=[])
    assert set(found) == {"title", "addressees[0]", "organs"}


def test_a_row_without_cells_does_not_fit_its_header():
    table = {"kind": "table", "header": ["企业"], "rows": [["甲"], []]}
    assert set(faults(body=[table])) == {"body[0].rows[1]"}


@pytest.mark.parametrize("key", ["secrecy", "密级", "保密期限"])
def test_secret_matter_is_refused(key):
    assert "国家秘密" in faults(**{key: "秘密★5年"})[key].rule


@pytest.mark.parametrize("text", ["秘密★5年", "机密★长期", "密级：绝密"])
def test_a_printed_mark_of_secrecy_is_refused(text):
    assert "国家秘密" in faults(body=[{"kind": "paragraph", "text": text}])["body[0].text"].rule


def test_parts_of_another_format_are_refused():
    found = faults(attendance={"present": ["甲"]}, validity="长期", plaque={"width_mm": 600})
    assert set(found) == {"attendance", "validity", "plaque"}


@pytest.mark.parametrize("width", [10, 9000, 600.5, "600", True])
def test_a_plaque_of_no_sensible_size_is_refused(width):
    content = {**sample("plaque"), "plaque": {"width_mm": width}}
    assert [error.path for error in validate(content)] == ["plaque.width_mm"]


def test_a_plaque_too_narrow_for_letters_is_refused():
    content = {**sample("plaque"), "plaque": {"width_mm": 200, "height_mm": 1500}}
    assert [error.path for error in validate(content)] == ["plaque.height_mm"]
    assert validate({**content, "plaque": {"width_mm": 200, "height_mm": 400}}) == []


def test_a_list_of_signers_is_capped_and_holds_names():
    assert faults(signer=["甲", "乙"]) == {}
    assert set(faults(signer=["甲", 3])) == {"signer[1]"}
    assert set(faults(signer=["甲"] * 7)) == {"signer"}


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\u202e", "\u2066", "\ue000", "\u200b", "\U000f0000", "\n"]
)
def test_characters_that_hide_or_turn_text_are_refused(character):
    body = [{"kind": "paragraph", "text": f"同意{character}认定"}]
    assert f"U+{ord(character):04X}" in faults(body=body)["body[0].text"].rule


@pytest.mark.parametrize(
    "number",
    [
        *("示科〔2026〕01号", "示科【2026】1号", "示科〔26〕1号", "第1号"),
        *("示科〔2026〕1号\n", "示科〔20２6〕1号", "示科〔2026〕1１号", 0),
    ],
)
def test_numbers_follow_the_standard(number):
    assert "number" in faults(number=number)


@pytest.mark.parametrize("copy_no", ["00012", "０００００１", "000001\n"])
def test_a_copy_number_has_six_plain_digits(copy_no):
    assert "copy_no" in faults(copy_no=copy_no)


@pytest.mark.parametrize("day", ["20261121", "2026-W47-6", "2026-02-30", "２026-11-21"])
def test_a_day_is_written_in_one_way(day):
    found = faults(date=day, imprint={"printed_by": "示例市局", "printed_on": day})
    assert set(found) == {"date", "imprint.printed_on"}


def test_null_is_no_organ_and_no_signer():
    assert set(faults(organs=[None], signer=[None])) == {"organs[0]", "signer[0]"}


def test_a_paper_names_its_organ_and_a_table_its_columns():
    table = {"kind": "table", "header": [], "rows": [[]]}
    assert set(faults(organs=[], body=[table])) == {"organs", "body[0].header"}


@pytest.mark.parametrize("key", ["addressees", "annexes", "number", "imprint"])
@pytest.mark.parametrize("value", [0, False, {}])
def test_what_is_empty_but_of_another_kind_is_told(key, value):
    assert any(path.startswith(key) for path in faults(**{key: value}))


@pytest.mark.parametrize("row", [[], ["1"], ["1", "甲", "乙"]])
def test_each_table_row_has_a_cell_for_each_column(row):
    body = [{"kind": "table", "header": ["序号", "单位"], "rows": [row]}]
    assert set(faults(body=body)) == {"body[0].rows[0]"}


def test_a_table_row_must_fit_its_header():
    body = [{"kind": "table", "header": ["序号", "单位"], "rows": [["1"], ["2", "甲"]]}]
    assert set(faults(body=body)) == {"body[0].rows[0]"}


def test_long_tables_and_texts_are_capped():
    rows = [["1"]] * (CAPS.rows + 1)
    body = [
        {"kind": "table", "header": ["序号"], "rows": rows},
        {"kind": "paragraph", "text": "长" * (CAPS.paragraph + 1)},
    ]
    assert set(faults(body=body)) == {"body[0].rows", "body[1].text"}
    many = [{"kind": "paragraph", "text": "长" * CAPS.paragraph}] * 61
    assert "$" in faults(body=many)


def test_many_empty_cells_are_capped_over_all_tables():
    table = {"kind": "table", "header": ["甲"] * 12, "rows": [[""] * 12] * 1000}
    assert "$" in faults(body=[table] * 2)
    assert "$" in faults(annexes=[{"title": "表", "body": [table]}] * 2)
    assert faults(body=[table]) == {}


def test_more_names_than_the_imprint_holds_are_refused_with_a_way_out():
    """What page 1 cannot hold moves to 版记; 60 long names would run off the paper there."""
    firms = [f"示例市第{number}科技企业孵化器运营管理有限公司" for number in range(60)]
    assert "各有关单位" in faults(addressees=firms)["addressees"].way_out
    imprint = {**sample("document")["imprint"], "copies_to": firms[:40]}
    assert set(faults(imprint=imprint)) == {"imprint.copies_to"}
    assert faults(addressees=firms[:30]) == {}
    assert validate({**sample("form"), "addressees": firms}) == []


def test_a_drawn_seal_is_for_invented_organs_only():
    assert "seal" in faults(seal="sample", organs=["嘉兴市科学技术局"])
    assert "seal" not in faults(seal="sample")


def test_a_draft_carries_no_number():
    assert "number" in faults(draft=True)
    assert faults(draft=True, number=None) == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(key=st.sampled_from(sorted(sample("document"))), value=json_values)
def test_nonsense_is_told_never_raised(key, value):
    content = copy.deepcopy(sample("document"))
    content[key] = value
    for error in validate(content):
        assert str(error)


@given(json_values)
def test_nonsense_instead_of_a_document_is_told(value):
    assert isinstance(validate(value), list)
