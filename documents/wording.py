"""How sums, dates and legal remedies are worded in a document (domain.md §3.11, §4.6)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_WAN = Decimal(10_000)
_CENT = Decimal("0.01")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_LARGEST = Decimal(10) ** 16
REVIEW_LAW_2023 = date(2024, 1, 1)
"""From this day on only the government at the same level hears reviews (law of 2023, art. 24)."""


def _checked(amount: Decimal) -> Decimal:
    if amount.is_finite() and 0 <= amount < _LARGEST:
        rounded = abs(amount.quantize(_CENT, rounding=ROUND_HALF_UP))
        if rounded < _LARGEST:
            return rounded
    raise ValueError(f"an amount must be at least 0 and below 10^16 yuan, not {amount}")


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount_in_text(amount: Decimal) -> str:
    """Yuan as running text says it: ``77.4万元`` when whole in 0.01万, else ``66666.67元``."""
    yuan = _checked(amount)
    if yuan and yuan % 100 == 0:
        return f"{_plain(yuan / _WAN)}万元"
    return f"{_plain(yuan) if yuan == yuan.to_integral_value() else format(yuan, 'f')}元"


def _group_in_capitals(number: int) -> str:
    """0 to 9999 in capitals, with one 零 for a hole inside."""
    words: list[str] = []
    hole = False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            hole = bool(words)
            continue
        words.append(("零" if hole else "") + _DIGITS[digit] + _PLACES[place])
        hole = False
    return "".join(words)


def _whole_in_capitals(number: int) -> str:
    """By 亿, then by 万, each said once (壹万贰仟亿); one 零 for a hole between."""
    for size, word in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            hole = "零" if 0 < low < size // 10 else ""
            return f"{_whole_in_capitals(high)}{word}{hole}{_whole_in_capitals(low)}"
    return _group_in_capitals(number)


def amount_in_capitals(amount: Decimal) -> str:
    """Yuan in 大写, as payment sheets want it: ``陆万陆仟陆佰陆拾陆元陆角柒分``, ``壹佰万元整``."""
    cents = int(_checked(amount) * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    whole = _whole_in_capitals(yuan)
    if not (jiao or fen):
        return f"{whole or _DIGITS[0]}元整"
    text = f"{whole}元" if whole else ""
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif whole:
        text += _DIGITS[0]
    return text + (f"{_DIGITS[fen]}分" if fen else "整")


def chinese_date(day: date) -> str:
    """``2016年12月31日``: Arabic digits, full year, no padding (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def area_in_text(area: Decimal) -> str:
    """Square metres as running text says it: ``5000平方米``, ``800万平方米``, ``1.2万平方米``.

    万 only when the area is whole in 0.01万 and at least one 万, as with sums.
    """
    if not area.is_finite() or area < 0 or area >= _LARGEST:
        raise ValueError(f"an area must be at least 0 and below 10^16 m², not {area}")
    if area >= _WAN and area % 100 == 0:
        return f"{_plain(area / _WAN)}万平方米"
    return f"{_plain(area)}平方米"


def years_in_text(first: int, last: int) -> str:
    """``2017—2019年``; one year alone is ``2017年``. A full em dash, no blanks."""
    if last < first:
        raise ValueError(f"the range ends before it begins: {first} to {last}")
    return f"{first}年" if first == last else f"{first}—{last}年"


def days_in_text(first: date, last: date) -> str:
    """``2026年11月23日至27日``: what both days share is not said twice."""
    if last < first:
        raise ValueError(f"the range ends before it begins: {first} to {last}")
    if first == last:
        return chinese_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{chinese_date(first)}至{last.day}日"
    if first.year == last.year:
        return f"{chinese_date(first)}至{last.month}月{last.day}日"
    return f"{chinese_date(first)}至{chinese_date(last)}"


def remedy(decision_date: date, city_name: str, superior_name: str) -> str:
    """The sentence on review and suit, chosen by the day of the decision.

    ``city_name`` with 市 (``嘉兴市``). Before 2024 the applicant chose between the city's
    government and the superior department (law of 2017, art. 12); a joint act of two bureaus goes
    to the government alone: pass an empty ``superior_name``.
    """
    body = f"{city_name}人民政府"
    if decision_date < REVIEW_LAW_2023 and superior_name:
        body += f"或者{superior_name}"
    return (
        f"如不服本决定，可以自收到本决定书之日起六十日内向{body}申请行政复议，"
        "也可以自收到本决定书之日起六个月内依法向有管辖权的人民法院提起行政诉讼。"
    )
