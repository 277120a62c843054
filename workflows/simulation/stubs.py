"""Handlers of a scenario: `set`, `add`, `calc`, `raise`, in any combination."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workflows.feel import FeelError, parse
from workflows.handlers import BusinessError, Call, Handler
from workflows.values import plain

_WORDS = frozenset({"set", "add", "calc", "raise"})


class StubError(ValueError):
    """The scenario's stub is not one of the contract's."""


def _number(value: Any) -> Decimal:
    return Decimal(str(value)) if value is not None else Decimal(0)


def handler(name: str, stub: Mapping[str, Any]) -> Handler:
    """The handler a stub describes; expressions are parsed now, so a bad one is told at once."""
    if strange := sorted(set(stub) - _WORDS):
        message = f"handler {name!r}: unknown stub {strange[0]!r}; set, add, calc or raise"
        raise StubError(message)
    try:
        formulas = {
            variable: parse(str(text).removeprefix("="))
            for variable, text in stub.get("calc", {}).items()
        }
    except FeelError as error:
        message = f"handler {name!r}: {error}"
        raise StubError(message) from error

    def run(call: Call) -> dict[str, Any]:
        known = dict(call.variables)
        changes: dict[str, Any] = dict(stub.get("set", {}))
        known |= changes
        for variable, number in stub.get("add", {}).items():
            changes[variable] = plain(_number(known.get(variable)) + _number(number))
            known |= changes
        for variable, formula in formulas.items():
            changes[variable] = plain(formula.evaluate(known))
            known |= changes
        if "raise" in stub:
            raise BusinessError(str(stub["raise"]))
        return changes

    return run
