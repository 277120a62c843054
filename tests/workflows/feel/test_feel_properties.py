"""FEEL under random text and random data: it refuses or answers, and never breaks."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.feel import FeelError, parse, to_data

PIECES = [
    *"()[],+-*/=<>", "**", "..", "<=", ">=", "!=", " and ", " or ", " in ", " between ", "if ", " then ", " else ",
    "not(", "list contains(", "sum(", "min(", "date(", "duration(", "decimal(", "null", "true", "1", "2.5", "0",
    '"甲"', '"P1D"', '"2025-01-31"', "x", "县", " ",
]  # fmt: skip
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=40), DATA, DATA
)
def test_any_text_is_refused_with_a_column_or_has_a_value(
    text: str, x: object, county: object
) -> None:
    column = 1
    try:
        to_data(parse(text).evaluate({"x": x, "县": county}))
    except FeelError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1


MONEY = st.decimals(-(10**12), 10**12, places=2)


@settings(max_examples=200, deadline=None)
@given(MONEY, MONEY, st.sampled_from("+-*"))
def test_money_is_exact(a: Decimal, b: Decimal, operator: str) -> None:
    exact = {"+": a + b, "-": a - b, "*": a * b}[operator]
    assert parse(f"a {operator} b").evaluate({"a": a, "b": b}) == exact


@settings(max_examples=100, deadline=None)
@given(st.lists(MONEY, min_size=1, max_size=50))
def test_a_sum_does_not_depend_on_the_order(amounts: list[Decimal]) -> None:
    total = parse("sum(x)")
    assert total.evaluate({"x": amounts}) == total.evaluate({"x": amounts[::-1]}) == sum(amounts)


ORDERED = st.integers(-5, 5) | st.none() | st.text("ab", max_size=1)


@settings(max_examples=300, deadline=None)
@given(ORDERED, ORDERED, ORDERED)
def test_between_is_the_conjunction_of_two_comparisons(
    x: object, low: object, high: object
) -> None:
    data = {"x": x, "low": low, "high": high}
    both = parse("x >= low and x <= high").evaluate(data)
    assert parse("x between low and high").evaluate(data) is both
    assert parse("x in [low..high]").evaluate(data) is both


@settings(max_examples=200, deadline=None)
@given(ORDERED, ORDERED)
def test_not_turns_a_comparison_round(a: object, b: object) -> None:
    data = {"a": a, "b": b}
    assert parse("not(a = b)").evaluate(data) is parse("a != b").evaluate(data)
    assert parse("not(a < b)").evaluate(data) is parse("a >= b").evaluate(data)
