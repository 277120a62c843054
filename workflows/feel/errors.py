"""The one error of FEEL text."""

from __future__ import annotations


class FeelError(Exception):
    """Text that is not an expression of the subset; `column` counts from 1 in the parsed text."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.message = message
        self.column = column
