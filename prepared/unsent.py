"""Writings an act holds back to send them with its last one; nobody who asks the database can tell.

They precede whatever else goes to the database meanwhile, by `prepared` or by Django's cursors (a
savepoint too).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

_acts = threading.local()


class _First:
    """Django calls it around each statement of its own cursors."""

    def __init__(self, settle: Callable[[], None]) -> None:
        """`settle` sends what is held back, and once only."""
        self.settle = settle

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """What is held back, then the statement."""
        self.settle()
        return execute(sql, params, many, context)


def send() -> None:
    """What the act of this thread holds back goes to the database now."""
    settle: Callable[[], None] | None = getattr(_acts, "settle", None)
    if settle is not None:
        settle()


def is_watched(on: BaseDatabaseWrapper) -> bool:
    """Whether somebody else than this module looks at each statement."""
    watchers = on.execute_wrappers
    if watchers and not (len(watchers) == 1 and isinstance(watchers[0], _First)):
        return True
    return bool(on.queries_logged)


@contextmanager
def holding_back(on: BaseDatabaseWrapper, settle: Callable[[], None]) -> Iterator[None]:
    """Within it `settle` is called before each statement."""
    _acts.settle = settle
    try:
        with on.execute_wrapper(_First(settle)):
            yield
    finally:
        _acts.settle = None
