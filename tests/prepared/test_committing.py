"""The last writing of an act takes the COMMIT along: all of it stands, or nothing."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

import clock
from journal.models import Entry, Stream
from prepared import Change, Rows, gathering, in_one_transaction, later

pytestmark = pytest.mark.django_db(transaction=True)

STREAMS: Rows[Stream] = Rows(Stream)
ENTRIES: Rows[Entry] = Rows(Entry)
MOVED: Change[Stream] = Change(Stream, ["length"])


def keys() -> list[str]:
    """Of these tests: the streams of the organs are there already."""
    made = Stream.objects.exclude(key__contains=":").exclude(key="system")
    return list(made.order_by("key").values_list("key", flat=True))


def commits_told(monkeypatch) -> list[bool]:
    """Whether the transaction was still open when Django committed."""
    told, own = [], connection._commit

    def commit() -> None:
        told.append(bool(connection.connection.info.transaction_status))
        own()

    monkeypatch.setattr(connection, "_commit", commit)
    return told


@in_one_transaction()
def filed(key: str, **more) -> None:
    later(STREAMS, STREAMS.new(key=key, **more))
    transaction.on_commit(lambda: filed_keys.append(key))


filed_keys: list[str] = []


def test_what_an_act_has_written_is_there_for_others_and_what_follows_the_commit_is_done():
    filed_keys.clear()
    filed("a")
    connection.close()
    assert keys() == ["a"]
    assert filed_keys == ["a"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is in the process")
def test_the_commit_goes_with_the_writing_unless_the_transaction_is_somebody_elses(monkeypatch):
    told = commits_told(monkeypatch)
    filed("a")
    assert told == [False]
    with transaction.atomic():
        filed("b")
    assert told == [False, True]
    assert keys() == ["a", "b"]


def failing_after(key: str) -> None:
    with transaction.atomic():
        filed(key)
        raise RuntimeError


def test_an_act_inside_a_transaction_goes_with_it():
    with pytest.raises(RuntimeError):
        failing_after("a")
    assert keys() == []


@in_one_transaction()
def moved_from(stream: Stream, length: int) -> None:
    later(STREAMS, STREAMS.new(key="beside"))
    stream.length = 9
    moving = MOVED.statement(stream, expected={"length": length})
    moving.must_be_found = "somebody else has moved it"
    gathering().also(moving)


def test_a_row_that_must_be_found_and_is_not_leaves_nothing_of_the_act():
    stream = Stream.objects.create(key="known", length=1)
    with pytest.raises(transaction.TransactionManagementError, match="somebody else"):
        moved_from(stream, 7)
    assert keys() == ["known"]
    moved_from(stream, 1)
    assert keys() == ["beside", "known"]


@in_one_transaction()
def entered(stream: int) -> None:
    later(STREAMS, STREAMS.new(key="beside"))
    row = ENTRIES.new(verb="filed", position=1, previous="", digest="", actor_name="")
    row.stream_id = stream
    row.at, row.data = clock.now(), {}
    later(ENTRIES, row)


def test_a_foreign_key_that_is_checked_at_the_commit_only_is_an_error_of_the_act():
    with pytest.raises(IntegrityError):
        entered(4711)
    assert keys() == []
    filed("next")
    assert keys() == ["next"]
