"""Issued minutes speak of several cases: who is kept from one of them does not find the paper in the
print room, nor its number's successor; who left the room for an item neither."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from approvals.meetings import services
from approvals.meetings.models import Meeting
from documents import services as documents
from documents import sight
from documents.models import Document, Mention
from organizations.models import User
from tests.meetings.conftest import Office
from tests.people import key

pytestmark = pytest.mark.django_db


@pytest.fixture
def minuted(office: Office) -> Meeting:
    """Three items; the intake left the room for the second."""
    meeting = office.meeting()
    items = office.listed(meeting)
    for item in items:
        away = [office.person("intake").pk] if item is items[1] else []
        office.record(item, recused=frozenset(away))
    services.submit_minutes(meeting.pk, actor=office.recorder, key=key())
    office.confirmed(meeting)
    return meeting


def kept(meeting: Meeting, person: User) -> bool:
    return sight.is_kept(meeting.document, person)


def test_whoever_is_tied_to_one_of_the_parties_is_kept_from_the_whole_paper(
    office: Office, minuted: Meeting
) -> None:
    printer, other = office.person("printing_office"), office.person("seal_keeper")
    assert not kept(minuted, printer)
    office.tied(printer, place=2)
    assert kept(minuted, printer)
    assert not kept(minuted, other)


def test_who_left_the_room_for_one_item_is_kept_from_the_paper(
    office: Office, minuted: Meeting
) -> None:
    assert kept(minuted, office.person("intake"))
    assert not kept(minuted, office.reviewer)


def test_a_case_that_was_put_off_is_not_spoken_of(office: Office) -> None:
    meeting = office.meeting()
    items = office.submitted(meeting)
    office.tied(office.chair, place=0)
    office.confirmed(meeting)
    items[0].refresh_from_db()
    assert items[0].state == "deferred"
    assert meeting.document.mentions.count() == 2


def test_renumbered_minutes_are_the_meetings_and_as_closed_as_before(
    office: Office, minuted: Meeting
) -> None:
    old = minuted.document
    renewed = documents.void_and_renumber(old, reason="错号", by=office.person("printing_office"))
    minuted.refresh_from_db()
    assert minuted.document == renewed
    office.tied(office.reviewer)
    for paper in (old, renewed):
        for person in (office.reviewer, office.person("intake")):
            assert sight.is_kept(paper, person), (paper, person)


def test_the_migration_finds_what_older_minutes_speak_of(office: Office, minuted: Meeting) -> None:
    first = minuted.document
    renewed = documents.void_and_renumber(first, reason="错号", by=office.chair)
    told = set(Mention.objects.values_list("document", "case_stream"))
    assert len(told) == 6
    Mention.objects.all().delete()
    for paper in Document.objects.all():
        paper.withheld_from.clear()
    Meeting.objects.update(document=first)
    executor = MigrationExecutor(connection)
    named = ("meetings", "0002_what_minutes_speak_of")
    migration = executor.loader.get_migration(*named)
    for _twice in range(2):
        migration.operations[0].code(executor.loader.project_state(named).apps, None)
    assert set(Mention.objects.values_list("document", "case_stream")) == told
    minuted.refresh_from_db()
    assert minuted.document == renewed
    assert [first.withheld_from.get(), renewed.withheld_from.get()] == [office.person("intake")] * 2
