"""The printing desk: copies, reprints with a reason, batches; other cities see nothing."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse
from pypdf import PdfReader

from documents.models import Document, PrintBatch, PrintJob
from documents.print_room import printing
from documents.print_room.errors import Refused
from documents.print_room.models import Copy
from journal.models import Entry
from organizations.models import User
from tests.documents.print_room.conftest import COMPANY

pytestmark = pytest.mark.django_db
ONE = {"copies_0": "1", "copies_1": "0"}


def page_of(document):
    return reverse("documents:print_document", args=[document.pk])


def test_the_list_shows_what_is_to_print(desk, shelf):
    document = shelf(1)[0]
    response = desk.get(reverse("documents:print_list"))
    assert document.number in response.content.decode()
    for page in ("/print/", "/print/register/"):
        assert document.holder_masked in desk.get(page).content.decode(), "for whom it is"
    assert document.number not in desk.get("/print/?shelf=printed").content.decode()


def test_what_its_reader_gets_in_the_system_stands_on_a_shelf_of_its_own(desk, shelf):
    printed, online = shelf(2)
    Document.objects.filter(pk=online.pk).update(kind="acceptance")
    assert [one.pk for one in desk.get("/print/").context["documents"]] == [printed.pk]
    rest = desk.get("/print/?shelf=online")
    assert [one.pk for one in rest.context["documents"]] == [online.pk]
    assert desk.post("/print/batches/", {"document": [online.pk]}).status_code == 302
    assert [one.pk for one in desk.get("/print/?shelf=printed").context["documents"]] == [online.pk]


def test_a_batch_pressed_twice_is_one_batch(desk, shelf):
    first, second = shelf(2)
    form = {"document": [first.pk, second.pk], "key": "batch"}
    answers = [desk.post("/print/batches/", form) for _ in range(2)]
    batch = PrintBatch.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/print/batches/{batch.pk}/"] * 2
    assert Copy.objects.count() == 4


def test_a_list_that_a_colleague_has_printed_from_prints_nothing(desk, shelf, printer):
    first, second = shelf(2)
    form = {"document": [first.pk, second.pk], "reason": "增发", "key": "late"}
    shown = {f"version-{one.pk}": one.copies_printed for one in (first, second)}
    printing.print_document(second.pk, by=printer)
    answer = desk.post("/print/batches/", {**form, **shown}, follow=True)
    assert "已有变动" in answer.content.decode()
    assert not PrintBatch.objects.exists()


def test_a_first_printing_pressed_twice_prints_once(desk, shelf):
    document = shelf(1)[0]
    form = {"copies_0": "1", "copies_1": "1", "key": "once", "version": "0"}
    answers = [desk.post(page_of(document), form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert document.copies.count() == 2


def test_a_page_that_a_colleague_has_printed_from_prints_nothing(desk, shelf, printer):
    document = shelf(1)[0]
    printing.print_document(document.pk, by=printer)
    form = {"copies_0": "1", "copies_1": "0", "reason": "增发", "key": "late", "version": "0"}
    answer = desk.post(page_of(document), form)
    assert answer.status_code == 422
    assert "已有变动" in answer.content.decode()
    assert document.copies.count() == 2


def test_the_list_goes_on_page_by_page(desk, shelf):
    documents = shelf(27)
    first = desk.get("/print/")
    assert len(first.context["documents"]) == 25
    second = desk.get("/print/" + first.context["next_url"])
    assert [one.pk for one in second.context["documents"]] == [documents[1].pk, documents[0].pk]
    assert second.context["next_url"] == ""


def test_the_list_is_searched_by_number_and_title(desk, shelf):
    wanted, _other = shelf(2)
    response = desk.get("/print/", {"q": wanted.number})
    assert [one.pk for one in response.context["documents"]] == [wanted.pk]
    assert desk.get("/print/", {"q": "受理"}).context["documents"]
    assert not desk.get("/print/", {"q": "无此公文"}).context["documents"]


@pytest.mark.parametrize(
    "query", ["?after=x", "?shelf=%00", "?after=99999999999999999999", "?q=%F0%9F", "?q=%00"]
)
def test_nonsense_in_the_address_does_no_harm(desk, query):
    assert desk.get("/print/" + query).status_code == 200
    assert desk.get("/print/register/" + query.replace("q=", "code=")).status_code == 200


@pytest.mark.parametrize("pk", ["0", "9" * 18, "9" * 40])
def test_a_number_that_no_document_has_is_404(desk, pk):
    assert desk.get(f"/print/{pk}/").status_code == 404
    assert desk.post("/print/batches/", {"document": [pk]}).status_code in {302, 404}


def test_the_office_sees_the_very_pdf(desk, rendered):
    document = rendered()
    response = desk.get(reverse("documents:document_pdf", args=[document.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert response.content[:5] == b"%PDF-"
    assert "filename*=utf-8''" in response["Content-Disposition"]


def test_a_document_without_pdf_says_so_in_words(desk, issue):
    response = desk.get(reverse("documents:document_pdf", args=[issue().pk]))
    assert response.status_code == 503


def test_printing_is_recorded_and_journalled(desk, shelf, printer):
    document = shelf(1)[0]
    response = desk.post(page_of(document), {"copies_0": "2", "copies_1": "1"})
    assert response.status_code == 302
    job = PrintJob.objects.get()
    assert (job.copies, job.reprint, job.printed_by) == (3, False, printer)
    assert Entry.objects.get(verb="document_printed").data["copies"] == 3
    ledger = list(Copy.objects.order_by("n").values_list("n", "purpose", "recipient"))
    assert ledger == [(1, "addressee", COMPANY), (2, "addressee", COMPANY), (3, "file", "本机关")]


def test_a_reprint_needs_a_reason(desk, shelf):
    document = shelf(1)[0]
    desk.post(page_of(document), ONE)
    refused = desk.post(page_of(document), {**ONE, "reason": " "})
    assert refused.status_code == 422
    assert "重印原因" in refused.content.decode()
    assert desk.post(page_of(document), {**ONE, "reason": "卡纸"}).status_code == 302
    assert list(PrintJob.objects.order_by("pk").values_list("reprint", "reason")) == [
        (False, ""),
        (True, "卡纸"),
    ]


@pytest.mark.parametrize("typed", ["0", "201", "-1", "x", ""])
def test_only_1_to_200_copies(desk, shelf, typed):
    document = shelf(1)[0]
    answer = desk.post(page_of(document), {"copies_0": typed, "copies_1": "0"})
    assert answer.status_code == 422
    assert not PrintJob.objects.exists()


def test_a_voided_document_is_not_printed(desk, shelf, printer):
    document = shelf(1)[0]
    Document.objects.filter(pk=document.pk).update(state="void")
    with pytest.raises(Refused, match="不能再打印"):
        printing.print_document(document.pk, by=printer)


def test_a_batch_merges_its_documents_under_a_cover_list(desk, rendered):
    documents = [rendered(), rendered()]
    response = desk.post("/print/batches/", {"document": [one.pk for one in documents]})
    batch = PrintBatch.objects.get()
    assert response["Location"] == f"/print/batches/{batch.pk}/"
    assert desk.get(response["Location"]).status_code == 200
    merged = desk.get(f"/print/batches/{batch.pk}/pdf")
    pages = PdfReader(io.BytesIO(merged.content)).pages
    cover = pages[0].extract_text()
    assert all(one.number in cover.replace("\n", "") for one in documents)
    assert "共2件4份" in cover
    assert "000001—000002" in cover
    assert len(pages) == 10  # the cover and two copies of each begin on a front side
    assert documents[1].number in pages[6].extract_text()


def test_a_batch_is_all_or_nothing(desk, shelf, issue):
    ready, waiting = shelf(1)[0], issue()
    desk.post("/print/batches/", {"document": [ready.pk, waiting.pk]})
    assert not PrintBatch.objects.exists()
    assert not PrintJob.objects.exists()
    assert desk.post("/print/batches/", {}).status_code == 302


def test_another_citys_office_gets_404_everywhere(client, printer_elsewhere, shelf, printer):
    document = shelf(1)[0]
    batch = printing.print_batch([document.pk], reason="", by=printer)
    client.force_login(printer_elsewhere)
    assert document.number not in client.get("/print/").content.decode()
    addresses = [page_of(document), f"/documents/{document.pk}/pdf", f"/print/batches/{batch.pk}/"]
    assert [client.get(one).status_code for one in addresses] == [404] * 3
    assert client.get(f"/print/batches/{batch.pk}/pdf").status_code == 404
    assert client.post("/print/batches/", {"document": [document.pk]}).status_code == 404
    assert client.post(page_of(document), ONE).status_code == 404
    assert client.post(f"/print/{document.pk}/retry/").status_code == 404


def test_a_colleague_without_the_right_gets_403(client, reviewer, shelf):
    document = shelf(1)[0]
    client.force_login(reviewer)
    addresses = ["/print/", page_of(document), f"/documents/{document.pk}/pdf"]
    assert [client.get(one).status_code for one in addresses] == [403] * 3


def test_nobody_enters_without_logging_in(client, shelf):
    document = shelf(1)[0]
    for address in (
        "/print/",
        page_of(document),
        f"/documents/{document.pk}/pdf",
        "/print/register/",
    ):
        assert client.get(address)["Location"].startswith("/login/")


def test_the_register_shows_every_number_and_every_void(desk, issue):
    document = issue()
    document.entry.state, document.entry.reason = "void", "姓名有误"
    document.entry.save()
    response = desk.get("/print/register/", {"code": "示测"})
    assert document.number in response.content.decode()
    assert "姓名有误" in response.content.decode()
    assert not desk.get("/print/register/", {"year": "1999"}).context["entries"]


def test_a_failed_document_is_listed_and_retried(desk, issue):
    document = issue()
    Document.objects.filter(pk=document.pk).update(failure="no glyph", failures=1)
    assert "no glyph" in desk.get("/print/?shelf=failed").content.decode()
    assert desk.post(f"/print/{document.pk}/retry/").status_code == 302


def test_the_register_as_a_workbook_holds_every_number_and_no_formula(desk, issue):
    document = issue(title="=1+1")
    response = desk.get("/print/register.xlsx", {"code": "示测"})
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert document.number in strings
    assert "=1+1" in strings
    assert "<f>" not in sheet


def test_the_workbook_is_for_those_who_may_read_the_register(client, printer_elsewhere, issue):
    document = issue()
    client.force_login(User.objects.create(username="newcomer", name="无岗位"))
    assert client.get("/print/register.xlsx").status_code == 403
    client.force_login(printer_elsewhere)
    content = client.get("/print/register.xlsx").content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert document.number not in book.read("xl/sharedStrings.xml").decode()
