"""What an act holds back to write it with its last way: nobody who asks the database can tell."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.models import CharField
from django.test.utils import CaptureQueriesContext

from journal.models import Stream
from prepared import Change, Given, Reading, Rows, gathered, gathering, numbers, read_together

pytestmark = pytest.mark.django_db

STREAMS: Rows[Stream] = Rows(Stream)
MOVED: Change[Stream] = Change(Stream, ["length"])
BY_KEY: Reading[Stream] = Reading(lambda: Stream.objects.filter(key=Given("key", CharField())))


def held(key: str) -> Stream:
    """A new row that waits for the end of the act."""
    act, row = gathering(), STREAMS.new(key=key)
    act.hold(STREAMS.statements([row]))
    return row


def kept(key: str) -> bool:
    return Stream.objects.filter(key=key).exists()


def test_it_is_written_at_the_end_with_the_values_it_had_when_it_was_due():
    with CaptureQueriesContext(connection) as captured, gathered():
        row = held("a")
        row.key = "thought better of"
        assert not captured.captured_queries
    assert len(captured) == 1
    assert kept("a")
    assert Stream.objects.get(key="a").pk == row.pk


@pytest.mark.parametrize(
    "asking",
    [
        pytest.param(lambda: kept("a"), id="a queryset"),
        pytest.param(lambda: BY_KEY.run(key="a"), id="a prepared reading"),
    ],
)
def test_whoever_asks_the_database_meanwhile_finds_it(asking):
    with gathered():
        held("a")
        assert asking()
    assert Stream.objects.filter(key="a").count() == 1


def test_a_later_writing_of_the_same_row_comes_later():
    stored = Stream.objects.create(key="a")
    with gathered():
        stored.length = 1
        gathering().hold([MOVED.statement(stored)])
        stored.length = 2
        MOVED.write(stored)
    assert Stream.objects.get(key="a").length == 2


def failing() -> None:
    held("inside")
    raise RuntimeError


def test_a_savepoint_that_is_undone_does_not_take_along_what_came_before_it():
    with gathered():
        held("before")
        with pytest.raises(RuntimeError), transaction.atomic():
            raise RuntimeError
    assert kept("before")


def test_an_act_that_fails_has_held_back_nothing():
    with pytest.raises(RuntimeError), transaction.atomic(), gathered():
        failing()
    assert not kept("inside")
    with gathered():
        held("next")
    assert not kept("inside")
    assert kept("next")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no sequences")
def test_a_row_bears_the_number_that_was_fetched_for_it_and_no_later_row_bears_it_too():
    wanted = ((STREAMS, 2),)
    with gathered():
        (found,) = read_together([(numbers(wanted), {})])
        gathering().foresee(wanted, found)
        first, second = STREAMS.new(key="a"), STREAMS.new(key="b")
        assert gathering().numbered(STREAMS, [first, second])
        assert [first.pk, second.pk] == [number for _place, number in found]
        assert not gathering().numbered(STREAMS, [STREAMS.new(key="c")])
        gathering().hold(STREAMS.statements([first, second]))
    assert Stream.objects.create(key="d").pk > second.pk
