"""Writings that are due at the same moment: one statement where the database can."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, DataError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

from prepared.lines import ask


class Statement(Protocol):
    """An INSERT or UPDATE that is still to be done; it answers the numbers of the rows it wrote."""

    @property
    def must_be_found(self) -> str:
        """What to say, as a TransactionManagementError, when it found no row; "": it may."""

    def made(self, on: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Its text and values, for this database."""

    def done(self, numbers: list[Any]) -> None:
        """Called with the numbers."""


def together(statements: Sequence[Statement], *, commits: bool = False) -> None:
    """Does them all. None may need what another one writes, but for its own foreign keys.

    PostgreSQL takes them as one statement (data-modifying WITH), SQLite one by one. `commits`: what
    is asked of PostgreSQL goes with the COMMIT of the transaction, which is done unless a statement
    fails. The caller answers for that nothing else belongs to it.
    """
    if not statements:
        return
    on = connections[DEFAULT_DB_ALIAS]
    made = [statement.made(on) for statement in statements]
    if on.vendor == "postgresql" and (len(made) > 1 or commits):
        required = tuple(bool(statement.must_be_found) for statement in statements)
        try:
            answers = _at_once(made, required, on, commits=commits)
        except DataError as error:
            if getattr(error.__cause__, "sqlstate", "") != _DIVISION_BY_ZERO:
                raise
            said = next(each.must_be_found for each in statements if each.must_be_found)
            raise TransactionManagementError(said) from error
    else:
        answers = [[row[0] for row in rows] for rows in ask(on, made)]
    for statement, numbers in zip(statements, answers, strict=True):
        if statement.must_be_found and not numbers:
            raise TransactionManagementError(statement.must_be_found)
        statement.done(numbers)


_DIVISION_BY_ZERO = "22012"


def _at_once(
    made: list[tuple[str, list[Any]]],
    required: tuple[bool, ...],
    on: BaseDatabaseWrapper,
    *,
    commits: bool,
) -> list[list[Any]]:
    text = _united(tuple(text for text, _values in made), required)
    questions = [(text, [value for _text, values in made for value in values])]
    rows, *_committed = ask(on, [*questions, ("COMMIT", [])] if commits else questions)
    answers: list[list[Any]] = [[] for _statement in made]
    for which, number in rows:
        answers[which].append(number)
    return answers


@lru_cache(maxsize=256)
def _united(texts: tuple[str, ...], required: tuple[bool, ...]) -> str:
    """A part that must find its row and does not divides by zero: the server then ends the
    transaction by itself, before a COMMIT that follows."""
    parts = ", ".join(f"part_{n}(number) AS ({text})" for n, text in enumerate(texts))
    answers = [f"SELECT {n}, number FROM part_{n}" for n in range(len(texts))]  # noqa: S608 - texts of our own statements
    missed = [
        f"SELECT {n}, 1 / count(*) FROM part_{n} HAVING count(*) = 0"  # noqa: S608 - as above
        for n, is_required in enumerate(required)
        if is_required
    ]
    return f"WITH {parts} {' UNION ALL '.join(answers + missed)}"
