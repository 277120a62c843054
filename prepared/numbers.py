"""The numbers new rows will bear, fetched with a reading: what refers to them can then be written
with them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from prepared.readings import Made, Reading
from prepared.writings import Rows

Wanted = tuple[tuple[Rows[Any], int], ...]
"""Tables, and how many numbers of each."""


class Numbers(Reading[tuple[int, int]]):
    """Answers (place of the table in `wanted`, number). What is not used leaves a gap, as a
    rollback does: for rows whose number means nothing."""

    def __init__(self, wanted: Wanted) -> None:
        """PostgreSQL's sequences only: SQLite is in the process, a way to it costs nothing."""
        self._wanted = wanted

    def made(self, on: BaseDatabaseWrapper) -> Made:
        """One statement for all tables."""
        parts = [
            f"SELECT {place}, nextval('{on.ops.quote_name(rows.sequence)}'::regclass)"  # noqa: S608 - names of our own models
            f" FROM generate_series(1, {count})"
            for place, (rows, count) in enumerate(self._wanted)
        ]
        return Made(" UNION ALL ".join(parts), (), {}, (), tuple)


@lru_cache(maxsize=64)
def numbers(wanted: Wanted) -> Numbers:
    """The reading of these."""
    return Numbers(wanted)
