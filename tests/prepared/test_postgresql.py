"""On PostgreSQL statements are kept by the server and go together; nobody waits for nothing."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import connection, transaction

from prepared.lines import ask
from prepared.postgresql import Server, server_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL's driver"),
]


@pytest.fixture
def line():
    """A connection of its own, as Django keeps one: a transaction begins by itself."""
    with connection.cursor():
        told = connection.connection.info.get_parameters() | {
            "password": connection.settings_dict["PASSWORD"]
        }
    with psycopg.connect(**told) as opened:
        yield opened


def kept_by(line) -> int:
    return int(line.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()[0])


def test_the_server_keeps_a_statement_and_answers_every_value(line):
    server = server_of(line)
    for number in (1, None, 3):
        assert server.ask([("SELECT %s::bigint + 1", [number])]) == [[(number and number + 1,)]]
    assert (kept_by(line), server_of(line)) == (1, server)


def test_a_transaction_begins_with_the_first_statement_and_each_sees_the_one_before(line):
    server = server_of(line)
    assert not line.info.transaction_status
    server.ask([("CREATE TEMPORARY TABLE t (n int)", [])])
    made, found = server.ask(
        [("INSERT INTO t VALUES (%s) RETURNING n", [7]), ("SELECT n FROM t", [])]
    )
    assert (made, found) == ([(7,)], [(7,)])
    line.rollback()
    with pytest.raises(psycopg.errors.UndefinedTable):
        server.ask([("SELECT n FROM t", [])])
    line.rollback()


def test_after_an_error_the_rest_is_not_done_and_the_connection_can_be_used_on(line):
    server = server_of(line)
    line.execute("CREATE TEMPORARY TABLE t (n int UNIQUE)")
    line.commit()
    insert = "INSERT INTO t VALUES (%s)"
    with pytest.raises(psycopg.errors.UniqueViolation):
        server.ask([(insert, [1]), (insert, [1]), (insert, [2])])
    line.rollback()
    assert server.ask([(insert, [3]), ("SELECT n FROM t", [])])[1] == [(3,)]


def test_a_plan_the_server_has_dropped_is_made_again_at_the_next_try(line):
    server = server_of(line)
    server.ask([("SELECT %s::int", [1])])
    line.execute("DEALLOCATE ALL")
    line.commit()
    with pytest.raises(psycopg.errors.InvalidSqlStatementName):
        server.ask([("SELECT %s::int", [1])])
    line.rollback()
    assert server.ask([("SELECT %s::int", [1])]) == [[(1,)]]


def test_more_statements_than_are_kept_are_done_all_the_same(line, monkeypatch):
    monkeypatch.setattr("prepared.postgresql._KEPT", 2)
    server = Server(line)
    answers = [server.ask([(f"SELECT {n} + %s::int", [1])]) for n in range(4)]
    assert answers == [[[(n + 1,)]] for n in range(4)]
    assert kept_by(line) == 2


def test_a_connection_that_breaks_on_the_way_is_closed(line):
    server = server_of(line)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [line.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        server.ask([("SELECT 1", [])])
    assert line.closed


def test_other_threads_work_while_one_waits_for_a_lock(line):
    steps, over = [0], threading.Event()

    def work() -> None:
        while not over.is_set():
            steps[0] += 1

    worker = threading.Thread(target=work)
    worker.start()
    try:
        server_of(line).ask([("SELECT pg_sleep(0.2)", [])])
    finally:
        over.set()
        worker.join()
    assert steps[0] > 1000


def test_djangos_connection_is_asked_the_same_way_whoever_watches():
    straight = ask(connection, [("SELECT %s::int", [5])])
    with connection.execute_wrapper(lambda do, *told: do(*told)):
        assert ask(connection, [("SELECT %s::int", [5])]) == straight == [[(5,)]]
