"""What an act promises and records is written together, and undone with what asked for it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jobs.models import Job
from jobs.services import enqueue
from journal import services
from journal.models import Entry, Stream
from journal.services import record
from journal.verification import verify
from prepared import Change, Rows, due, gathered, soon, together

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return list(Job.objects.order_by("pk").values_list("kind", flat=True))


def promise_and_fail(kind: str) -> None:
    enqueue(kind, {})
    raise RuntimeError(kind)


def test_jobs_of_one_act_are_one_statement_and_keep_their_order():
    with CaptureQueriesContext(connection) as captured, gathered():
        jobs = [enqueue(kind, {"n": kind}) for kind in ("timer", "notice", "mail")]
    assert len(captured) == 1
    assert kinds() == ["timer", "notice", "mail"]
    assert [job.pk for job in jobs] == list(Job.objects.order_by("pk").values_list("pk", flat=True))


def test_an_act_that_fails_promises_nothing():
    with pytest.raises(RuntimeError), gathered():
        promise_and_fail("timer")
    enqueue("later", {})
    assert kinds() == ["later"]


def test_what_a_handler_promised_goes_when_its_savepoint_is_undone():
    with gathered():
        enqueue("timer", {})
        with pytest.raises(RuntimeError), transaction.atomic():
            promise_and_fail("render")
    assert kinds() == ["timer"]


def test_an_inner_act_is_part_of_the_outer_one_and_a_keyed_job_stays_unique():
    with gathered():
        with gathered():
            enqueue("notice", {})
        assert kinds() == []
        first = enqueue("mail", {}, key="once")
        assert enqueue("mail", {}, key="once") == first
    assert sorted(kinds()) == ["mail", "notice"]


def test_acts_on_a_stream_are_chained_at_the_end_and_the_chain_is_whole():
    with gathered():
        first = record("case:1", "completed")
        with transaction.atomic():
            record("case:1", "handled")
        record("case:1", "closed")
        assert first.pk is None
    assert chain_of("case:1") == [(1, "handled"), (2, "completed"), (3, "closed")]
    assert verify() == []


def test_a_head_that_was_said_to_be_locked_and_moved_all_the_same_ends_the_act():
    record("case:1", "filed")
    read = Stream.objects.get(key="case:1")
    forgetting_who_moved_it_last()
    with pytest.raises(transaction.TransactionManagementError):
        act_while_somebody_else_moves(read)
    assert chain_of("case:1") == [(1, "filed")]


def test_what_is_wanted_soon_goes_with_the_next_writing_and_at_the_end_at_the_latest():
    rows, moved = Rows(Stream), Change(Stream, ["length"])
    known = Stream.objects.create(key="known")
    with gathered():
        soon(rows, rows.new(key="first"))
        assert not Stream.objects.filter(key="first").exists()
        together([*due(), moved.statement(known)])
        assert Stream.objects.filter(key="first").exists()
        soon(rows, rows.new(key="second"))
    assert Stream.objects.filter(key="second").exists()
    soon(rows, rows.new(key="third"))
    assert Stream.objects.filter(key="third").exists()


def chain_of(stream: str) -> list[tuple[int, str]]:
    entries = Entry.objects.filter(stream__key=stream).order_by("position")
    return list(entries.values_list("position", "verb"))


@transaction.atomic
def act_while_somebody_else_moves(head: Stream) -> None:
    with gathered():
        record(head.key, "completed", head=head)
        Stream.objects.filter(pk=head.pk).update(length=7)


def forgetting_who_moved_it_last() -> None:
    """As a new transaction does."""
    services._forget()
