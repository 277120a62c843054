"""What one act writes at its end: together, in the transaction of the act."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

from prepared.statements import Statement, together
from prepared.writings import Rows

_acts = threading.local()


class Gathering:
    """Rows that wait for the end of the act, by the table they go to."""

    def __init__(self) -> None:
        """Nothing waits yet."""
        self._blocks = connections[DEFAULT_DB_ALIAS].atomic_blocks
        self._depth = len(self._blocks)
        self._waiting: dict[Rows[Any], list[Model]] = {}
        self._soon: list[tuple[Rows[Any], Model]] = []
        self._statements: list[Statement] = []
        self._lists: dict[tuple[str, ...], list[Any]] = {}
        self._before: list[Callable[[], None]] = []

    @property
    def is_inside_savepoint(self) -> bool:
        """A savepoint was set meanwhile: what is written now must go when it is undone."""
        return len(self._blocks) > self._depth

    def keep_soon(self, rows: Rows[Any], row: Model) -> None:
        """The row is written with the act's next writing (`due`)."""
        self._soon.append((rows, row))

    def due(self) -> list[Statement]:
        """The writings that wait for the next one; whoever asks does them."""
        soon, self._soon = self._soon, []
        return [each for rows, row in soon for each in rows.statements([row])]

    def also(self, statement: Statement) -> None:
        """Done when the act ends."""
        self._statements.append(statement)

    def keep(self, rows: Rows[Any], row: Model) -> None:
        """The row is written, and gets its number, when the act ends."""
        self._waiting.setdefault(rows, []).append(row)

    def of(self, *what: str) -> list[Any]:
        """A list that one package keeps for the time of the act."""
        return self._lists.setdefault(what, [])

    def before_end(self, settle: Callable[[], None]) -> None:
        """Called just before the rows are written; it may keep more."""
        self._before.append(settle)

    def write(self) -> None:
        """The end of the act."""
        for settle in self._before:
            settle()
        kept = [each for rows, kept in self._waiting.items() for each in rows.statements(kept)]
        together([*self.due(), *self._statements, *kept])


def gathering() -> Gathering | None:
    """The act that gathers here; None outside of one and inside a savepoint set meanwhile."""
    act: Gathering | None = getattr(_acts, "current", None)
    return None if act is None or act.is_inside_savepoint else act


@contextmanager
def gathered() -> Iterator[None]:
    """What is written `later` inside the block is written together at its end.

    Same transaction, same rows. A block that raises writes nothing; an inner block is part of the
    outer one.
    """
    if getattr(_acts, "current", None) is not None:
        yield
        return
    _acts.current = act = Gathering()
    try:
        yield
    finally:
        _acts.current = None
    act.write()


def later(rows: Rows[Any], row: Model) -> None:
    """At the end of the act that gathers here, otherwise at once."""
    act = gathering()
    if act is None:
        rows.write([row])
    else:
        act.keep(rows, row)


def soon(rows: Rows[Any], row: Model) -> None:
    """With the next writing of the act that gathers here, otherwise at once."""
    act = gathering()
    if act is None:
        rows.write([row])
    else:
        act.keep_soon(rows, row)


def due() -> list[Statement]:
    """What the act that gathers here wants written with the next writing."""
    act = gathering()
    return [] if act is None else act.due()
