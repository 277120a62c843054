"""What one act writes at its end: together, in the transaction of the act."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.transaction import atomic

from prepared import unsent
from prepared.numbers import Wanted
from prepared.statements import Statement, together
from prepared.writings import Rows

_acts = threading.local()


@dataclass(frozen=True, slots=True)
class _Held:
    """A writing that waits, with the values it had when it was due."""

    statement: Statement
    text_and_values: tuple[str, list[Any]]

    @property
    def must_be_found(self) -> str:
        """As the statement says."""
        return self.statement.must_be_found

    def made(self, _on: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """As they were."""
        return self.text_and_values

    def done(self, numbers: list[Any]) -> None:
        """It is written."""
        self.statement.done(numbers)


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
        self._numbers: dict[Rows[Any], list[int]] = {}
        self._held: list[Statement] = []

    @property
    def is_inside_savepoint(self) -> bool:
        """A savepoint was set meanwhile: what is written now must go when it is undone."""
        return len(self._blocks) > self._depth

    def keep_soon(self, rows: Rows[Any], row: Model) -> None:
        """The row is written with the act's next writing (`due`)."""
        if known := self._numbers.get(rows):
            row.pk = known.pop(0)
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

    def foresee(self, wanted: Wanted, found: Sequence[tuple[int, int]]) -> None:
        """Numbers for new rows, as `prepared.numbers` fetched them."""
        for place, number in found:
            self._numbers.setdefault(wanted[place][0], []).append(number)

    def numbered(self, rows: Rows[Any], new: Sequence[Model]) -> bool:
        """Whether these rows, and those which wait for the next writing, have their numbers ahead
        of it; they get them if enough were foreseen."""
        known = self._numbers.get(rows, [])
        if len(known) < len(new) or any(row.pk is None for _rows, row in self._soon):
            return False
        for row in new:
            row.pk = known.pop(0)
        return True

    def hold(self, statements: Sequence[Statement]) -> None:
        """Written, with the values of now, at the end of the act or before the next statement of
        any kind."""
        on = connections[DEFAULT_DB_ALIAS]
        self._held += [_Held(statement, statement.made(on)) for statement in statements]

    def settle(self) -> None:
        """Writes what is held back."""
        held, self._held = self._held, []
        together(held)

    def write(self, *, ends_transaction: bool) -> None:
        """The end of the act, and of the transaction if nothing else belongs to it."""
        for settle in self._before:
            settle()
        held, self._held = self._held, []
        kept = [each for rows, kept in self._waiting.items() for each in rows.statements(kept)]
        commits = ends_transaction and len(self._blocks) == 1 and self._depth == 1
        together([*held, *self.due(), *self._statements, *kept], commits=commits)


def gathering() -> Gathering | None:
    """The act that gathers here; None outside of one and inside a savepoint set meanwhile."""
    act: Gathering | None = getattr(_acts, "current", None)
    return None if act is None or act.is_inside_savepoint else act


@contextmanager
def in_one_transaction() -> Iterator[None]:
    """A transaction that is `gathered` from its first statement to its last.

    Its last writing takes the COMMIT along where that saves a way to the server; inside another
    transaction it commits nothing.
    """
    with atomic(), gathered(ends_transaction=True):
        yield


@contextmanager
def gathered(*, ends_transaction: bool = False) -> Iterator[None]:
    """What is written `later` inside the block is written together at its end.

    Same transaction, same rows. A block that raises writes nothing; an inner block is part of the
    outer one. `ends_transaction`: nothing is done in the transaction after the block.
    """
    if getattr(_acts, "current", None) is not None:
        yield
        return
    _acts.current = current = Gathering()
    try:
        with unsent.holding_back(connections[DEFAULT_DB_ALIAS], current.settle):
            yield
    finally:
        _acts.current = None
    current.write(ends_transaction=ends_transaction)


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
