"""Writings that are due at the same moment: one statement where the database can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from prepared.cursors import planned


def _nothing_more(_numbers: Sequence[Any]) -> None:
    """Nobody waits for the numbers."""


@dataclass(slots=True)
class Statement:
    """An INSERT or UPDATE with its values; it answers the numbers of the rows it wrote."""

    text: str
    values: list[Any]
    written: Callable[[Sequence[Any]], None] = _nothing_more
    found: list[Any] = field(default_factory=list)

    def done(self, numbers: list[Any]) -> None:
        """Keeps the numbers and tells who waits for them."""
        self.found = numbers
        self.written(numbers)


def together(statements: Sequence[Statement]) -> None:
    """Does them all. None may need what another one writes, but for its own foreign keys.

    PostgreSQL takes them as one statement (data-modifying WITH): one way to the server and back
    instead of several, each of which costs more than the work itself. SQLite does one by one.
    """
    on = connections[DEFAULT_DB_ALIAS]
    if on.vendor == "postgresql" and len(statements) > 1:
        _at_once(statements, on)
        return
    for statement in statements:
        with planned(on) as cursor:
            cursor.execute(statement.text, statement.values)
            statement.done([number for (number,) in cursor.fetchall()])


def _at_once(statements: Sequence[Statement], on: BaseDatabaseWrapper) -> None:
    text = _united(tuple(statement.text for statement in statements))
    values = [value for statement in statements for value in statement.values]
    with planned(on) as cursor:
        cursor.execute(text, values)
        answers = cursor.fetchall()
    for position, statement in enumerate(statements):
        statement.done([number for which, number in answers if which == position])


@lru_cache(maxsize=256)
def _united(texts: tuple[str, ...]) -> str:
    parts = ", ".join(f"part_{n}(number) AS ({text})" for n, text in enumerate(texts))
    answers = " UNION ALL ".join(
        f"SELECT {n}, number FROM part_{n}"  # noqa: S608 - texts of our own statements
        for n in range(len(texts))
    )
    return f"WITH {parts} {answers}"
