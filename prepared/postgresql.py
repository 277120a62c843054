"""Statements to PostgreSQL that the server keeps, several in one way there and back.

Django's cursor writes the values into the text, so the server parses and plans each statement anew;
psycopg's own does not prepare while Django leaves its `prepare_threshold` unset, and needs as much
Python for a statement as the server for the answer. Here statements go through libpq's pipeline,
on the connection of Django and psycopg and in its transaction: the values beside the text, and a
BEGIN that is due with the first statement.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Row = Sequence[Any]
Question = tuple[str, Sequence[Any]]
"""A statement as Django writes it (`%s` for a value), and its values."""

_KEPT = 500
"""Statements a connection prepares at most; further ones are parsed at every run. An act has a
dozen, each in a few shapes."""
_ANSWERED = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
_FORGOTTEN = frozenset({"0A000", "26000"})
"""The server cannot use a plan any more (a table has changed), or has dropped it."""


class Server:
    """One connection's prepared statements: kept in the connection, they end with it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Nothing is prepared yet."""
        self._connection = connection
        self._pg = connection.pgconn
        self._names: dict[str, bytes] = {}
        self._numbers = count()
        self._values = Transformer(connection)
        self._reading, self._writing = select.poll(), select.poll()
        self._reading.register(self._pg.socket, select.POLLIN)
        self._writing.register(self._pg.socket, select.POLLIN | select.POLLOUT)

    def ask(self, questions: Sequence[Question]) -> list[list[Row]]:
        """The rows each statement answers. Each is done after, and sees, the one before it.

        Raises psycopg's errors; after the first one the rest is not done. A connection that breaks
        or is interrupted on the way is closed, since nobody knows what it would answer next.
        """
        brought = [self._brought(values) for _text, values in questions]
        begins = self._begins()
        new = self._unknown(questions)
        try:
            self._send(questions, brought, new, begins=begins)
            answers = [self._answer() for _n in range(begins + len(new) + len(questions))]
            self._answer()  # the pipeline's end
            self._pg.exit_pipeline_mode()
        except BaseException:
            self._pg.finish()
            raise
        self._refuse_failed(answers)
        self._names |= new
        return [self._rows(answer) for answer in answers[-len(questions) :]]

    def _begins(self) -> bool:
        """Whether the transaction begins here; an unusual one is begun by psycopg."""
        on = self._connection
        if on.autocommit or self._pg.transaction_status != TransactionStatus.IDLE:
            return False
        if on.isolation_level is None and on.read_only is None and on.deferrable is None:
            return True
        on.execute("")
        return False

    def _unknown(self, questions: Sequence[Question]) -> dict[str, bytes]:
        """The texts to prepare, with the names they get."""
        known = self._names
        new = {text for text, _values in questions if text not in known}
        if not new or len(known) >= _KEPT:
            return {}
        return {text: b"prepared_%d" % next(self._numbers) for text in new}

    def _send(
        self,
        questions: Sequence[Question],
        brought: Sequence[Sequence[Any]],
        new: dict[str, bytes],
        *,
        begins: bool,
    ) -> None:
        pg = self._pg
        pg.enter_pipeline_mode()
        if begins:
            pg.send_query_params(b"BEGIN", None)
        for text, name in new.items():
            pg.send_prepare(name, _with_numbers(text))
        for (text, _values), values in zip(questions, brought, strict=True):
            name = self._names.get(text) or new.get(text, b"")
            if name:
                pg.send_query_prepared(name, values)
            else:
                pg.send_query_params(_with_numbers(text), values)
        pg.pipeline_sync()
        while pg.flush():
            self._writing.poll()
            pg.consume_input()

    def _answer(self) -> PGresult:
        """The next one. Waiting for it (a lock may be held by somebody else) lets other threads
        work, which libpq's own waiting would not."""
        pg = self._pg
        result = None
        while result is None:
            while pg.is_busy():
                self._reading.poll()
                pg.consume_input()
            result = pg.get_result()  # None: the end of the statement before
        return result

    def _refuse_failed(self, answers: Sequence[PGresult]) -> None:
        for answer in answers:
            if answer.status not in _ANSWERED:
                error = error_from_result(answer, self._connection.info.encoding)
                if error.sqlstate in _FORGOTTEN:
                    self._names.clear()
                raise error

    def _brought(self, values: Sequence[Any]) -> Sequence[Any]:
        """As text; which type it is the server knows from the place."""
        return self._values.dump_sequence(values, [PyFormat.TEXT] * len(values))

    def _rows(self, answer: PGresult) -> list[Row]:
        self._values.set_pgresult(answer)
        return self._values.load_rows(0, answer.ntuples, tuple)


@lru_cache(maxsize=1024)
def _with_numbers(query: str) -> bytes:
    """$1, $2, … as the server itself writes them."""
    numbers = count(1)
    parts = query.replace("%%", "\0").split("%s")
    text = parts[0] + "".join(f"${next(numbers)}{part}" for part in parts[1:])
    return text.replace("\0", "%").encode()


def server_of(connection: psycopg.Connection[Any]) -> Server:
    """The connection's own."""
    kept = vars(connection)
    found: Server | None = kept.get("_prepared_here")
    if found is None:
        found = kept["_prepared_here"] = Server(connection)
    return found
