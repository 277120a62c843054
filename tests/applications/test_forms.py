"""The online form: every type reads what people type, and hostile input is an error, not a crash."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.applications.forms.sections import SectionForm, stored_as_posted, with_row_change
from approvals.applications.forms.values import display, read_day, read_number
from approvals.programs.form_schema import FIELD_TYPES, Choice, Column, Field, Section

_CHOICES = (Choice("a", "甲"), Choice("b", "乙"))
_TYPES = sorted(FIELD_TYPES - {"table", "people"})
_COLUMNS = tuple(
    Column(kind, f"列{kind}", kind, choices=_CHOICES)
    for kind in ("text", "money", "date", "choice")
)
EVERYTHING = Section(
    "all",
    "全部",
    (
        *(Field(f"f_{kind}", f"项{kind}", kind, choices=_CHOICES) for kind in _TYPES),
        Field("rows", "表", "table", columns=_COLUMNS, min_rows=1, max_rows=3),
    ),
)
NAMES = [
    *(f"f_{kind}" for kind in _TYPES),
    *(f"rows-{row}-{column.key}" for row in range(3) for column in _COLUMNS),
    "rows-rows",
    "add_row",
    "remove_row",
]


def _posted(entries: dict[str, list[str]]) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, values in entries.items():
        posted.setlist(name, values)
    return posted


@given(
    st.dictionaries(
        st.sampled_from(NAMES), st.lists(st.text(max_size=40), min_size=1, max_size=3), max_size=12
    )
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_posted_is_answered_and_can_be_stored_and_shown_again(entries):
    posted = _posted(entries)
    changed = with_row_change(posted, EVERYTHING)
    form = SectionForm(EVERYTHING, changed if changed is not None else posted, required=True)
    answers = form.answers()
    json.dumps(answers, allow_nan=False).encode("utf-8")
    assert "\\u0000" not in json.dumps(answers)
    form.problems()
    again = SectionForm(EVERYTHING, stored_as_posted(EVERYTHING, answers))
    again.is_valid()
    for field in EVERYTHING.fields:
        if field.type != "table":
            display(field, answers.get(field.key))


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False))
def test_money_goes_in_and_out_exactly(amount):
    text = format(amount, "f")
    field = Field("m", "金额", "money")
    section = Section("s", "节", (field,))
    answers = SectionForm(section, {"m": f"{amount:,f}"}).answers()
    assert answers["m"] == text
    assert SectionForm(section, stored_as_posted(section, answers)).answers() == answers


@pytest.mark.parametrize("text", ["1e5", "NaN", "Infinity", "--1", "1.2.3", "٣", "0x10", "1" * 30])
def test_odd_numbers_are_refused(text):
    with pytest.raises(ValidationError):
        read_number(text)


def test_figures_are_read_as_people_write_them():
    assert read_number("１，２３４．５") == Decimal("1234.5")
    assert read_number(" 1 000 ") == Decimal("1000")


@pytest.mark.parametrize(
    "text", ["2026-03-31", "2026/3/31", "2026.3.31", "2026年3月31日", "20260331", "２０２６-3-31"]
)
def test_days_are_read_as_people_write_them(text):
    assert read_day(text) == date(2026, 3, 31)


@pytest.mark.parametrize("text", ["2026-02-29", "2026-13-01", "昨天", "0000-01-01", "2026-3"])
def test_days_that_do_not_exist_are_refused(text):
    with pytest.raises(ValidationError):
        read_day(text)


def test_traditional_and_rare_names_stay_as_typed():
    section = Section("s", "节", (Field("name", "名称", "text"),))
    assert SectionForm(section, {"name": "嘉興臺灣䶮𬭎"}).answers() == {"name": "嘉興臺灣䶮𬭎"}


def test_an_invisible_character_is_named_by_its_code_point():
    section = Section("s", "节", (Field("name", "名称", "text"),))
    form = SectionForm(section, {"name": "张\u202e三"})
    ((_anchor, label, message),) = form.problems() if not form.is_valid() else ()
    assert label == "名称"
    assert "U+202E" in message


def test_a_wrong_credit_code_is_an_error_with_the_way_out():
    section = Section("s", "节", (Field("code", "代码", "credit_code"),))
    form = SectionForm(section, {"code": "913304000000000000"})
    assert not form.is_valid()
    assert form.answers() == {"code": "913304000000000000"}


def test_missing_cells_of_a_begun_row_are_found_only_when_filing():
    posted = {"rows-rows": "2", "rows-0-text": "甲"}
    section = Section("s", "节", (EVERYTHING.fields[-1],))
    assert SectionForm(section, posted).is_valid()
    form = SectionForm(section, posted, required=True)
    assert not form.is_valid()
    anchors = {anchor for anchor, _label, _message in form.problems()}
    assert "id_rows-0-money" in anchors
    assert "id_rows-1-text" not in anchors


def test_too_few_rows_are_linked_to_the_table():
    section = Section("s", "节", (EVERYTHING.fields[-1],))
    form = SectionForm(section, {}, required=True)
    assert not form.is_valid()
    assert [problem[0] for problem in form.problems()] == ["table_rows"]
