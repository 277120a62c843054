"""Writings that are due at the same moment: one statement where the database can."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from prepared.lines import ask


class Statement(Protocol):
    """An INSERT or UPDATE that is still to be done; it answers the numbers of the rows it wrote."""

    def made(self, on: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Its text and values, for this database."""

    def done(self, numbers: list[Any]) -> None:
        """Called with the numbers."""


def together(statements: Sequence[Statement]) -> None:
    """Does them all. None may need what another one writes, but for its own foreign keys.

    PostgreSQL takes them as one statement (data-modifying WITH), SQLite one by one.
    """
    if not statements:
        return
    on = connections[DEFAULT_DB_ALIAS]
    made = [statement.made(on) for statement in statements]
    if on.vendor == "postgresql" and len(made) > 1:
        answers = _at_once(made, on)
    else:
        answers = [[row[0] for row in rows] for rows in ask(on, made)]
    for statement, numbers in zip(statements, answers, strict=True):
        statement.done(numbers)


def _at_once(made: list[tuple[str, list[Any]]], on: BaseDatabaseWrapper) -> list[list[Any]]:
    text = _united(tuple(text for text, _values in made))
    (rows,) = ask(on, [(text, [value for _text, values in made for value in values])])
    answers: list[list[Any]] = [[] for _statement in made]
    for which, number in rows:
        answers[which].append(number)
    return answers


@lru_cache(maxsize=256)
def _united(texts: tuple[str, ...]) -> str:
    parts = ", ".join(f"part_{n}(number) AS ({text})" for n, text in enumerate(texts))
    answers = " UNION ALL ".join(
        f"SELECT {n}, number FROM part_{n}"  # noqa: S608 - texts of our own statements
        for n in range(len(texts))
    )
    return f"WITH {parts} {answers}"
