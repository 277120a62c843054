"""What changed between two versions: field by field, row by row, file by file; whose opinions stand."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from approvals.applications.comparing.files import FileMark
from approvals.applications.comparing.words import word_pieces
from approvals.applications.comparison import (
    Change,
    Material,
    compare,
    keys_of,
    still_valid,
    to_be_given_again,
)
from approvals.programs.form_schema import (
    AttachmentSlot,
    Choice,
    Column,
    Field,
    FormSchema,
    Section,
)

FIRMS = Field(
    "firms",
    "在孵企业",
    "table",
    columns=(
        Column("name", "企业名称", "text"),
        Column("code", "信用代码", "credit_code", required=False),
        Column("paid", "金额（元）", "money"),
    ),
)
FORM = FormSchema(
    (
        Section(
            "base",
            "基本情况",
            (
                Field("name", "名称", "text"),
                Field("area", "面积", "area", unit="平方米"),
                Field("opened", "成立日期", "date"),
                Field("legal", "独立法人", "boolean"),
                Field("kind", "类型", "choice", choices=(Choice("a", "综合"), Choice("b", "专业"))),
                Field("story", "成效", "textarea"),
                FIRMS,
            ),
        ),
    )
)
SLOTS = (AttachmentSlot("lease", "租赁合同", many=True), AttachmentSlot("licence", "营业执照"))


def between(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    return compare(Material(before), Material(after), FORM, SLOTS)


def of_files(before: list[FileMark], after: list[FileMark]) -> tuple[Change, ...]:
    return compare(Material({}, tuple(before)), Material({}, tuple(after)), FORM, SLOTS)


def test_an_area_is_told_with_thousands_and_its_unit() -> None:
    (change,) = between({"area": "6200.00"}, {"area": "12800"})
    assert (change.before, change.after) == ("6,200.00 平方米", "12,800 平方米")
    assert (change.label, change.section) == ("面积", "基本情况")


def test_the_same_figure_written_otherwise_is_no_change() -> None:
    assert not between({"area": "6200.00"}, {"area": "6200"})
    assert not between({"name": ""}, {"name": None})
    assert not between({"legal": "true"}, {"legal": True})


def test_a_choice_and_a_yes_are_told_in_words() -> None:
    kind, legal = reversed(between({"kind": "a", "legal": True}, {"kind": "b", "legal": False}))
    assert (kind.before, kind.after) == ("综合", "专业")
    assert (legal.before, legal.after) == ("是", "否")


def test_what_is_new_and_what_is_gone_are_a_dash_on_the_other_side() -> None:
    (change,) = between({}, {"opened": "2022-05-01"})
    assert (change.before, change.after) == ("—", "2022-05-01")


def test_a_long_text_shows_only_what_was_taken_out_and_put_in() -> None:
    before = "本单位设有公共实验平台一处，每年举办路演十二场，为企业提供工商服务。"
    after = "本单位设有公共实验平台两处，每年举办路演十二场，为企业提供工商、财税服务。"
    (change,) = between({"story": before}, {"story": after})
    told = [(piece.kind, piece.text) for piece in change.pieces if piece.kind != "same"]
    assert told == [("removed", "一"), ("added", "两"), ("added", "、财税")]
    assert change.inline


def test_a_number_in_a_text_is_one_word() -> None:
    pieces = word_pieces("自2026年起投入1200万元用于平台建设", "自2027年起投入1280万元用于平台建设")
    assert [p.text for p in pieces if p.kind == "removed"] == ["2026", "1200"]
    assert [p.text for p in pieces if p.kind == "added"] == ["2027", "1280"]


def test_crumbs_between_two_changes_do_not_chop_the_text() -> None:
    pieces = word_pieces("负责人为张三先生，电话在后", "负责人为李四女士，电话在后")
    assert [(p.kind, p.text) for p in pieces][1:3] == [
        ("removed", "张三先生"),
        ("added", "李四女士"),
    ]


def test_texts_that_have_nothing_in_common_are_replaced_as_wholes() -> None:
    pieces = word_pieces("甲乙丙丁戊己", "东南西北")
    assert [(p.kind, p.text) for p in pieces] == [
        ("removed", "甲乙丙丁戊己"),
        ("added", "东南西北"),
    ]


def test_a_long_passage_that_stayed_is_left_out_in_the_middle() -> None:
    rest = "每年举办路演十二场。" * 20
    pieces = word_pieces(f"一处平台。{rest}", f"两处平台。{rest}")
    left_out = [p for p in pieces if p.kind == "left_out"]
    assert len(left_out) == 1
    assert len(left_out[0].text) > 100


@given(st.text("一二三四五12.，a \n", max_size=60), st.text("一二三四五12.，a \n", max_size=60))
def test_the_pieces_of_two_texts_are_the_two_texts(before: str, after: str) -> None:
    pieces = word_pieces(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after


def firm(name: str, paid: str, code: str = "") -> dict[str, str]:
    return {"name": name, "paid": paid, "code": code}


def test_a_row_is_known_by_its_name_wherever_it_stands() -> None:
    before = [firm("甲", "100.00"), firm("乙", "200.00")]
    after = [firm("乙", "250.00"), firm("甲", "100.00")]
    (change,) = between({"firms": before}, {"firms": after})
    (row,) = change.rows
    assert (row.kind, row.number) == ("changed", 1)
    assert [(c.before, c.after) for c in row.cells if c.changed] == [("200.00", "250.00")]


def test_rows_that_only_changed_places_are_no_change() -> None:
    rows = [firm("甲", "1"), firm("乙", "2"), firm("乙", "2")]
    assert not between({"firms": rows}, {"firms": rows[::-1]})


def test_rows_come_and_go() -> None:
    (change,) = between(
        {"firms": [firm("甲", "1"), firm("乙", "2")]}, {"firms": [firm("甲", "1"), firm("丙", "3")]}
    )
    assert [(row.kind, row.name) for row in change.rows] == [("added", "丙"), ("removed", "乙")]


def test_a_renamed_row_is_recognised_by_the_rest_of_it() -> None:
    (change,) = between(
        {"firms": [firm("甲公司", "100.00", "913301")]},
        {"firms": [firm("甲有限公司", "100.00", "913301")]},
    )
    (row,) = change.rows
    assert row.kind == "changed"


def test_the_same_row_twice_counts_twice() -> None:
    (change,) = between({"firms": [firm("甲", "1")]}, {"firms": [firm("甲", "1"), firm("甲", "1")]})
    assert [row.kind for row in change.rows] == ["added"]


def test_an_added_file_and_a_removed_one() -> None:
    old, new = FileMark("lease", "旧.pdf", "a" * 64), FileMark("lease", "新.pdf", "b" * 64)
    extra = FileMark("lease", "附.pdf", "c" * 64)
    (change,) = of_files([], [new])
    assert [(f.kind, f.after.name) for f in change.files] == [("added", "新.pdf")]
    (change,) = of_files([old], [])
    assert [(f.kind, f.before.name) for f in change.files] == [("removed", "旧.pdf")]
    (change,) = of_files([old], [new, extra])
    assert sorted(f.kind for f in change.files) == ["added", "added", "removed"]


def test_a_file_that_took_anothers_place_is_told_with_both_hashes() -> None:
    old, new = FileMark("licence", "执照.pdf", "a" * 64), FileMark("licence", "执照.pdf", "b" * 64)
    (change,) = of_files([old], [new])
    (file,) = change.files
    assert (file.kind, file.before.sha256, file.after.sha256) == ("replaced", "a" * 64, "b" * 64)


def test_the_same_bytes_under_another_name_are_renamed_and_nothing_more() -> None:
    old, new = FileMark("licence", "扫描.pdf", "a" * 64), FileMark("licence", "执照.pdf", "a" * 64)
    (change,) = of_files([old], [new])
    assert [f.kind for f in change.files] == ["renamed"]


def test_answers_nobody_asks_for_are_left_out() -> None:
    assert not between({"unknown": 1}, {"unknown": 2})


def test_broken_stored_values_are_compared_as_they_are() -> None:
    assert keys_of(between({"area": "很大", "firms": "?"}, {"area": "6200", "firms": []})) == {
        "area"
    }


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text("甲乙丙", max_size=4),
        "area": st.sampled_from(["1", "1.00", "2", ""]),
        "legal": st.sampled_from([True, False, None]),
        "kind": st.sampled_from(["a", "b", ""]),
        "firms": st.lists(
            st.builds(firm, st.sampled_from("甲乙丙"), st.sampled_from(["1", "2"])), max_size=3
        ),
    },
)
FILES = st.lists(
    st.builds(
        FileMark,
        st.sampled_from(["lease", "licence"]),
        st.sampled_from(["一.pdf", "二.pdf"]),
        st.sampled_from(["a" * 64, "b" * 64]),
    ),
    max_size=3,
)
MATERIALS = st.builds(lambda data, files: Material(data, tuple(files)), ANSWERS, FILES)
KEYS = [*(field.key for field in FORM.fields()), *(slot.key for slot in SLOTS)]


@given(MATERIALS)
def test_nothing_differs_from_itself(material: Material) -> None:
    assert not compare(material, material, FORM, SLOTS)


@given(MATERIALS, MATERIALS)
def test_a_difference_is_seen_from_both_sides(one: Material, other: Material) -> None:
    there = keys_of(compare(one, other, FORM, SLOTS))
    assert there == keys_of(compare(other, one, FORM, SLOTS))


OPINIONS = st.dictionaries(
    st.integers(1, 9),
    st.tuples(
        st.integers(1, 3),
        st.one_of(st.none(), st.frozensets(st.sampled_from(KEYS), min_size=1)),
    ),
)


@given(st.lists(MATERIALS, min_size=3, max_size=3), OPINIONS)
def test_the_opinions_to_be_given_again_are_those_that_relied_on_what_changed(
    versions: list[Material], opinions: dict[int, tuple[int, frozenset[str] | None]]
) -> None:
    """B8: for random edits, exactly the opinions whose relied-on fields differ from today's."""
    now = versions[-1]
    changes = {
        number: keys_of(compare(material, now, FORM, SLOTS))
        for number, material in enumerate(versions, 1)
    }
    again = to_be_given_again(opinions, changes)
    for name, (version, relies_on) in opinions.items():
        relied = set(KEYS) if relies_on is None else set(relies_on)
        alone = keys_of(_only(versions[version - 1], now, relied))
        assert (name in again) == bool(alone)
        assert still_valid(version, relies_on, changes) != bool(alone)


def _only(before: Material, after: Material, keys: set[str]) -> tuple[Change, ...]:
    """Compared as if the program asked for nothing else."""
    section = FORM.sections[0]
    fields = tuple(field for field in section.fields if field.key in keys)
    form = FormSchema((Section(section.key, section.title, fields),))
    return compare(before, after, form, [slot for slot in SLOTS if slot.key in keys])


def test_what_was_changed_and_changed_back_does_not_shake_an_opinion() -> None:
    first, second = {"name": "甲", "area": "1"}, {"name": "乙", "area": "1"}
    changes = {1: keys_of(between(first, first)), 2: keys_of(between(second, first))}
    assert still_valid(1, None, changes)
    assert not still_valid(2, None, changes)
    assert still_valid(2, {"area"}, changes)
