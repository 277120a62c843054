"""What `record` promises: order, company of the act, and rows nobody rewrites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import clock
from journal.canonical import GENESIS, canonical, plain
from journal.models import AppendOnlyError, Entry, Stream
from journal.selectors import entries
from journal.services import record
from journal.verification import verify

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Clerk:
    pk: int = 7
    name: str = "沈佳怡"


def test_entries_of_a_stream_are_numbered_and_chained():
    first = record("case:1", "submitted", actor=Clerk())
    second = record("case:1", "accepted", actor=Clerk())
    other = record("case:2", "submitted")

    assert [entry.position for entry in entries("case:1")] == [1, 2]
    assert (first.previous, second.previous) == (GENESIS, first.digest)
    assert (other.position, other.previous) == (1, GENESIS)
    assert Stream.objects.get(key="case:1").head == second.digest


def test_the_name_of_the_actor_is_frozen():
    entry = record("case:1", "submitted", actor=Clerk(name="沈佳怡"))
    assert (entry.actor_id, entry.actor_name) == (7, "沈佳怡")
    assert record("case:1", "deemed_accepted").actor_id is None


def test_the_time_is_the_simulated_one():
    moment = datetime(2021, 1, 7, 9, tzinfo=clock.BEIJING)
    with clock.at(moment):
        assert record("system", "started").at == moment


def test_a_digest_can_be_made_again_from_the_stored_row():
    data = {"sum": Decimal("774000.00"), "share": 0.2, "on": date(2025, 6, 30), "who": {2, 1}}
    entry = record("case:1", "computed", data=data)
    stored = Entry.objects.get(pk=entry.pk)
    assert stored.data == {"sum": "774000.00", "share": "0.2", "on": "2025-06-30", "who": [1, 2]}
    assert stored.computed_digest("case:1") == entry.digest


def test_characters_no_database_stores_do_no_harm():
    entry = record("case:1", "noted", data={"text": "a\x00b\ud800c"})
    assert entry.data == {"text": "a\N{REPLACEMENT CHARACTER}b?c"}


def test_canonical_json_is_sorted_without_spaces_and_readable():
    assert canonical({"乙": 1, "a": [True, None]}) == '{"a":[true,null],"乙":1}'
    assert plain((1, 2)) == [1, 2]


def test_a_recorded_entry_is_neither_changed_nor_deleted():
    entry = record("case:1", "submitted")
    entry.verb = "refused"
    for forbidden in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(verb="refused"),
        lambda: Entry.objects.bulk_update([entry], ["verb"]),
    ):
        with pytest.raises(AppendOnlyError):
            forbidden()
    assert Entry.objects.get(pk=entry.pk).verb == "submitted"


def test_recording_costs_three_statements_and_five_for_the_first_entry_of_a_stream():
    with CaptureQueriesContext(connection) as first:
        record("case:1", "submitted")
    with CaptureQueriesContext(connection) as second:
        record("case:1", "accepted")
    record("case:2", "submitted")
    with CaptureQueriesContext(connection) as back:
        record("case:1", "closed")
    assert (len(first), len(second), len(back)) == (5, 2, 3)


def test_who_knows_the_head_pays_two_statements_and_an_outdated_head_is_read_again():
    record("case:1", "submitted")
    head = Stream.objects.get(key="case:1")
    record("case:2", "submitted")
    with CaptureQueriesContext(connection) as known:
        record("case:1", "accepted", head=head)
    record("case:2", "accepted")
    outdated = Stream(pk=head.pk, key="case:1", length=1, head="0" * 64)
    late = record("case:1", "closed", head=outdated)
    assert (len(known), late.position) == (2, 3)
    assert not verify()


@pytest.mark.django_db(transaction=True)
def test_an_act_without_a_transaction_cannot_be_recorded():
    with pytest.raises(transaction.TransactionManagementError):
        record("case:1", "submitted")
    assert not entries("case:1").exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_rolled_back_leaves_no_entry_and_no_gap():
    with transaction.atomic():
        record("case:1", "submitted")
    with transaction.atomic():
        record("case:1", "refused")
        transaction.set_rollback(True)
    with transaction.atomic():
        record("case:1", "accepted")
    assert list(entries("case:1").values_list("position", "verb")) == [
        (1, "submitted"),
        (2, "accepted"),
    ]
