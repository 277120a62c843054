"""The nightly job over decisions and paper: who is told, what only approvals can see, no false alarm."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

import clock
from approvals.applications.models import Application
from approvals.notifications.models import Notification
from approvals.reconciliation import nightly
from approvals.reconciliation.decisions import DecidedCase, of_decisions
from approvals.rehearsal import journey
from approvals.rehearsal.choices import Plan
from documents import files
from documents.models import Document
from documents.print_room.findings import Kind
from documents.print_room.models import Discrepancy, Reconciliation
from documents.print_room.reconciling import JOB_KIND
from documents.print_room.terms import limits
from jobs.models import Job
from organizations.accounts import appoint, create_account, declare_relation

CASE = DecidedCase("jiaxing", 1, "JX-1", "approved", 1, 2, "示科〔2026〕1号", "valid")


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, []),
        ({"document_state": "revoked"}, []),
        ({"verdict": "withdrawn", "decision": None, "document": None}, []),
        ({"decision": None}, [Kind.ENDED_WITHOUT_DECISION]),
        ({"document": None}, [Kind.DECISION_WITHOUT_DOCUMENT]),
        ({"document_state": "void"}, [Kind.DECISION_ON_CLOSED_PAPER]),
        ({"document_state": "superseded"}, [Kind.DECISION_ON_CLOSED_PAPER]),
    ],
)
def test_a_decision_has_its_paper(changes, kinds):
    row = DecidedCase(**{**{one: getattr(CASE, one) for one in CASE.__slots__}, **changes})
    assert [one.kind for one in of_decisions([row])] == kinds


@pytest.fixture
def decided(jiaxing):
    """One case driven to its notice, by now."""
    program, organ = jiaxing.program("recognition"), jiaxing.applicant("incubator", "nanhu")
    begin = clock.now() - timedelta(days=40)
    plan = Plan(dice=random.Random(1))
    return journey.drive(program, organ, jiaxing.cast.member_of(organ), begin, plan).decision


@pytest.mark.django_db
def test_the_night_finds_what_was_lost_tells_the_office_once_and_promises_the_next(
    jiaxing, decided
):
    with clock.at(decided.decided_at):
        nightly.look_through({"day": clock.today().isoformat()})
    assert not Discrepancy.objects.exists()
    assert not Notification.objects.filter(kind=nightly.KIND).exists()
    assert Job.objects.filter(kind=JOB_KIND).exists()
    files.path_of(decided.document.pdf_sha256).unlink()
    with clock.at(decided.decided_at):
        for _ in range(2):
            nightly.look_through({"day": clock.today().isoformat()})
        nightly.look_through({"day": "", "asked": "now"})
    assert Reconciliation.objects.count() == 4
    assert [one.kind for one in Discrepancy.objects.filter(reconciliation__found=1)] == [
        "file_missing"
    ] * 3
    told = Notification.objects.filter(kind=nightly.KIND)
    assert [one.person for one in told] == [jiaxing.user("printing_office")]
    assert told[0].link == "/print/discrepancies/"


@pytest.mark.django_db
def test_who_is_tied_to_the_party_is_told_of_no_finding_about_its_paper(jiaxing, decided):
    office = jiaxing.user("printing_office")
    files.path_of(decided.document.pdf_sha256).unlink()
    with clock.at(decided.decided_at):
        second = create_account(username="jx_second", password=None, name="第二人", by=None)
        appoint(second, office.memberships.first().organ, "printing_office", by=None)
        declare_relation(office, decided.application.applicant, ground="持股", by=None)
        nightly.look_through({"day": clock.today().isoformat()})
    told = Notification.objects.filter(kind=nightly.KIND)
    assert [(one.person, "1 项" in one.title) for one in told] == [(second, True)]


@pytest.mark.django_db
def test_a_decision_whose_paper_was_voided_behind_its_back_is_found(decided):
    Document.objects.filter(pk=decided.document_id).update(state="void", state_reason="x")
    nightly.look_through({"day": ""})
    assert Kind.DECISION_ON_CLOSED_PAPER in set(Discrepancy.objects.values_list("kind", flat=True))


@pytest.mark.django_db
def test_the_rows_of_the_decisions_are_read_with_their_paper_and_bare_ends_too(jiaxing, decided):
    bare = jiaxing.draft("recognition", "nanhu", name="bare")
    Application.objects.filter(pk=bare.pk).update(verdict="refused", closed_at=clock.now())
    rows = list(nightly._cases())
    assert [(row.decision, row.document) for row in rows] == [
        (decided.pk, decided.document_id),
        (None, None),
    ]
    assert [one.kind for one in of_decisions(rows)] == [Kind.ENDED_WITHOUT_DECISION]


@pytest.mark.django_db
def test_terms_count_working_days():
    """Nobody is late because the office was closed; a make-up Saturday counts."""
    found = nightly.workdays_before(date(2026, 3, 9), [5, 6])
    assert found == [date(2026, 3, 2), date(2026, 2, 28)]  # the latter a make-up Saturday
    with clock.at(clock.now().replace(year=2026, month=3, day=9)):
        assert limits().print_by == date(2026, 3, 4)
