"""Reads what people type into exact values, and writes values as JSON and for the page.

Full-width digits, thousands separators and the usual ways of writing a day are taken; floats are
never used. JSON keeps decimals as text, days as ISO text, whole numbers and yes/no as themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.programs.form_schema import Column, Field

Question = Field | Column

_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0x3002: 0x2E}
_GROUPING = re.compile(r"[,\s_]")
_NUMBER = re.compile(r"[+-]?\d{1,14}(\.\d{1,6})?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


def half_width(text: str) -> str:
    """Full-width ASCII forms (１２，．) as plain ones: for figures and codes, never for names."""
    return text.translate(_FULL_WIDTH)


def read_number(text: str) -> Decimal:
    """An exact decimal; raises ValidationError."""
    cleaned = _GROUPING.sub("", half_width(text))
    if not cleaned.isascii() or not _NUMBER.fullmatch(cleaned):
        raise ValidationError(_("请填写数字，例如 1234.56。"), code="number")
    return Decimal(cleaned)


def read_day(text: str) -> date:
    """A calendar day; raises ValidationError."""
    cleaned = re.sub(r"\s", "", half_width(text))
    found = _DAY.fullmatch(cleaned) or _COMPACT_DAY.fullmatch(cleaned)
    try:
        if found is not None and cleaned.replace("年", "").replace("月", "").rstrip("日").isascii():
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise ValidationError(_("请填写真实存在的日期，例如 2026-03-31。"), code="day")


def to_json(value: Any) -> Any:
    """A cleaned value as the draft keeps it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def to_text(value: Any) -> Any:
    """A stored value as it goes back into an input."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [str(entry) for entry in value]
    return str(value)


def display(question: Question, value: Any) -> str:
    """A stored value as a person reads it, with the unit; an empty one is a dash."""
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool) or question.type == "boolean":
        return _("是") if value in (True, "true") else _("否")
    labels = {choice.value: choice.label for choice in question.choices}
    if isinstance(value, list):
        return "、".join(labels.get(str(entry), str(entry)) for entry in value)
    text = labels.get(str(value), str(value))
    if question.type in {"money", "area", "decimal", "integer"}:
        text = _grouped(text)
    return f"{text} {question.unit}".rstrip()


def _grouped(text: str) -> str:
    """Thousands separated, every digit kept; a figure that is none is shown as typed."""
    try:
        return format(Decimal(text), ",f")
    except ArithmeticError:
        return text


def table_lines(field: Field, rows: Any) -> list[list[str]]:
    """The rows of a table answer, cell by cell, as a person reads them."""
    if not isinstance(rows, list):
        return []
    return [
        [display(column, row.get(column.key)) for column in field.columns]
        for row in rows
        if isinstance(row, Mapping)
    ]
