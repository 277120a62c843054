"""Whoever goes around the models by SQL is found, and the first bad entry is named."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from journal.models import Anchor, Entry, Stream
from journal.services import anchor, record
from journal.verification import verify

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 21)


@pytest.fixture
def journal():
    for number in range(1, 6):
        record("case:1", f"act_{number}", data={"number": number})
        record("case:2", f"act_{number}")


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def cut_tail(key, length):
    """Removes the end of a chain and sets its head row as if it had never been there."""
    kept = Entry.objects.get(stream__key=key, position=length)
    sql("DELETE FROM journal_entry WHERE stream_id = %s AND position > %s", kept.stream_id, length)
    sql("UPDATE journal_stream SET length=%s, head=%s WHERE key=%s", length, kept.digest, key)


def found():
    return [(fault.stream, fault.position, fault.kind) for fault in verify()]


def test_an_untouched_journal_is_whole(journal):
    anchor(DAY)
    record("case:1", "later")
    assert verify() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("verb", "refused"), ("actor_name", "别人"), ("actor_id", 9), ("data", '{"number":4}')],
)
def test_an_edited_entry_is_named(journal, column, value):
    sql(f"UPDATE journal_entry SET {column}=%s WHERE position=3 AND verb='act_3'", value)
    assert ("case:1", 3, "content") in found()


def test_an_edited_time_is_named(journal):
    sql("UPDATE journal_entry SET at='2020-01-01 00:00:00' WHERE verb='act_2'")
    assert found() == [("case:1", 2, "content"), ("case:2", 2, "content")]


def test_an_edited_entry_with_a_new_digest_breaks_the_next_link(journal):
    forged = Entry.objects.get(stream__key="case:1", position=3)
    forged.verb = "refused"
    sql(
        "UPDATE journal_entry SET verb=%s, digest=%s WHERE id=%s",
        "refused",
        forged.computed_digest("case:1"),
        forged.pk,
    )
    assert found() == [("case:1", 4, "link")]


def test_a_deleted_entry_is_named(journal):
    sql(
        "DELETE FROM journal_entry WHERE position=2 AND stream_id=(SELECT id FROM journal_stream WHERE key='case:2')"
    )
    assert found() == [("case:2", 2, "missing")]


def test_swapped_entries_are_named(journal):
    stream = Stream.objects.get(key="case:1").pk
    for old, new in ((2, 99), (3, 2), (99, 3)):
        sql(
            "UPDATE journal_entry SET position=%s WHERE stream_id=%s AND position=%s",
            new,
            stream,
            old,
        )
    assert found() == [("case:1", 2, "link")]


def test_an_inserted_entry_is_named(journal):
    stream = Stream.objects.get(key="case:1")
    Entry.objects.bulk_create(
        [
            Entry(
                stream=stream,
                position=6,
                at="2026-01-01T00:00:00+08:00",
                verb="extra",
                previous=stream.head,
                digest="f" * 64,
            )
        ]
    )
    assert found() == [("case:1", 6, "content")]


def test_a_cut_tail_is_remembered_by_the_head(journal):
    sql(
        "DELETE FROM journal_entry WHERE position=5 AND stream_id=(SELECT id FROM journal_stream WHERE key='case:1')"
    )
    assert found() == [("case:1", 5, "head")]


def test_a_tail_cut_together_with_its_head_is_remembered_by_the_anchor(journal):
    anchor(DAY)
    cut_tail("case:1", 3)
    assert found() == [("case:1", 4, "tail")]


def test_a_rewritten_tail_differs_from_the_anchor(journal):
    anchor(DAY)
    cut_tail("case:1", 4)
    record("case:1", "another_end")
    assert found() == [("case:1", 5, "anchor")]


def test_a_stream_that_vanished_altogether_is_remembered_by_the_anchor(journal):
    anchor(DAY)
    sql(
        "DELETE FROM journal_entry WHERE stream_id=(SELECT id FROM journal_stream WHERE key='case:1')"
    )
    sql("DELETE FROM journal_stream WHERE key='case:1'")
    assert found() == [("case:1", 1, "tail")]


def test_a_stream_without_its_entries_is_named(journal):
    sql(
        "DELETE FROM journal_entry WHERE stream_id=(SELECT id FROM journal_stream WHERE key='case:1')"
    )
    assert found() == [("case:1", 1, "head")]


def test_an_altered_anchor_is_named(journal):
    anchor(DAY)
    sql("UPDATE journal_anchor SET heads='{}'")
    assert found() == [(f"anchor:{DAY}", 0, "content")]


def test_a_removed_anchor_breaks_the_chain_of_anchors(journal):
    anchor(DAY)
    record("case:1", "later")
    anchor(date(2026, 11, 22))
    sql("DELETE FROM journal_anchor WHERE day='2026-11-21'")
    assert found() == [("anchor:2026-11-22", 0, "link")]


def test_the_last_anchor_is_missed_when_its_digest_was_kept_outside(journal):
    kept = anchor(DAY).digest
    assert verify(kept) == []
    sql("DELETE FROM journal_anchor")
    assert verify() == []
    assert [fault.kind for fault in verify(kept)] == ["anchor"]


def test_an_anchor_is_made_once_a_day_and_holds_what_moved(journal):
    first = anchor(DAY)
    assert anchor(DAY).digest == first.digest
    assert {"case:1", "case:2"} <= set(first.heads)
    record("case:2", "later")
    second = anchor(date(2026, 11, 22))
    assert (set(second.heads), second.previous) == ({"case:2"}, first.digest)
    with pytest.raises(ValueError, match="before the last anchor"):
        anchor(date(2026, 11, 20))
    assert Anchor.objects.count() == 2


def test_the_command_names_the_first_bad_entry_and_fails(journal):
    out = StringIO()
    call_command("verify_journal", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"whole": True, "faults": [], "anchor": None}

    sql("UPDATE journal_entry SET verb='refused' WHERE position=4 AND verb='act_4'")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_journal", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue().splitlines()[0].startswith("case:1 #4 content:")


class AnyTampering(TestCase):
    """Property: whichever column of whichever entry is altered, that entry or the next is named."""

    @settings(max_examples=40, deadline=None)
    @given(
        length=st.integers(2, 6),
        place=st.integers(1, 6),
        column=st.sampled_from(["verb", "previous", "digest", "actor_name"]),
        text=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20),
    )
    def test_any_altered_column_is_found(self, length, place, column, text):
        for number in range(length):
            record("case:1", f"act_{number}")
        position = min(place, length)
        entry = Entry.objects.get(stream__key="case:1", position=position)
        if getattr(entry, column) == text:
            return
        sql(f"UPDATE journal_entry SET {column}=%s WHERE id=%s", text, entry.pk)
        faults = verify()
        assert [fault.position for fault in faults] == [position]
