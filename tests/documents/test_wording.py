"""Sums, dates and remedies, the capitals against an independent reader."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.wording import (
    amount_in_capitals,
    amount_in_text,
    area_in_text,
    chinese_date,
    days_in_text,
    remedy,
    years_in_text,
)

DIGITS = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def _read_group(text: str) -> int:
    total, digit = 0, 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        else:
            total, digit = total + digit * UNITS[character], 0
    return total + digit


def _read_whole(text: str) -> int:
    for mark, size in (("亿", 10**8), ("万", 10**4)):
        if mark in text:
            head, rest = text.split(mark)
            return _read_whole(head) * size + _read_whole(rest)
    return _read_group(text)


def read_capitals(text: str) -> Decimal:
    """Cents and yuan back from 大写, by other means than they were written."""
    text = text.removesuffix("整")
    yuan, rest = text.split("元") if "元" in text else ("", text)
    value = Decimal(_read_whole(yuan))
    rest = rest.lstrip("零")
    for mark, size in (("角", Decimal("0.1")), ("分", Decimal("0.01"))):
        if mark in rest:
            digit, rest = rest.split(mark, 1)
            value += DIGITS[digit] * size
    return value


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_capitals_read_back_as_the_same_sum(cents):
    amount = Decimal(cents) / 100
    assert read_capitals(amount_in_capitals(amount)) == amount


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_capitals_never_hold_two_zeros_in_a_row_nor_one_before_yuan(cents):
    text = amount_in_capitals(Decimal(cents) / 100)
    assert "零零" not in text
    assert "零元" not in text.removeprefix("零元")


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("1000000", "壹佰万元整"),
        ("66666.67", "陆万陆仟陆佰陆拾陆元陆角柒分"),
        ("774000", "柒拾柒万肆仟元整"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("10.05", "壹拾元零伍分"),
        ("1.50", "壹元伍角整"),
        ("100000005", "壹亿零伍元整"),
        ("1001000", "壹佰万壹仟元整"),
        ("1000100", "壹佰万零壹佰元整"),
        ("1234500000000", "壹万贰仟叁佰肆拾伍亿元整"),
        ("5000510190001", "伍万零伍亿壹仟零壹拾玖万零壹元整"),
        ("1000000000001", "壹万亿零壹元整"),
        ("-0", "零元整"),
    ],
)
def test_capitals_as_payment_sheets_want_them(amount, capitals):
    assert amount_in_capitals(Decimal(amount)) == capitals


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("774000", "77.4万元"),
        ("66666.67", "66666.67元"),
        ("1000000.00", "100万元"),
        ("125000", "12.5万元"),
        ("333333.3", "333333.30元"),
        ("99", "99元"),
        ("0", "0元"),
    ],
)
def test_running_text_says_wan_only_when_the_sum_is_whole_in_it(amount, text):
    assert amount_in_text(Decimal(amount)) == text


@given(st.integers(min_value=0, max_value=10**15))
def test_running_text_keeps_the_value(cents):
    amount = Decimal(cents) / 100
    text = amount_in_text(amount).removesuffix("元")
    value = Decimal(text.removesuffix("万")) * (10_000 if text.endswith("万") else 1)
    assert value == amount


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e16", "9999999999999999.995"])
def test_sums_that_no_sheet_carries_are_refused(amount):
    with pytest.raises(ValueError, match="amount"):
        amount_in_capitals(Decimal(amount))


def test_dates_are_not_padded():
    assert chinese_date(date(2016, 12, 31)) == "2016年12月31日"
    assert chinese_date(date(2026, 1, 2)) == "2026年1月2日"


def test_the_remedy_turns_with_the_law_of_2023():
    before = remedy(date(2023, 12, 31), "示例市", "示例省科学技术厅")
    after = remedy(date(2024, 1, 1), "示例市", "示例省科学技术厅")
    assert "向示例市人民政府或者示例省科学技术厅申请行政复议" in before
    assert "向示例市人民政府申请行政复议" in after
    assert "六十日" in after
    assert "六个月" in after


def test_a_joint_act_goes_to_the_government_alone():
    assert "或者" not in remedy(date(2023, 1, 1), "示例市", "")


@pytest.mark.parametrize(
    ("area", "text"),
    [
        ("5000", "5000平方米"),
        ("8000000", "800万平方米"),
        ("12000.00", "1.2万平方米"),
        ("6200.50", "6200.5平方米"),
        ("10001", "10001平方米"),
        ("0", "0平方米"),
    ],
)
def test_areas(area, text):
    assert area_in_text(Decimal(area)) == text


@given(st.integers(min_value=0, max_value=10**15))
def test_areas_keep_their_value(hundredths):
    area = Decimal(hundredths) / 100
    text = area_in_text(area).removesuffix("平方米")
    value = Decimal(text.removesuffix("万")) * (10_000 if text.endswith("万") else 1)
    assert value == area


def test_ranges_of_years():
    assert years_in_text(2017, 2019) == "2017—2019年"
    assert years_in_text(2017, 2017) == "2017年"
    with pytest.raises(ValueError, match="range"):
        years_in_text(2019, 2017)


def read_days(text: str) -> tuple[date, date]:
    """Both days back, by other means than they were written."""
    first, _, last = text.partition("至")
    year, _, rest = first.partition("年")
    month, _, day = rest.partition("月")
    begin = date(int(year), int(month), int(day.removesuffix("日")))
    if not last:
        return begin, begin
    year_, _, rest = last.rpartition("年")
    month_, _, day_ = rest.rpartition("月")
    return begin, date(
        int(year_ or begin.year), int(month_ or begin.month), int(day_.removesuffix("日"))
    )


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 900))
def test_ranges_of_days_read_back(first, length):
    last = first + timedelta(days=length)
    assert read_days(days_in_text(first, last)) == (first, last)
    with pytest.raises(ValueError, match="range"):
        days_in_text(last + timedelta(days=1), first)
