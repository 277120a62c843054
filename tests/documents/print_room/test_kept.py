"""Who is tied to an applicant or was recused from a case finds nothing of its papers in the print
room: no row, no count, no file, no act. His colleague at the next desk finds everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import clock
from approvals.applications.models import Application
from documents import services, sight
from documents.models import Document, Mention, PrintBatch, PrintJob
from documents.print_room import printing, reconciling, sealing, selectors, serving
from documents.print_room.findings import Finding, Kind
from documents.print_room.models import Copy, Delivery, SealEntry
from organizations.accounts import appoint, create_account, declare_relation
from organizations.models import User
from tests.people import Town, key, town
from workflows.recusals import Recusal

pytestmark = pytest.mark.django_db
ROLES = ("printing_office", "seal_keeper", "bureau_leader")


@dataclass
class Desk:
    """A case's paper with everything that is done to paper, and a second paper of another case."""

    city: Town
    case: Application
    paper: Document
    other: Document
    entry: SealEntry
    delivery: Delivery
    batch: PrintBatch
    person: User
    """Holds every post of the print room."""

    def page(self, address: str) -> tuple[int, str]:
        client = Client()
        client.force_login(self.person)
        answer = client.get(address)
        return answer.status_code, answer.getvalue().decode(errors="replace")


def receipt(case: Application) -> Document:
    paper = Document.objects.get(case_stream=case.stream, kind="receipt")
    Document.objects.filter(pk=paper.pk).update(pdf_sha256=f"{paper.pk:064d}")
    return Document.objects.select_related("entry__series", "lead_organ").get(pk=paper.pk)


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: Any) -> Iterator[Desk]:
    """Played once; each test rolls back to here."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield worked_on(town("jiaxing"))
        transaction.set_rollback(True)


@pytest.fixture
def desk(played: Desk, db: None) -> Desk:
    for one in (played.paper, played.other):
        one.refresh_from_db()
    return played


def worked_on(jiaxing: Town) -> Desk:
    case, neighbour = jiaxing.filed("recognition", "nanhu"), jiaxing.filed("recognition", "xiuzhou")
    paper, other = receipt(case), receipt(neighbour)
    office, leader = jiaxing.user("printing_office"), jiaxing.user("bureau_leader")
    person = create_account(username="jx_second", password=None, name="第二人", by=None)
    for role in ROLES:
        organ = jiaxing.user(role).memberships.first().organ
        appoint(person, organ, role, by=None)
    batch = printing.print_batch([paper.pk, other.pk], by=office)
    for one in (paper, other):
        one.refresh_from_db()
    entries = [sealing.ask(one.pk, by=office) for one in (paper, other)]
    sealing.approve(entries[0].pk, by=leader)
    sealing.apply(entries[0].pk, by=jiaxing.user("seal_keeper"))
    copy = Copy.objects.filter(document=paper, purpose="addressee").first()
    delivery = serving.hand_over(
        paper.pk, purpose=copy.purpose, recipient=copy.recipient, method="in_person", by=office
    )
    city = paper.lead_organ.city
    reconciling.keep(
        [
            Finding(Kind.NOT_PRINTED, city, paper.pk, paper.number),
            Finding(Kind.ENDED_WITHOUT_DECISION, city, None, case.number, case=case.stream),
            Finding(Kind.NOT_PRINTED, city, other.pk, other.number),
        ]
    )
    return Desk(jiaxing, case, paper, other, entries[0], delivery, batch, person)


def tie(desk: Desk) -> None:
    declare_relation(desk.person, desk.case.applicant, ground="配偶在该单位任职", by=None)


def recuse(desk: Desk) -> None:
    Recusal.objects.create(
        process=desk.case.process, user=desk.person, kind="self", ground="曾任职",
        asked_at=clock.now(), state="in_force",
    )  # fmt: skip


def mention(desk: Desk) -> None:
    """The paper is about another case and speaks of his too."""
    Document.objects.filter(pk=desk.paper.pk).update(case_stream="")
    sight.mention(desk.paper, [desk.case.stream])
    tie(desk)


def leave(desk: Desk) -> None:
    """Minutes: he left the room."""
    sight.mention(desk.paper, [], left=[desk.person])


keeps = pytest.mark.parametrize("keep", [tie, recuse, mention, leave])
Keep = Callable[[Desk], None]

LISTS = (
    "/",
    *(f"/print/?shelf={shelf}" for shelf in ("to_print", "online", "printed", "to_deliver")),
    "/print/seals/?state=all",
    "/print/deliveries/",
    "/print/discrepancies/",
)


def things(desk: Desk) -> list[str]:
    """Every address that names the paper or what hangs on it."""
    paper, job = desk.paper.pk, PrintJob.objects.get(document=desk.paper).pk
    copy = Copy.objects.filter(document=desk.paper).first().pk
    named = [
        ("print_document", paper),
        ("hand_over", paper),
        ("document_pdf", paper),
        ("job_pdf", job),
        ("spoil_copy", copy),
        ("delivery", desk.delivery.pk),
        ("service_slip", desk.delivery.pk),
    ]
    return [reverse(f"documents:{name}", args=[pk]) for name, pk in named]


@keeps
def test_his_lists_have_the_neighbours_paper_and_not_this_one(desk: Desk, keep: Keep) -> None:
    before = {address: desk.page(address)[1] for address in LISTS}
    assert sum(desk.paper.number in text for text in before.values()) >= 4, "else nothing is shown"
    keep(desk)
    for address in LISTS:
        status, text = desk.page(address)
        assert status == 200
        assert desk.paper.number not in text, address
        assert f"/{desk.paper.pk}/" not in text, address
        if desk.other.number in before[address]:
            assert desk.other.number in text, address


@keeps
def test_each_of_its_addresses_answers_as_for_a_paper_that_is_not(desk: Desk, keep: Keep) -> None:
    assert {desk.page(address)[0] for address in things(desk)} <= {200, 503}
    missing = desk.page("/print/987654321/")
    keep(desk)
    for address in things(desk):
        assert desk.page(address) == missing, address


def test_a_finding_about_a_case_without_paper_is_kept_too(desk: Desk) -> None:
    assert desk.case.number in desk.page("/print/discrepancies/")[1]
    tie(desk)
    assert desk.case.number not in desk.page("/print/discrepancies/")[1]


def test_his_first_page_counts_no_seal_of_it(desk: Desk) -> None:
    SealEntry.objects.update(state="asked", approved_by=None, applied_by=None)
    cities = [desk.paper.lead_organ.city]
    assert selectors.waiting_seals(cities, desk.person) == {"asked": 2}
    tie(desk)
    assert selectors.waiting_seals(cities, desk.person) == {"asked": 1}
    assert "2 件" not in desk.page("/")[1]


@pytest.mark.parametrize("address", LISTS)
def test_what_is_kept_costs_one_statement_whether_there_is_any_or_not(
    desk: Desk, address: str
) -> None:
    desk.page(address)
    with CaptureQueriesContext(connection) as free:
        desk.page(address)
    tie(desk)
    with CaptureQueriesContext(connection) as tied:
        desk.page(address)
    assert len(tied) == len(free)


def test_a_batch_is_one_that_never_held_it(desk: Desk) -> None:
    address = reverse("documents:print_batch", args=[desk.batch.pk])
    assert desk.paper.number in desk.page(address)[1]
    tie(desk)
    status, text = desk.page(address)
    assert (status, desk.paper.number in text, desk.other.number in text) == (200, False, True)
    declare_relation(desk.person, Application.objects.get(
        pk=int(desk.other.case_stream.removeprefix("case:"))
    ).applicant, ground="持股", by=None)  # fmt: skip
    for name in ("print_batch", "batch_pdf"):
        assert desk.page(reverse(f"documents:{name}", args=[desk.batch.pk]))[0] == 404


def test_the_merged_file_of_a_batch_holds_his_papers_only(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged: list[list[int]] = []
    monkeypatch.setattr(
        "documents.print_room.sheets.batch_pdf",
        lambda _batch, jobs: merged.append([job.document_id for job in jobs]) or b"%PDF",
    )
    address = reverse("documents:batch_pdf", args=[desk.batch.pk])
    desk.page(address)
    tie(desk)
    desk.page(address)
    assert [sorted(one) for one in merged] == [[desk.paper.pk, desk.other.pk], [desk.other.pk]]


def test_he_can_act_on_nothing_of_it_although_he_knows_its_numbers(desk: Desk) -> None:
    tie(desk)
    copy = Copy.objects.filter(document=desk.paper).last()
    SealEntry.objects.filter(pk=desk.entry.pk).update(state="asked", approved_by=None)
    paper, by = desk.paper.pk, desk.person
    acts = [
        lambda: printing.print_document(paper, by=by, reason="遗失"),
        lambda: printing.spoil(copy.pk, reason="墨污", by=by),
        lambda: sealing.ask(paper, by=by),
        lambda: sealing.approve(desk.entry.pk, by=by),
        lambda: sealing.apply(desk.entry.pk, by=by),
        lambda: serving.hand_over(
            paper, purpose="addressee", recipient=copy.recipient, method="in_person", by=by
        ),
        lambda: serving.prove(desk.delivery.pk, serving.Proof("served"), by=by),
    ]
    for act in acts:
        with pytest.raises(Http404):
            act()
    client = Client()
    client.force_login(by)
    for address, form in (
        ("/print/batches/", {"document": [paper, desk.other.pk]}),
        (f"/print/{paper}/", {}),
        (f"/print/{paper}/seal/", {}),
        (f"/print/{paper}/retry/", {}),
        (f"/print/{paper}/renumber/", {"reason": "错号"}),
        ("/print/seals/approve/", {"entry": desk.entry.pk}),
        (f"/print/deliveries/{desk.delivery.pk}/", {"outcome": "served"}),
    ):
        assert client.post(address, {**form, "key": key()}).status_code == 404, address


def test_a_batch_with_it_is_refused_as_with_a_paper_that_is_not(desk: Desk) -> None:
    tie(desk)
    for pk in (desk.paper.pk, 987654321):
        with pytest.raises(printing.Refused, match="已不存在"):
            printing.print_batch([pk, desk.other.pk], by=desk.person, reason="补发")


def test_a_renumbered_paper_speaks_of_the_same_cases_and_people(desk: Desk) -> None:
    sight.mention(desk.paper, ["case:7", "case:8"], left=[desk.person])
    renewed = services.void_and_renumber(
        desk.paper, reason="错号", by=desk.city.user("printing_office")
    )
    found = Mention.objects.filter(document=renewed).values_list("case_stream", flat=True)
    assert sorted(found) == ["case:7", "case:8"]
    assert list(renewed.withheld_from.all()) == [desk.person]
    assert sight.is_kept(renewed, desk.person)


def test_the_register_keeps_the_number_without_holder_and_link(desk: Desk) -> None:
    address = reverse("documents:register")
    link, holder = f'href="/print/{desk.paper.pk}/"', desk.paper.holder_masked
    before = desk.page(address)[1]
    assert link in before
    assert holder in before
    tie(desk)
    after = desk.page(address)[1]
    assert desk.paper.number in after
    assert link not in after
    assert holder not in after
