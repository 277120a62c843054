"""A database for simulations alone: a migrated SQLite file kept in var/, copied for each run.

A simulation never touches the configured database: it needs none prepared, holds no lock in it and
can leave nothing behind.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

_PRAGMAS = "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA foreign_keys=ON;"


@contextmanager
def private_database() -> Iterator[None]:
    """Runs the block on a fresh copy of the migrated file; the configured database comes back."""
    configured = connections.databases[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS].close()
    folder = Path(tempfile.mkdtemp(prefix="simulation-"))
    try:
        copy = folder / "simulation.sqlite3"
        kept = settings.VAR_DIR / "simulation.sqlite3"
        if kept.exists():
            shutil.copyfile(kept, copy)
        _switch({**configured, **_sqlite(copy)})
        if _migrate():
            connections[DEFAULT_DB_ALIAS].close()
            _keep(copy, kept)
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        _switch(configured)
        shutil.rmtree(folder, ignore_errors=True)


def _sqlite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": _PRAGMAS},
    }


def _switch(configuration: dict[str, object]) -> None:
    connections.databases[DEFAULT_DB_ALIAS] = configuration
    del connections[DEFAULT_DB_ALIAS]


def _migrate() -> bool:
    """True when something had to be migrated."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


def _keep(copy: Path, kept: Path) -> None:
    """Replaces the kept file in one step, so that a parallel run reads the old or the new one."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_name(f".{kept.name}.{os.getpid()}")
    shutil.copyfile(copy, fresh)
    fresh.replace(kept)
