"""What a pass has done can be undone from its first handler on; before that nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db import transaction

from prepared import due, together
from workflows.handlers import Handler


class UndoableHandlers(Mapping[str, Handler]):
    """The handlers, with a savepoint set before the first of them is taken."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        """Nothing is set yet."""
        self._handlers = handlers
        self._savepoint: str | None = None

    def __getitem__(self, name: str) -> Handler:
        """The handler; what it writes can be undone. It finds what the act has to say so far."""
        found = self._handlers[name]
        if self._savepoint is None:
            together(due())
            self._savepoint = transaction.savepoint()
        return found

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._handlers)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._handlers)

    def everything(self) -> None:
        """Back to before the first handler."""
        if self._savepoint is not None:
            transaction.savepoint_rollback(self._savepoint)
            self.nothing()

    def nothing(self) -> None:
        """All that was done stays."""
        if self._savepoint is not None:
            transaction.savepoint_commit(self._savepoint)
            self._savepoint = None
