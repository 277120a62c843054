"""Facts to words: what a paper says, from typed data, every fault at once.

A day is ISO text or a date, a sum an exact decimal in yuan (text or Decimal), a table a list of
rows of texts. The words are those of `documents.wording`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.notices.kinds import FactField, Kind, RowsField
from documents import wording


@dataclass(frozen=True, slots=True)
class Words:
    """What the template is filled with."""

    texts: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fact that does not fit: its name, the rule, the way out."""

    name: str
    message: str


class FactsRefused(ValueError):
    """The facts do not make a paper of this kind; `faults` names each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("；".join(f"{fault.name}：{fault.message}" for fault in faults))
        self.faults = tuple(faults)


def words_of(kind: Kind, facts: Mapping[str, Any]) -> Words:
    """The texts and rows of a kind; raises FactsRefused with every fault."""
    faults: list[Fault] = []
    texts: dict[str, str] = {}
    rows: dict[str, Sequence[Sequence[str]]] = {}
    known = {*(one.name for one in kind.own), *(one.name for one in kind.rows)}
    for name in facts:
        if name not in known:
            faults.append(Fault(name, _("这种文书没有这一项，请删去。")))
    for one in kind.own:
        texts |= _text(one, facts.get(one.name), faults)
    for table in kind.rows:
        rows[table.name] = _rows(table, facts.get(table.name), faults)
    if faults:
        raise FactsRefused(faults)
    return Words(texts, rows)


def _text(one: FactField, value: Any, faults: list[Fault]) -> dict[str, str]:
    if value is None or value == "":
        if not one.optional:
            faults.append(Fault(one.name, _("“%(label)s”没有给出。") % {"label": one.label}))
        return dict.fromkeys(one.names, "")
    try:
        return _SAYING[one.type](one, value)
    except (ValueError, TypeError, InvalidOperation):
        rule = str(_RULES[one.type]) % {"label": one.label}
        faults.append(Fault(one.name, rule))
        return dict.fromkeys(one.names, "")


def _plain(one: FactField, value: Any) -> dict[str, str]:
    if not isinstance(value, str):
        raise TypeError(one.name)
    return {one.name: value}


def _day(one: FactField, value: Any) -> dict[str, str]:
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return {one.name: wording.chinese_date(day)}


def _range(one: FactField, value: Any) -> dict[str, str]:
    """First and last day."""
    first, last = (d if isinstance(d, date) else date.fromisoformat(d) for d in value)
    return {one.name: wording.days_in_text(first, last)}


def _integer(one: FactField, value: Any) -> dict[str, str]:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError(one.name)
    return {one.name: str(value)}


def _money(one: FactField, value: Any) -> dict[str, str]:
    """Yuan; a float is refused: it is not the sum that was meant."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TypeError(one.name)
    amount = Decimal(value)
    if amount != round(amount, 2):
        raise ValueError(one.name)
    said = (
        wording.amount_in_text(amount),
        wording.amount_in_capitals(amount),
        f"{amount:.2f}",
    )
    return dict(zip(one.names, said, strict=True))


_SAYING = {"text": _plain, "day": _day, "range": _range, "integer": _integer, "money": _money}
_RULES = {
    "text": gettext_lazy("“%(label)s”应当是文字。"),
    "day": gettext_lazy("“%(label)s”应当是日期，写作 2026-01-31。"),
    "range": gettext_lazy("“%(label)s”应当是先后两个日期。"),
    "integer": gettext_lazy("“%(label)s”应当是不小于零的整数。"),
    "money": gettext_lazy('“%(label)s”应当是以元为单位、至多两位小数的金额，写作 "774000.00"。'),
}


def _rows(table: RowsField, value: Any, faults: list[Fault]) -> list[list[str]]:
    """No rows is an empty table, which the page leaves out; a template may demand it (`needs`)."""
    if value is None:
        return []
    rule = _("“%(label)s”每行应有 %(columns)s 格文字。")
    rule %= {"label": table.label, "columns": table.columns}
    if not isinstance(value, Sequence) or isinstance(value, str):
        faults.append(Fault(table.name, rule))
        return []
    found = []
    for row in value:
        cells = list(row) if isinstance(row, Sequence) and not isinstance(row, str) else []
        fits = table.columns in (0, len(cells)) and all(isinstance(cell, str) for cell in cells)
        if not fits:
            faults.append(Fault(table.name, rule))
            return []
        found.append(cells)
    return found
