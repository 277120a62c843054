"""Cursors for statements that come again: the database keeps them, nothing is written anew.

Django's own cursor for PostgreSQL puts every value into the text, so the server parses and plans
each statement anew; here the values go beside the text and psycopg has the server prepare it. Both
of Django's cursors rewrite the places of a statement (`%s`) at every run; here once. Counting,
logging and errors are Django's.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from itertools import count
from typing import Any, cast

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

_KEPT = 1024
"""Texts of statements; an act has a dozen, each in a few shapes."""


class PlannedCursor(psycopg.RawCursor[Any]):
    """PostgreSQL: prepares what it executes."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> PlannedCursor:
        """One statement with its values beside it."""
        return super().execute(_with_numbers(query), params, prepare=True, binary=False)


class KeptCursor(sqlite3.Cursor):
    """SQLite: the driver keeps a statement by its text."""

    def execute(self, query: str, params: Any = ()) -> KeptCursor:
        """One statement."""
        super().execute(_with_question_marks(query), params)
        return self


@lru_cache(maxsize=_KEPT)
def _with_question_marks(query: str) -> str:
    return "%".join(part.replace("%s", "?") for part in query.split("%%"))


@lru_cache(maxsize=_KEPT)
def _with_numbers(query: str) -> bytes:
    """$1, $2, … as the server itself writes them."""
    numbers = count(1)
    parts = query.replace("%%", "\0").split("%s")
    text = parts[0] + "".join(f"${next(numbers)}{part}" for part in parts[1:])
    return text.replace("\0", "%").encode()


def planned(on: BaseDatabaseWrapper) -> CursorWrapper:
    """A cursor on this connection, with Django's wrappers around it."""
    on.ensure_connection()
    with on.wrap_database_errors:
        if on.vendor == "postgresql":
            cursor: Any = PlannedCursor(on.connection)
        else:
            cursor = on.connection.cursor(factory=KeptCursor)
    wrapped: CursorWrapper = cast(Any, on)._prepare_cursor(cursor)
    return wrapped
