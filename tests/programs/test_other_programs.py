"""Recognition, filing, vouchers and the promotion award, each by its own figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from approvals.programs import facts
from approvals.programs.form_schema import form_of
from approvals.programs.rules import assess
from tests.programs.packs_for_tests import DAY, POLICIES, content_of

INCUBATOR = {
    "legal_person": True,
    "operation_started": "2022-05-01",
    "area": "5000.00",
    "incubation_area": "3750.00",
    "tenure": "lease",
    "lease_years": 3,
    "staff": 5,
    "college_staff": 4,
    "incubation_staff": 3,
    "head_full_time": True,
    "firms": 20,
    "entry_rules": True,
    "graduation_rules": True,
    "exit_rules": True,
}


def recognised(**others):
    return assess(content_of("jiaxing", "J03"), {**INCUBATOR, **others}, DAY)


def test_an_incubator_on_every_threshold_is_eligible():
    assert recognised().eligible
    assert recognised().amount is None


@pytest.mark.parametrize(
    ("others", "rule"),
    [
        ({"legal_person": False}, "legal_person"),
        ({"operation_started": "2025-11-22"}, "operation"),
        ({"area": "4999.99", "incubation_area": "4999.99"}, "area"),
        ({"incubation_area": "3749.99"}, "incubation_share"),
        ({"incubation_area": "5000.01"}, "incubation_share"),
        ({"lease_years": 2}, "lease"),
        ({"lease_years": None}, "lease"),
        ({"staff": 4, "college_staff": 4, "incubation_staff": 3}, "staff"),
        ({"college_staff": 3}, "college_share"),
        ({"incubation_staff": 2}, "incubation_staff"),
        ({"head_full_time": False}, "head"),
        ({"firms": 19}, "firms"),
        ({"exit_rules": False}, "rules"),
    ],
)
def test_a_hair_below_a_threshold_fails_that_condition_only(others, rule):
    failed = recognised(**others).failed
    assert [entry.id for entry in failed] == [rule]
    assert failed[0].clause.startswith("示例办法第")


def test_a_failed_condition_says_what_was_found_and_what_is_asked():
    (rule,) = recognised(area="4800", incubation_area="4800").failed
    assert rule.message == "可自主支配场地面积为4800平方米，低于5000平方米"


def test_an_owner_needs_no_lease():
    assert recognised(tenure="own", lease_years=None).eligible


def test_the_first_anniversary_counts_as_a_year_of_operation():
    assert recognised(operation_started="2025-11-21").eligible


def service(price="30000.00", **others):
    row = {
        "related": False,
        "statutory": False,
        "completed": True,
        "funded": False,
        "invoiced_on": "2026-11-01",
        "price": price,
    }
    return {**row, **others}


def claimed(*services, city="jiaxing", code="J08", **others):
    case = {"in_incubation": True, "balance": "50000.00", "used_this_year": "0.00"}
    return assess(content_of(city, code), {**case, **others, "services": list(services)}, DAY)


@pytest.mark.parametrize(
    ("price", "payable"),
    [
        ("8000.00", "8000.00"),
        ("10000.00", "10000.00"),
        ("30000.00", "20000.00"),
        ("200000.00", "20000.00"),
    ],
)
def test_a_voucher_pays_all_of_the_first_part_half_of_the_rest_up_to_its_limit(price, payable):
    assert claimed(service(price)).amount == Decimal(payable)


def test_the_ratio_comes_before_the_caps():
    steps = claimed(service("200000.00")).steps
    assert [step.value for step in steps][:2] == [Decimal("105000"), Decimal("20000")]


def test_what_is_left_of_the_year_limits_the_claim():
    assert claimed(service(), used_this_year="95000.00").amount == Decimal("5000.00")


def test_a_used_up_year_is_named():
    assert [r.id for r in claimed(service(), used_this_year="100000.00").failed] == ["year"]


@pytest.mark.parametrize(
    "others",
    [
        {"related": True},
        {"statutory": True},
        {"funded": True},
        {"completed": False},
        {"invoiced_on": "2025-11-20"},
        {"invoiced_on": "2026-11-22"},
    ],
)
def test_a_service_that_may_not_be_paid_is_excluded(others):
    found = claimed(service("5000.00"), service(**others))
    assert found.amount == Decimal("5000.00")
    assert [entry.row for entry in found.excluded] == [2]


def test_the_other_city_pays_by_its_own_figures():
    assert claimed(
        service("8000.00"), city="mudanjiang", code="MV", balance="30000.00"
    ).amount == Decimal("6200.00")


def promoted(**others):
    case = {
        "level": "provincial",
        "recognised_on": "2026-06-30",
        "received": "0.00",
        "same_level_award": False,
    }
    return assess(content_of("mudanjiang", "M12f"), {**case, **others}, DAY)


def test_a_step_up_pays_the_difference():
    assert promoted().amount == Decimal("200000.00")
    assert promoted(received="50000.00").amount == Decimal("150000.00")
    assert promoted(level="national", received="200000.00").amount == Decimal("300000.00")


def test_nothing_left_to_pay_is_no_case():
    assert [rule.id for rule in promoted(received="200000.00").failed] == ["difference"]


def test_a_late_claim_is_named():
    assert [rule.id for rule in promoted(recognised_on="2024-11-20").failed] == ["term"]


def test_form_answers_become_facts_of_the_contracts_shape():
    content = content_of("jiaxing", "J09")
    row = {
        "firm": "甲",
        "in_incubation": True,
        "kind": "grant",
        "source": "own",
        "paid_on": "2025-06-30",
        "amount": "5.00",
    }
    data = {"level": "municipal", "own_funds": True, "year": 2025, "grants": [row], "effect": "好"}
    given = facts.from_form(content, data)
    assert given["incubator"] == {"level": "municipal", "own_funds": True}
    assert given["grants"] == [row]
    assert assess(content, given, DAY).amount == Decimal("1.00")


@pytest.mark.parametrize(
    "path", sorted(POLICIES.glob("*/programs/*.yaml")), ids=lambda path: path.stem
)
def test_every_program_is_open_today_and_asks_in_words(path):
    content = content_of(path.parent.parent.name, path.stem)
    assert any(w["opens"] <= DAY.isoformat() <= w["closes"] for w in content["windows"])
    assert all(field.label for field in form_of(content).fields())
    assert content["specimen"] is True
    assert "示例" in content["legal_basis"]["number"]


@pytest.mark.parametrize(
    "path", sorted(POLICIES.glob("*/programs/*.yaml")), ids=lambda path: path.stem
)
def test_every_figure_says_where_it_comes_from(path):
    content = content_of(path.parent.parent.name, path.stem)
    for name, parameter in content.get("parameters", {}).items():
        assert parameter["provenance"], name


def test_the_example_sums_are_worked_out_by_the_rules():
    for path in POLICIES.glob("*/programs/*.yaml"):
        content = content_of(path.parent.parent.name, path.stem)
        for example in (content.get("amount") or {}).get("examples", ()):
            found = assess(content, example["facts"], date(2026, 11, 21))
            assert found.eligible, path.stem
