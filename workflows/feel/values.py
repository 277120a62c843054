"""The values of FEEL and what compares, adds and contains them.

Numbers are Decimals of 34 digits (bool is not a number), `None` is null. An operation on kinds it
is not defined for gives null, as the DMN standard says (10.3.2): a wrong type never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

from workflows.feel.durations import Months, duration_text, moved

NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-999,
    Emax=999,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""decimal128 precision; the bounded exponent keeps a result below 1,000 digits."""
MAX_LIST = 10_000
"""Items of a list in the case data; a longer list is null."""
MAX_TEXT = 100_000
"""Characters of a text made by `+`; a longer one is null."""
MAX_DATA_DEPTH = 60
MAX_INTEGER_BITS = 3_300


@dataclass(frozen=True, slots=True)
class Range:
    """`[1..5]` with either end open or closed."""

    low: Any
    high: Any
    low_closed: bool
    high_closed: bool

    def includes(self, value: Any) -> bool | None:
        """Three-valued: null when an end and the value do not compare."""
        above = compare(">=" if self.low_closed else ">", value, self.low)
        below = compare("<=" if self.high_closed else "<", value, self.high)
        return both(above, below)


def both(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued `and`."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def from_data(value: Any, depth: int = 0) -> Any:
    """A value of the case data as FEEL sees it: exact Decimals, bounded lists, else as it is."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, list | tuple):
        if len(value) > MAX_LIST or depth >= MAX_DATA_DEPTH:
            return None
        return [from_data(member, depth + 1) for member in value]
    return value


def _number(value: int | float | Decimal) -> Decimal | None:
    if isinstance(value, int) and value.bit_length() > MAX_INTEGER_BITS:
        return None
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return None
    return arithmetic(NUMBERS.plus, exact)


def to_data(value: Any) -> Any:
    """A result as JSON data: whole numbers as int, others as float, dates and durations as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [to_data(member) for member in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Months | timedelta):
        return duration_text(value)
    return None if isinstance(value, Range) else value


def arithmetic(operation: Callable[..., Decimal], *operands: Decimal) -> Decimal | None:
    """The result of a decimal operation, null when it is undefined or out of bounds."""
    try:
        return operation(*operands)
    except ArithmeticError:
        return None


KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (Decimal, "number"),
    (str, "string"),
    (list, "list"),
    (datetime, "date and time"),
    (date, "date"),
    (timedelta, "days duration"),
    (Months, "months duration"),
    (Range, "range"),
    (dict, "context"),
)
ORDERED = frozenset(
    {"number", "string", "date", "date and time", "days duration", "months duration"}
)


def kind(value: Any) -> str:
    """The FEEL type of a value; values of different kinds neither compare nor add."""
    return next((name for type_, name in KINDS if isinstance(value, type_)), "other")


def equals(left: Any, right: Any) -> bool | None:
    """FEEL equality: null equals null only, different kinds give null, lists go item by item."""
    if left is None or right is None:
        return left is right
    if kind(left) != kind(right):
        return None
    if isinstance(left, list):
        return _equal_lists(left, right)
    return bool(left == right)


def _equal_lists(left: Sequence[Any], right: Sequence[Any]) -> bool | None:
    if len(left) != len(right):
        return False
    result: bool | None = True
    for one, other in zip(left, right, strict=True):
        result = both(result, equals(one, other))
    return result


ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def compare(operator: str, left: Any, right: Any) -> bool | None:
    """`= != < <= > >=`, three-valued."""
    if operator in {"=", "!="}:
        equal = equals(left, right)
        return equal if equal is None or operator == "=" else not equal
    if kind(left) != kind(right) or kind(left) not in ORDERED:
        return None
    try:
        return ORDER[operator](left, right)
    except TypeError:  # a date and time with an offset against one without
        return None


def contained(value: Any, container: Any) -> bool | None:
    """`value in container`: a list (of values or ranges), a range, or one value."""
    if isinstance(container, Range):
        return container.includes(value)
    if isinstance(container, list):
        return any(contained_in_member(value, member) is True for member in container)
    return None if container is None else equals(value, container)


def contained_in_member(value: Any, member: Any) -> bool | None:
    """A range in a list contains what lies in it; any other member must be equal."""
    return member.includes(value) if isinstance(member, Range) else equals(value, member)


def add(left: Any, right: Any) -> Any:
    """Numbers, texts, durations of one kind, and a date with a duration (in either order)."""
    if isinstance(right, date) and isinstance(left, Months | timedelta):
        left, right = right, left
    if isinstance(left, date) and isinstance(right, Months | timedelta):
        return moved(left, right)
    if kind(left) != kind(right):
        return None
    if isinstance(left, Decimal):
        return arithmetic(NUMBERS.add, left, right)
    if isinstance(left, str):
        return left + right if len(left) + len(right) <= MAX_TEXT else None
    if isinstance(left, Months):
        return Months(left.months + right.months)
    return _days(left, right) if isinstance(left, timedelta) else None


def subtract(left: Any, right: Any) -> Any:
    """Numbers, durations of one kind, a duration from a date; two dates give a days duration."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return arithmetic(NUMBERS.subtract, left, right)
    if kind(left) == kind(right) == "date":
        return left - right
    if isinstance(right, Months | timedelta):
        return add(left, negate(right))
    return None


def multiply(left: Any, right: Any) -> Any:
    """Numbers, or a duration by a number."""
    if isinstance(left, Decimal) and isinstance(right, timedelta | Months):
        left, right = right, left
    if not isinstance(right, Decimal):
        return None
    if isinstance(left, Decimal):
        return arithmetic(NUMBERS.multiply, left, right)
    return _scaled(left, Decimal(right)) if isinstance(left, timedelta | Months) else None


def divide(left: Any, right: Any) -> Any:
    """Numbers, or a duration by a number; by zero is null."""
    if not isinstance(right, Decimal) or not right:
        return None
    if isinstance(left, Decimal):
        return arithmetic(NUMBERS.divide, left, right)
    if isinstance(left, timedelta | Months):
        inverse = arithmetic(NUMBERS.divide, Decimal(1), right)
        return None if inverse is None else _scaled(left, inverse)
    return None


MAX_EXPONENT = 1_000


def power(left: Any, right: Any) -> Any:
    """Numbers; null for an exponent beyond 1,000 and for roots of negative numbers."""
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    if abs(right) > MAX_EXPONENT:
        return None
    return Decimal(1) if not right else arithmetic(NUMBERS.power, left, right)


def negate(value: Any) -> Any:
    """The opposite of a number or duration."""
    if isinstance(value, Decimal):
        return NUMBERS.minus(value)
    if isinstance(value, Months):
        return Months(-value.months)
    return -value if isinstance(value, timedelta) else None


def _days(left: timedelta, right: timedelta) -> timedelta | None:
    try:
        return left + right
    except OverflowError:
        return None


def _scaled(value: timedelta | Months, factor: Decimal) -> timedelta | Months | None:
    try:
        if isinstance(value, Months):
            return Months(int(value.months * factor))
        microseconds = Decimal(value // timedelta(microseconds=1))
        return timedelta(microseconds=int(NUMBERS.multiply(microseconds, factor)))
    except (OverflowError, ArithmeticError):
        return None
