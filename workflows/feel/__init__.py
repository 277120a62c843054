"""FEEL, the expression language of DMN, in a closed subset: parse once, evaluate often.

`parse` refuses everything outside the subset with the column. `Expression.evaluate` never raises:
an operation on unfit values is null (the DMN rule), numbers are exact Decimals, and every
bound (34 digits, exponents to 1,000, lists to 10,000 items) gives null when it is crossed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.feel.errors import FeelError
from workflows.feel.nodes import Node
from workflows.feel.parser import Parser
from workflows.feel.values import from_data, to_data

__all__ = ["Expression", "FeelError", "from_data", "parse", "to_data"]


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its text without the leading "=", and the variables it reads."""

    source: str
    names: frozenset[str]
    root: Node = field(repr=False, compare=False)

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        """Decimal, str, bool, date, duration, list or None (null); `to_data` makes it JSON."""
        return self.root.evaluate(variables)


def parse(text: str) -> Expression:
    """The expression in `text` (without the leading "="); raises FeelError(message, column)."""
    parser = Parser(text)
    root = parser.whole()
    return Expression(text, frozenset(parser.names), root)
