"""Django on the given database, and how many statements a piece of work takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django
from django.core.management import call_command

_SILENT = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK", "SELECT 1")


def awake() -> None:
    """Sets Django up; settings module and DATABASE_URL come from the environment."""
    django.setup()


def migrated() -> None:
    """All tables of the settings in use."""
    call_command("migrate", verbosity=0)


def statements(work: Callable[[], Any]) -> tuple[list[str], Any]:
    """The work's SQL without BEGIN, SAVEPOINT and COMMIT, and what it answers."""
    from django.db import connection

    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(_SILENT):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        answer = work()
    return seen, answer
