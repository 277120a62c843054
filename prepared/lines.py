"""Straight to the database's driver with statements that come again, past Django's cursors.

The connection, its transaction and its errors are Django's. Where somebody watches (tests that
count, DEBUG, an execute wrapper) each statement goes through Django's wrappers as any other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.db.backends.base.base import BaseDatabaseWrapper

from prepared import unsent
from prepared.postgresql import Question, Row, server_of


def ask(on: BaseDatabaseWrapper, questions: Sequence[Question]) -> list[list[Row]]:
    """The rows each statement answers, one after the other; PostgreSQL: in one way to the server.

    What an act holds back is sent first (`unsent`). Raises Django's database errors; what follows a
    failed statement is not done.
    """
    unsent.send()
    if on.connection is None:
        on.ensure_connection()
    if unsent.is_watched(on):
        return [_watched(on, question) for question in questions]
    on.validate_no_broken_transaction()
    with on.wrap_database_errors:
        return _straight(on.connection, questions)


def _straight(driver: Any, questions: Sequence[Question]) -> list[list[Row]]:
    if isinstance(driver, sqlite3.Connection):
        execute = driver.execute
        return [
            execute(_with_question_marks(text), values).fetchall() for text, values in questions
        ]
    return server_of(driver).ask(questions)


@lru_cache(maxsize=1024)
def _with_question_marks(query: str) -> str:
    """SQLite's driver keeps a statement by its text."""
    return "%".join(part.replace("%s", "?") for part in query.split("%%"))


class _Sent(NamedTuple):
    """As psycopg's cursors keep it: Django's log asks for it."""

    query: bytes


class _Cursor:
    """What Django's wrappers need of a cursor."""

    def __init__(self, driver: Any) -> None:
        """Nothing is asked yet."""
        self._driver = driver
        self._rows: list[Row] = []
        self._query = _Sent(b"")

    def execute(self, query: str, params: Sequence[Any]) -> None:
        """One statement."""
        self._query = _Sent(query.encode())
        (self._rows,) = _straight(self._driver, [(query, params)])

    def fetchall(self) -> list[Row]:
        """Its rows."""
        return self._rows

    def close(self) -> None:
        """Nothing is held open."""


def _watched(on: BaseDatabaseWrapper, question: Question) -> list[Row]:
    with cast(Any, on)._prepare_cursor(_Cursor(on.connection)) as cursor:
        cursor.execute(*question)
        rows: list[Row] = cursor.fetchall()
    return rows
