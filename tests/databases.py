"""Test databases in a moment: the tables are migrated once a set of migrations, then copied.

Whoever first needs the tables migrates for real, on his own test database, and keeps a copy under a
digest of all that shapes them; every other process and every later run pours that copy: a file on
SQLite, `CREATE DATABASE … TEMPLATE` on PostgreSQL. Calendar and packs are not in it: today's code
loads them once a process, and a second copy brings them back after a test with real transactions.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.core.management.commands import migrate
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

SHAPING = ("migrations/*.py", "models.py", "models/*.py", "apps.py")
"""Files of our own apps that say what tables, content types and permissions there are."""
FOREIGN = ("Django", "django-guardian", "django-axes", "django-viewflow")
"""Distributions that bring tables of their own."""


@cache
def digest() -> str:
    """Of everything the migrated tables follow from."""
    found = hashlib.sha256((settings.BASE_DIR / "config" / "settings.py").read_bytes())
    for app in apps.get_app_configs():
        if "site-packages" in Path(app.path).parts:
            continue
        for path in sorted(path for shape in SHAPING for path in Path(app.path).glob(shape)):
            found.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
        for model in app.get_models():  # rows of the permission table, wherever they are named
            found.update(
                " ".join(f"{name} {text}" for name, text in model._meta.permissions).encode()
            )
    found.update(" ".join(metadata.version(name) for name in FOREIGN).encode())
    return found.hexdigest()[:12]


class Files:
    """On SQLite: the copies are files beside the test database."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.folder = Path(connection.settings_dict["NAME"]).parent
        self.template = self.folder / f"template_{digest()}.sqlite3"

    def has_template(self) -> bool:
        return self.template.exists()

    def pour_template(self) -> None:
        """In place of `migrate`, on the new test database."""
        self.connection.close()
        shutil.copyfile(self.template, self.connection.settings_dict["NAME"])

    def keep_template(self) -> None:
        for old in self.folder.glob("template_*.sqlite3"):
            old.unlink()
        self._copy(self.template)

    def keep_filled(self) -> None:
        self.filled = Path(f"{self.connection.settings_dict['NAME']}.filled")
        self._copy(self.filled)

    def restore_filled(self) -> None:
        self.connection.ensure_connection()
        source = sqlite3.connect(self.filled)
        source.backup(self.connection.connection)
        source.close()

    def forget_filled(self) -> None:
        self.filled.unlink()

    def _copy(self, path: Path) -> None:
        """Whole or not at all."""
        self.connection.close()  # the last connection writes the log back into the file
        unfinished = path.with_suffix(".unfinished")
        shutil.copyfile(self.connection.settings_dict["NAME"], unfinished)
        unfinished.rename(path)


class Server:
    """On PostgreSQL: the tables are a database of the server, named after the one of DATABASE_URL."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.family = f"test_{connection.settings_dict['NAME']}_template_"
        self.template = self.family + digest()

    def has_template(self) -> bool:
        kept = self.template in self._names()
        self.connection.settings_dict["TEST"]["TEMPLATE"] = self.template if kept else None
        return kept

    def pour_template(self) -> None:
        """CREATE DATABASE has done it."""

    def keep_template(self) -> None:
        old = [name for name in self._names() if name.startswith(self.family)]
        self._run(*(f'DROP DATABASE "{name}"' for name in old))
        self._copy(self._name, self.template)

    def keep_filled(self) -> None:
        """Its rows, in memory: to drop and create a whole database waits for the server's disk."""
        with self.connection.cursor() as cursor:
            tables = self.connection.introspection.table_names(cursor)
            self.rows = {table: _copied_out(cursor, table) for table in tables}

    def restore_filled(self) -> None:
        """One transaction: foreign keys are checked at its end, so the order does not matter."""
        with transaction.atomic(), self.connection.cursor() as cursor:
            cursor.execute("".join(f'DELETE FROM "{table}";' for table in self.rows))
            for table, rows in self.rows.items():
                if rows:
                    with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                        copy.write(rows)

    def forget_filled(self) -> None:
        self.rows.clear()

    @property
    def _name(self) -> str:
        return str(self.connection.settings_dict["NAME"])

    def _names(self) -> list[str]:
        with self.connection._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            return [name for (name,) in cursor.fetchall()]

    def _copy(self, source: str, target: str) -> None:
        self._close()
        self._run(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _run(self, *statements: str) -> None:
        with self.connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def _close(self) -> None:
        self.connection.close()
        self.connection.close_pool()  # type: ignore[attr-defined]


def _copied_out(cursor: Any, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(copy)


Copies = Files | Server
KINDS: dict[str, type[Files] | type[Server]] = {"sqlite": Files, "postgresql": Server}


@contextmanager
def one_at_a_time() -> Iterator[None]:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "test_template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def quick_to_create(connection: BaseDatabaseWrapper) -> Copies:
    """From now on `create_test_db` pours the template, and makes it where there is none."""
    copies = KINDS[connection.vendor](connection)
    create = connection.creation.create_test_db

    def create_test_db(*args: Any, **options: Any) -> Any:
        with one_at_a_time():
            if not copies.has_template():
                name = create(*args, **options)
                copies.keep_template()
                return name
            pour = mock.Mock(side_effect=lambda **_options: copies.pour_template())
            with mock.patch.object(migrate.Command, "handle", pour):
                return create(*args, **options)

    connection.creation.create_test_db = create_test_db  # type: ignore[method-assign]
    return copies


def careless_of_power_cuts(connection: BaseDatabaseWrapper) -> None:
    """A test database need not survive the machine: no commit waits for the disk."""
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        options["init_command"] += " PRAGMA synchronous=OFF;"
    else:
        options["options"] = "-c synchronous_commit=off"
