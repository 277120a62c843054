"""When two stored answers say the same: an empty one is an empty one, 6200 is 6200.00."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from approvals.applications.forms.values import Question

NUMBERS = frozenset({"integer", "decimal", "money", "area", "year"})


def comparable(question: Question, value: Any) -> Any:
    """A form of the answer in which equal meanings are equal values."""
    if value in (None, "", []):
        return None
    if question.type == "boolean":
        return value in (True, "true")
    if question.type in NUMBERS:
        return _number(value)
    if isinstance(value, list):
        return tuple(sorted(str(entry) for entry in value))
    return str(value).replace("\r\n", "\n").strip() or None


def _number(value: Any) -> Any:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return str(value)
    return number if number.is_finite() else str(value)


def rows_of(value: Any) -> list[Mapping[str, Any]]:
    """The rows of a table answer; an answer that is no table has none."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
