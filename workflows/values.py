"""What a case variable may be: JSON values. FEEL's Decimals and dates are brought to that form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

_AS_THEY_ARE = frozenset({str, int, bool, float, type(None)})


def plain(value: Any) -> Any:
    """The value as JSON keeps it: a Decimal as a number, a date as ISO text, containers copied.

    A whole Decimal becomes an int; another one a float, which FEEL reads back through its shortest
    decimal text, so 0.1 + 0.2 stays 0.3.
    """
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(entry) for entry in value]
    return value


class VariablesEncoder(DjangoJSONEncoder):
    """Writes variables; Decimals as numbers, everything else as Django writes it."""

    def default(self, o: Any) -> Any:
        """Falls back for what the standard encoder does not know."""
        if isinstance(o, Decimal):
            return plain(o)
        if isinstance(o, timedelta):
            return str(o)
        return super().default(o)
