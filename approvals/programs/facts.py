"""Reads the facts of a case (JSON) into typed values by what the program declares.

Decimals come as strings with a point (`"387000.00"`), dates as ISO text. Every fault is named with
its path (`grants[0].amount`), all at once; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from approvals.programs.form_schema import Field, form_of

PLACES = {"money": 2, "area": 2, "decimal": 6, "ratio": 6}
NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FACT_TYPES = frozenset({"text", "boolean", "date", "integer", "year", "year_of", *PLACES})
MAX_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class FactFault:
    """One thing wrong with the facts: where, and what would be right."""

    path: str
    message: str


class FactsError(ValueError):
    """The facts do not fit the program; `faults` names every one."""

    def __init__(self, faults: Sequence[FactFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in faults))


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Typed values by the names that the program's expressions use; `rows` of its table."""

    values: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]


def read(content: Mapping[str, Any], facts: Any) -> CaseFacts:
    """The facts as declared by `content["facts"]` and `content["amount"]["rows"]`."""
    faults: list[FactFault] = []
    if not isinstance(facts, Mapping):
        raise FactsError([FactFault("(facts)", "must be a JSON object")])
    values = _values(content.get("facts", {}), facts, "", faults)
    rows = _rows(content, facts, faults)
    if faults:
        raise FactsError(faults)
    return CaseFacts(values, rows)


def read_single(content: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The single facts by their own names (no rows); a fault's path is the name."""
    faults: list[FactFault] = []
    declared = {name: {**fact, "path": name} for name, fact in content["facts"].items()}
    values = _values(declared, given, "", faults)
    if faults:
        raise FactsError(faults)
    return values


def from_form(content: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The facts in the stored data of the program's form: each field at its `fact` path."""
    facts: dict[str, Any] = {}
    for field in form_of(content).fields():
        value = data.get(field.key)
        _place(facts, field.fact, _table(field, value) if field.type == "table" else value)
    return facts


def _table(field: Field, value: Any) -> list[dict[str, Any]]:
    rows = value if isinstance(value, list) else []
    return [
        {column.fact: row.get(column.key) for column in field.columns}
        for row in rows
        if isinstance(row, Mapping)
    ]


def _place(facts: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        facts = facts.setdefault(parent, {})
    facts[last] = value


def _at(facts: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(facts, Mapping):
            return None
        facts = facts.get(name)
    return facts


def _values(
    declared: Mapping[str, Any], facts: Mapping[str, Any], prefix: str, faults: list[FactFault]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, declaration in declared.items():
        path = declaration.get("path", name)
        try:
            values[name] = _value(_at(facts, path), declaration)
        except ValueError as error:
            faults.append(FactFault(f"{prefix}{path}", str(error)))
    return values


def _rows(
    content: Mapping[str, Any], facts: Mapping[str, Any], faults: list[FactFault]
) -> tuple[Mapping[str, Any], ...]:
    table = (content.get("amount") or {}).get("rows")
    if table is None:
        return ()
    path, given = table["path"], _at(facts, table["path"])
    if not isinstance(given, list):
        faults.append(FactFault(path, "must be a list"))
        return ()
    if len(given) > MAX_ROWS:
        faults.append(FactFault(path, f"has more than {MAX_ROWS} rows"))
        return ()
    rows = []
    for index, row in enumerate(given):
        where = f"{path}[{index}]"
        if isinstance(row, Mapping):
            rows.append(_values(table["facts"], row, f"{where}.", faults))
        else:
            faults.append(FactFault(where, "must be a JSON object"))
    return tuple(rows)


def _value(value: Any, declaration: Mapping[str, Any]) -> Any:
    """The typed value; raises ValueError with what would be right."""
    if value is None or value == "":
        if declaration.get("required", True):
            message = "is missing"
            raise ValueError(message)
        return None
    kind = declaration["type"]
    if kind in PLACES:
        return _decimal(value, kind, declaration)
    if kind in {"integer", "year"}:
        return _integer(value, declaration)
    if kind in {"date", "year_of"}:
        day = _day(value)
        return Decimal(day.year) if kind == "year_of" else day
    return _boolean(value) if kind == "boolean" else _text(value, declaration)


def _decimal(value: Any, kind: str, declaration: Mapping[str, Any]) -> Decimal:
    if isinstance(value, float):
        message = f'must be a string with a point, as in "{value:.2f}", not a JSON number'
        raise ValueError(message)
    text = str(value)
    if isinstance(value, bool) or not NUMBER.fullmatch(text):
        message = f'{value!r} is not a decimal number such as "387000.00"'
        raise ValueError(message)
    number = Decimal(text)
    if len(text.partition(".")[2].rstrip("0")) > PLACES[kind]:
        message = f"{value!r} has more than {PLACES[kind]} decimals"
        raise ValueError(message)
    return _bounded(number, declaration, "0")


def _integer(value: Any, declaration: Mapping[str, Any]) -> Decimal:
    text = str(value)
    if isinstance(value, bool | float) or not re.fullmatch(r"-?[0-9]{1,12}", text):
        message = f"{value!r} is not a whole number"
        raise ValueError(message)
    return _bounded(Decimal(text), declaration, "0")


def _bounded(number: Decimal, declaration: Mapping[str, Any], least: str) -> Decimal:
    lowest, highest = declaration.get("min", least), declaration.get("max")
    if number < Decimal(str(lowest)):
        message = f"{number} is less than {lowest}"
        raise ValueError(message)
    if highest is not None and number > Decimal(str(highest)):
        message = f"{number} is more than {highest}"
        raise ValueError(message)
    return number


def _day(value: Any) -> date:
    if isinstance(value, str) and DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    message = f'{value!r} is not a day such as "2025-06-30"'
    raise ValueError(message)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    message = f"{value!r} is neither true nor false"
    raise ValueError(message)


def _text(value: Any, declaration: Mapping[str, Any]) -> str:
    if not isinstance(value, str):
        message = f"{value!r} is not a text"
        raise ValueError(message)
    choices = declaration.get("choices")
    if choices and value not in choices:
        message = f"{value!r} is none of {', '.join(choices)}"
        raise ValueError(message)
    return value
