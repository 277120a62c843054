"""The search language: what is understood, and what the person is told when it is not."""

from __future__ import annotations

from contextlib import suppress

import pytest

from approvals.worklist.language import SearchRefused, Term, parse


def told(text: str) -> str:
    with pytest.raises(SearchRefused) as refused:
        parse(text)
    return str(refused.value)


def asked(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(term.key, term.values) for term in parse(text)]


def test_terms_have_a_word_and_a_value_and_the_rest_is_free_text() -> None:
    assert asked(
        '项目:J03 县区:南湖 阶段:受理 到期:<3 承办:我 企业:"星辰 科技" 编号:JX-J03 星辰'
    ) == [
        ("program", ("J03",)),
        ("county", ("南湖",)),
        ("phase", ("受理",)),
        ("due", ("<3",)),
        ("holder", ("我",)),
        ("applicant", ("星辰 科技",)),
        ("number", ("JX-J03",)),
        ("", ("星辰",)),
    ]


def test_english_words_mean_the_same() -> None:
    words = "program:a county:b phase:c due:<3 holder:me applicant:d number:e"
    assert [term.key for term in parse(words)] == [
        "program", "county", "phase", "due", "holder", "applicant", "number",
    ]  # fmt: skip


def test_full_width_signs_and_a_space_behind_the_colon_are_understood() -> None:
    assert asked("县区：南湖，秀洲　到期: ＜3 企业：“星辰 科技”") == [
        ("county", ("南湖", "秀洲")),
        ("due", ("<3",)),
        ("applicant", ("星辰 科技",)),
    ]


def test_nothing_asks_for_nothing() -> None:
    assert parse("") == parse("  　") == parse('""') == ()


def test_quotes_keep_colons_and_commas() -> None:
    assert parse('"甲:乙,丙"') == (Term("", ("甲:乙,丙",), '"甲:乙,丙"'),)


def test_an_unknown_word_is_named_with_the_words_there_are() -> None:
    sentence = told("县去:南湖")
    assert "县去:" in sentence
    assert "县区" in sentence
    assert "引号" in sentence


def test_a_word_without_a_value_is_told_an_example() -> None:
    assert "“阶段:”后面缺少内容，例如 阶段:受理" in told("阶段:")


def test_an_open_quote_is_named() -> None:
    assert '“"星辰 科技”的引号没有配对' in told('企业:"星辰 科技')


def test_a_word_twice_is_told_to_use_a_comma() -> None:
    assert "县区:甲,乙" in told("县区:南湖 县区:秀洲")


def test_every_fault_is_told_at_once() -> None:
    sentence = told("县去:南湖 阶段:")
    assert "县去:" in sentence
    assert "阶段:" in sentence


def test_too_long_and_too_many_are_refused() -> None:
    assert "300" in told("长" * 301)
    assert "12" in told(" ".join(f"词{number}" for number in range(13)))


@pytest.mark.parametrize(
    "text", [",", ":", "::", "a:b:c", ",,县区:,", "\x00", '县区:"', "'; --", "%_!"]
)
def test_no_text_is_an_error_of_ours(text: str) -> None:
    """It is understood, or refused with a sentence."""
    with suppress(SearchRefused):
        parse(text)
