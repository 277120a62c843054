"""A database without Django, for the subjects that need none."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

import psycopg

from benchmarks.databases import PRAGMAS


class Database:
    """The same few calls on both databases; placeholders are written `%s`."""

    def __init__(self) -> None:
        """By DATABASE_URL."""
        url = os.environ["DATABASE_URL"]
        self.sqlite = url.startswith("sqlite")
        self.connection: Any
        if self.sqlite:
            path = url.removeprefix("sqlite:///")
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=20)
            self.connection.executescript(PRAGMAS)
        else:
            self.connection = psycopg.connect(url, autocommit=True)

    def begin(self) -> None:
        """SQLite takes its write lock here, as the house does."""
        self.connection.execute("BEGIN IMMEDIATE" if self.sqlite else "BEGIN")

    def commit(self) -> None:
        """On the disk when it returns."""
        self.connection.execute("COMMIT")

    def run(self, statement: str, *values: Any) -> Any:
        """One statement; the cursor."""
        text = statement.replace("%s", "?") if self.sqlite else statement
        return self.connection.execute(text, values)

    @property
    def number(self) -> str:
        """The type of a key that counts by itself."""
        return "INTEGER PRIMARY KEY" if self.sqlite else "BIGSERIAL PRIMARY KEY"
