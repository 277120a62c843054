"""Fills `{name}` in policy texts: plain substitution from a closed list, never a template engine.

A value is put in as it is and never read again, so that an applicant's text cannot become a field.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

FIELD = re.compile(r"\{([^{}]*)\}")


class FillingError(ValueError):
    """A text names a field that does not exist, or its braces do not close."""


def names_in(text: str) -> frozenset[str]:
    """The fields a text uses; raises FillingError when a brace stands alone."""
    if set("{}") & set(FIELD.sub("", text)):
        message = f"a brace stands alone in: {text!r}"
        raise FillingError(message)
    return frozenset(FIELD.findall(text))


def fill(text: str, fields: Mapping[str, str]) -> str:
    """The text with every `{name}` replaced; raises FillingError naming an unknown field."""
    for name in sorted(names_in(text)):
        if name not in fields:
            raise FillingError(unknown(name, fields))
    return FIELD.sub(lambda match: fields[match[1]], text)


def unknown(name: str, known: Iterable[str]) -> str:
    """The sentence for an unknown field, with the nearest known one."""
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f"; did you mean {{{near[0]}}}?" if near else ""
    return f"unknown field {{{name}}}{hint}"


def words_for(value: Any, kind: str = "text") -> str:
    """A value as it stands in a Chinese sentence, by the type the policy gives it."""
    if value is None or value == "":
        return str(_("未填"))
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Decimal) or (isinstance(value, int) and kind != "year"):
        return _number(Decimal(value), kind)
    return str(value)


def _number(value: Decimal, kind: str) -> str:
    if kind == "money":
        return f"{value:.2f}" if value == round(value, 2) else _plain(value)
    if kind == "ratio":
        return f"{_plain(value * 100)}%"
    return _plain(value)


def _plain(value: Decimal) -> str:
    """Without trailing zeros and never with an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
