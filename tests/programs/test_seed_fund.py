"""J09, the only sum of the seeds that is a formula: 20 % of the year's free grants, at most 1,000,000."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.programs.facts import FactsError
from approvals.programs.rules import assess
from tests.programs.packs_for_tests import DAY, content_of, grant, seed_fund

CENTS = st.integers(min_value=1, max_value=2_000_000_000).map(lambda n: f"{n // 100}.{n % 100:02d}")


def assessed(*grants, **incubator):
    return assess(content_of("jiaxing", "J09"), seed_fund(*grants, **incubator), DAY)


@pytest.mark.parametrize(
    ("total", "subsidy"),
    [
        ("333333.33", "66666.67"),
        ("1000000.00", "200000.00"),
        ("3870000.00", "774000.00"),
        ("4999999.99", "1000000.00"),
        ("5000000.00", "1000000.00"),
        ("7200000.00", "1000000.00"),
    ],
)
def test_the_table_of_the_domain_paper_comes_out_to_the_cent(total, subsidy):
    assert assessed(grant(total)).amount == Decimal(subsidy)


def test_an_incubator_that_granted_nothing_has_no_case():
    found = assessed(grant("0.00"))
    assert not found.eligible
    assert found.amount is None
    assert [rule.id for rule in found.failed] == ["grants"]


def test_no_grants_at_all_are_no_case_and_no_error():
    assert not assessed().eligible


@pytest.mark.parametrize(
    ("others", "clause"),
    [
        ({"in_incubation": False}, "示例办法第十四条第一项"),
        ({"kind": "loan"}, "示例办法第十四条第二项"),
        ({"kind": "equity"}, "示例办法第十四条第二项"),
        ({"source": "other"}, "示例办法第十四条第三项"),
        ({"paid_on": "2024-12-31"}, "示例办法第十四条第四项"),
        ({"paid_on": "2026-01-01"}, "示例办法第十四条第四项"),
    ],
)
def test_a_row_that_does_not_count_is_excluded_with_its_clause(others, clause):
    found = assessed(grant("1000000.00"), grant("500000.00", **others))
    assert found.amount == Decimal("200000.00")
    assert [(entry.row, entry.clause) for entry in found.excluded] == [(2, clause)]


def test_a_row_that_fails_twice_is_listed_once_with_both_clauses():
    found = assessed(grant("1.00"), grant("2.00", kind="loan", source="other"))
    (entry,) = found.excluded
    assert entry.clause == "示例办法第十四条第二项、示例办法第十四条第三项"


@pytest.mark.parametrize("day", ["2025-01-01", "2025-12-31"])
def test_both_ends_of_the_year_count(day):
    assert assessed(grant("100.00", paid_on=day)).amount == Decimal("20.00")


@pytest.mark.parametrize("level", ["municipal", "provincial", "national"])
def test_municipal_level_and_above_includes_municipal(level):
    assert assessed(grant("100.00"), level=level).eligible


def test_a_county_incubator_and_borrowed_funds_are_both_named():
    found = assessed(grant("100.00"), level="county", own_funds=False)
    assert [rule.id for rule in found.failed] == ["level", "own_funds"]
    assert found.amount is None


def test_the_sheet_shows_the_uncapped_sum_beside_the_capped_one():
    values = {step.step: step.value for step in assessed(grant("7200000.00")).steps}
    assert values["按比例计算"] == Decimal("1440000")
    assert values["不超过最高补助额"] == Decimal("1000000")


def test_the_answer_has_exactly_the_shape_of_the_contract():
    answer = assessed(grant("387000.00"), grant("1.00", kind="loan")).as_json()
    assert list(answer) == ["eligible", "rules", "amount", "sum", "excluded"]
    assert answer["amount"] == "77400.00"
    assert set(answer["sum"][0]) == {"step", "expression", "value", "clause"}
    assert set(answer["rules"][0]) == {"id", "clause", "passed", "message"}
    assert set(answer["excluded"][0]) == {"row", "clause", "message"}


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ({"amount": 387000.5}, "grants[0].amount"),
        ({"amount": "387,000"}, "grants[0].amount"),
        ({"amount": "-1.00"}, "grants[0].amount"),
        ({"amount": "1.005"}, "grants[0].amount"),
        ({"amount": "NaN"}, "grants[0].amount"),
        ({"amount": True}, "grants[0].amount"),
        ({"paid_on": "2025-02-30"}, "grants[0].paid_on"),
        ({"paid_on": 20250630}, "grants[0].paid_on"),
        ({"kind": "gift"}, "grants[0].kind"),
        ({"in_incubation": "yes"}, "grants[0].in_incubation"),
        ({"firm": None}, "grants[0].firm"),
    ],
)
def test_a_wrong_fact_is_named_by_its_path(row, path):
    with pytest.raises(FactsError) as error:
        assessed(grant("1.00", **{}) | row)
    assert path in [fault.path for fault in error.value.faults]


def test_every_wrong_fact_is_named_at_once():
    facts = {"incubator": {"level": 3}, "year": "x", "grants": [7, {"amount": "a"}]}
    with pytest.raises(FactsError) as error:
        assess(content_of("jiaxing", "J09"), facts, DAY)
    paths = {fault.path for fault in error.value.faults}
    assert {
        "incubator.level",
        "incubator.own_funds",
        "year",
        "grants[0]",
        "grants[1].amount",
    } <= paths


@pytest.mark.parametrize("facts", [None, [], "x", 3, {}, {"grants": {}}, {"incubator": []}])
def test_facts_of_another_shape_are_refused_not_crashed_on(facts):
    with pytest.raises(FactsError):
        assess(content_of("jiaxing", "J09"), facts, DAY)


@settings(max_examples=60, deadline=None)
@given(amounts=st.lists(CENTS, min_size=1, max_size=8))
def test_the_subsidy_is_a_fifth_to_the_cent_and_never_above_the_cap(amounts):
    found = assessed(*(grant(amount) for amount in amounts))
    total = sum(map(Decimal, amounts), Decimal(0))
    fifth = (total / 5).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert found.amount == min(fifth, Decimal("1000000.00"))


@settings(max_examples=40, deadline=None)
@given(amounts=st.lists(CENTS, min_size=1, max_size=6), more=CENTS)
def test_one_more_grant_never_lowers_the_subsidy(amounts, more):
    fewer = assessed(*(grant(amount) for amount in amounts)).amount
    greater = assessed(*(grant(amount) for amount in [*amounts, more])).amount
    assert greater >= fewer


@settings(max_examples=40, deadline=None)
@given(amounts=st.lists(CENTS, min_size=2, max_size=6), data=st.data())
def test_the_order_of_the_rows_does_not_matter(amounts, data):
    shuffled = data.draw(st.permutations(amounts))
    first = assessed(*(grant(amount) for amount in amounts)).amount
    assert assessed(*(grant(amount) for amount in shuffled)).amount == first
