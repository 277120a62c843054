"""Cursors for statements that come again: PostgreSQL keeps their plans.

Django's own cursor puts every value into the text, so the server parses and plans each statement
anew; here the values go beside the text and psycopg has the server prepare it. Counting, logging
and errors are Django's. SQLite's driver keeps its statements by itself.
"""

from __future__ import annotations

from typing import Any, cast

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


class PlannedCursor(psycopg.Cursor[Any]):
    """Prepares what it executes."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> PlannedCursor:
        """One statement with its values beside it."""
        return super().execute(query, params, prepare=True, binary=False)


def planned(on: BaseDatabaseWrapper) -> CursorWrapper:
    """A cursor on this connection, with Django's wrappers around it."""
    if on.vendor != "postgresql":
        return on.cursor()
    on.ensure_connection()
    with on.wrap_database_errors:
        cursor = PlannedCursor(on.connection)
    wrapped: CursorWrapper = cast(Any, on)._prepare_cursor(cursor)
    return wrapped
