"""Fresh databases for a run: SQLite files, and databases on a PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


@contextmanager
def fresh(kind: str, name: str, folder: Path, server: str) -> Iterator[str]:
    """The URL of an empty database; it is dropped at the end. `server` is a postgres:// URL."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    database = f"benchmark_{name}_{os.getpid()}"
    _maintain(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    try:
        yield f"{server.rsplit('/', 1)[0]}/{database}"
    finally:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        _maintain(server, drop.format(sql.Identifier(database)))


def _maintain(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def reachable(server: str) -> str:
    """The server's version, or an empty text when it does not answer."""
    try:
        with psycopg.connect(server, connect_timeout=3) as connection:
            found = connection.execute("SHOW server_version").fetchone()
    except psycopg.OperationalError:
        return ""
    return str(found[0]) if found else ""
