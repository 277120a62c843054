"""The public catalogue: what a stranger sees before he has an account."""

from __future__ import annotations

from datetime import datetime

import pytest

import clock

pytestmark = pytest.mark.django_db

FIGURES = {
    "legal_person": "true",
    "operation_started": "2022-05-01",
    "area": "6200",
    "incubation_area": "5100.00",
    "tenure": "own",
    "lease_years": "",
    "staff": "8",
    "college_staff": "7",
    "incubation_staff": "4",
    "head_full_time": "true",
    "firms": "26",
    "entry_rules": "true",
    "graduation_rules": "true",
    "exit_rules": "true",
}
CHECK = "/programs/jiaxing/J03/check/"


def test_the_catalogue_lists_both_cities_in_a_constant_number_of_queries(
    client, django_assert_num_queries
):
    with django_assert_num_queries(2):
        page = client.get("/programs/").content.decode()
    for words in (
        "嘉兴市科技企业孵化器认定",
        "牡丹江市众创空间备案",
        "申报中",
        "/applications/new/jiaxing/J09/",
    ):
        assert words in page


@pytest.mark.parametrize(
    "code",
    [
        "jiaxing/J03",
        "jiaxing/J08",
        "jiaxing/J09",
        "mudanjiang/M02",
        "mudanjiang/M12f",
        "mudanjiang/MV",
    ],
)
def test_a_guide_tells_conditions_with_clauses_and_material(
    client, django_assert_num_queries, code
):
    with django_assert_num_queries(1):
        page = client.get(f"/programs/{code}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "示例办法第" in text
    assert "申报材料" in text
    assert "{" not in text.split("<main", 1)[-1].split("</main>", 1)[0]


def test_the_guide_of_the_seed_fund_works_out_an_example(client):
    page = client.get("/programs/jiaxing/J09/").content.decode()
    assert "774000.00" in page
    assert "3870000.00 × 20%" in page


def test_a_closed_call_says_when_and_offers_no_filing(client):
    with clock.at(datetime(2028, 1, 3, 9, tzinfo=clock.BEIJING)):
        page = client.get("/programs/jiaxing/J09/").content.decode()
    assert "目前不在申报期内" in page
    assert "/applications/new/" not in page


@pytest.mark.parametrize("address", ["jiaxing/J99/", "nowhere/J09/", "jiaxing/J99/check/"])
def test_an_unknown_program_is_not_found(client, address):
    assert client.get(f"/programs/{address}").status_code == 404


def test_the_self_check_passes_good_figures_without_log_in(client):
    page = client.post(CHECK, FIGURES).content.decode()
    assert "所填各项均符合条件" in page


def test_the_self_check_names_the_clause_that_fails(client):
    page = client.post(
        CHECK, {**FIGURES, "area": "4800", "incubation_area": "4800"}
    ).content.decode()
    assert "有条件不符合" in page
    assert "可自主支配场地面积为4800平方米，低于5000平方米" in page
    assert "示例办法第六条第二项" in page


def test_a_condition_on_the_sum_waits_for_the_application(client):
    page = client.post(
        "/programs/jiaxing/J09/check/", {"level": "municipal", "own_funds": "true", "year": "2025"}
    ).content.decode()
    assert "申报时核对" in page
    assert "当年有符合规定的无偿资助实际发生" in page


@pytest.mark.parametrize(
    "value", ["", "abc", "-1", "1e5", "6,200", "9" * 40, "<script>", "\x00", "６２００"]
)
def test_a_figure_that_is_none_keeps_the_form_and_says_so(client, value):
    page = client.post(CHECK, {**FIGURES, "area": value})
    assert page.status_code == 200
    text = page.content.decode()
    assert "自查结果" not in text
    assert 'aria-invalid="true"' in text
    assert "<script>" not in text.split("<main", 1)[-1]
