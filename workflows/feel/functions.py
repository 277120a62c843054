"""The functions of the FEEL subset; a missing or unfit argument gives null, as in DMN 10.3.4."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any

from workflows.feel.durations import duration
from workflows.feel.values import (
    NUMBERS,
    add,
    arithmetic,
    compare,
    contained_in_member,
    kind,
)

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MAX_SCALE = 900
"""Digits after (or before) the point that `decimal` can round to."""


@dataclass(frozen=True, slots=True)
class Function:
    """How many arguments a function takes (None = any number from `least` on), and what it does."""

    call: Callable[[Sequence[Any]], Any]
    least: int
    most: int | None


def _negation(arguments: Sequence[Any]) -> bool | None:
    (value,) = arguments
    return not value if isinstance(value, bool) else None


def _list_contains(arguments: Sequence[Any]) -> bool | None:
    container, element = arguments
    if container is None:
        return None
    members = container if isinstance(container, list) else [container]
    return any(contained_in_member(element, member) is True for member in members)


def _contains(arguments: Sequence[Any]) -> bool | None:
    text, part = arguments
    return part in text if isinstance(text, str) and isinstance(part, str) else None


def _members(arguments: Sequence[Any]) -> Sequence[Any]:
    """`sum([1, 2])` and `sum(1, 2)` say the same."""
    if len(arguments) == 1 and isinstance(arguments[0], list):
        return arguments[0]
    return arguments


def _extreme(operator: str) -> Callable[[Sequence[Any]], Any]:
    def chosen(arguments: Sequence[Any]) -> Any:
        members = _members(arguments)
        if not members or members[0] is None:
            return None
        best = members[0]
        for member in members:
            better = compare(operator, member, best)
            if better is None:
                return None
            best = member if better else best
        return best

    return chosen


def _sum(arguments: Sequence[Any]) -> Decimal | None:
    members = _members(arguments)
    if not members or any(kind(member) != "number" for member in members):
        return None
    total: Decimal | None = Decimal(0)
    for member in members:
        total = add(total, member)
    return total


def _count(arguments: Sequence[Any]) -> Decimal | None:
    (value,) = arguments
    if value is None:
        return None
    return Decimal(len(value)) if isinstance(value, list) else Decimal(1)


def _abs(arguments: Sequence[Any]) -> Decimal | None:
    (value,) = arguments
    return NUMBERS.abs(value) if isinstance(value, Decimal) else None


def _rounded(value: Any, digits: Any, rounding: str) -> Decimal | None:
    if not isinstance(value, Decimal) or not isinstance(digits, Decimal):
        return None
    if digits != digits.to_integral_value() or abs(digits) > MAX_SCALE:
        return None
    places = int(digits)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -places:
        return value
    unit = Decimal(1).scaleb(-places)
    return arithmetic(lambda number: number.quantize(unit, rounding, NUMBERS), value)


def _rounding(rounding: str) -> Callable[[Sequence[Any]], Decimal | None]:
    def rounded(arguments: Sequence[Any]) -> Decimal | None:
        digits = arguments[1] if len(arguments) > 1 else Decimal(0)
        return _rounded(arguments[0], digits, rounding)

    return rounded


def _date(arguments: Sequence[Any]) -> date | None:
    if len(arguments) == 3:
        return _date_of_numbers(arguments)
    value = arguments[0]
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _date_of_numbers(arguments: Sequence[Any]) -> date | None:
    if any(kind(n) != "number" or n != n.to_integral_value() or abs(n) > 9999 for n in arguments):
        return None
    try:
        return date(*(int(number) for number in arguments))
    except ValueError:
        return None


def _duration(arguments: Sequence[Any]) -> Any:
    (value,) = arguments
    if kind(value) in {"days duration", "months duration"}:
        return value
    return duration(value) if isinstance(value, str) else None


FUNCTIONS: Mapping[str, Function] = {
    "not": Function(_negation, 1, 1),
    "list contains": Function(_list_contains, 2, 2),
    "contains": Function(_contains, 2, 2),
    "min": Function(_extreme("<"), 1, None),
    "max": Function(_extreme(">"), 1, None),
    "sum": Function(_sum, 1, None),
    "count": Function(_count, 1, 1),
    "abs": Function(_abs, 1, 1),
    "floor": Function(_rounding(ROUND_FLOOR), 1, 2),
    "ceiling": Function(_rounding(ROUND_CEILING), 1, 2),
    "decimal": Function(_rounding(ROUND_HALF_EVEN), 2, 2),
    "date": Function(_date, 1, 3),
    "duration": Function(_duration, 1, 1),
}
