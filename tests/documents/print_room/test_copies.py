"""Copies: their numbers, spoiled ones, reprints, what is laid over them; the original stays as it is."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from documents import files
from documents.models import Document, PrintJob
from documents.print_room import printing, sheets
from documents.print_room.distribution import Line, distribution
from documents.print_room.errors import Refused
from documents.print_room.models import Copy, Purpose
from journal.models import Entry
from tests.documents.print_room.conftest import COMPANY

pytestmark = pytest.mark.django_db
MARK = re.compile("[重补] ?[印打]")
"""The mark's characters are spaced."""


def test_the_distribution_list_is_addressees_copies_and_file():
    content = {"addressees": ["甲", "乙"], "imprint": {"copies_to": ["丙"]}}
    assert [(line.purpose, line.recipient, line.copies) for line in distribution(content)] == [
        ("addressee", "甲", 1),
        ("addressee", "乙", 1),
        ("copy", "丙", 1),
        ("file", "本机关", 1),
    ]
    assert distribution({}, "示例公司")[0].recipient == "示例公司"


def texts(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_each_copy_bears_its_number_and_the_archived_original_keeps_its_bytes(rendered, printer):
    document = rendered(addressees=[COMPANY])
    before = files.read(document)
    job = printing.print_document(document.pk, by=printer, numbered=True)
    pages = texts(sheets.job_pdf(job))
    assert len(pages) == 4  # two copies, each with its blank back
    assert ["000001" in pages[0], "000002" in pages[2]] == [True, True]
    assert "000001" not in pages[2]
    assert all(document.number in pages[place] for place in (0, 2))
    assert files.read(document) == before


def test_a_copy_without_number_is_the_original_itself(rendered, printer):
    document = rendered(addressees=[COMPANY])
    job = printing.print_document(document.pk, by=printer)
    original = texts(files.read(document))
    assert texts(sheets.job_pdf(job))[0] == original[0]
    assert Copy.objects.filter(document=document).count() == 2  # the ledger counts all the same


def test_a_reprint_and_a_replacement_are_marked_on_the_paper(rendered, printer):
    document = rendered(addressees=[COMPANY])
    first = printing.print_document(document.pk, by=printer)
    again = printing.print_document(
        document.pk, by=printer, lines=[Line(Purpose.COPY, "示例市财政局")], reason="增发"
    )
    renewed = printing.spoil(first.printed.get(n=1).pk, reason="卡纸", by=printer)
    marks = [
        set(MARK.findall(texts(sheets.job_pdf(job))[0])) for job in (first, again, renewed.job)
    ]
    assert marks == [set(), {"重 印"}, {"补 打"}]


@pytest.mark.parametrize(
    ("content", "top"),
    [
        ({"format": "document"}, 34.56),
        ({"format": "document", "urgency": "特急"}, 24.11),
        ({"format": "form"}, 24.11),
        ({"format": "letter", "organs": ["示例市科学技术局"]}, 53.65),
    ],
)
def test_the_number_stands_on_the_first_line_unless_it_is_taken(content, top):
    assert sheets.number_top(content) == pytest.approx(top, abs=0.01)


def test_a_spoiled_copy_stays_in_the_ledger_and_gets_a_new_number(printed, printer):
    document = printed()
    spoiled = document.copies.get(n=1)
    renewed = printing.spoil(spoiled.pk, reason="卡纸", by=printer)
    spoiled.refresh_from_db()
    document.refresh_from_db()
    assert (spoiled.spoiled_reason, spoiled.spoiled_by) == ("卡纸", printer)
    assert (renewed.n, renewed.recipient, renewed.replaces) == (3, spoiled.recipient, spoiled)
    assert document.copies_printed == document.copies.count() == 3
    job = PrintJob.objects.order_by("-pk").first()
    assert (job.reprint, job.reason) == (True, "替换第000001份：卡纸")
    assert Entry.objects.get(verb="copy_spoiled").data["copy"] == "000001"


def test_a_copy_is_spoiled_once_and_with_a_reason(printed, printer):
    copy = printed().copies.get(n=1)
    with pytest.raises(Refused, match="原因"):
        printing.spoil(copy.pk, reason=" ", by=printer)
    printing.spoil(copy.pk, reason="墨污", by=printer)
    with pytest.raises(Refused, match="已经作废"):
        printing.spoil(copy.pk, reason="墨污", by=printer)


def test_what_has_left_the_house_is_not_spoiled(handed, printer):
    copy = handed().copies.get()
    with pytest.raises(Refused, match="已经交付"):
        printing.spoil(copy.pk, reason="墨污", by=printer)


def test_a_form_pressed_twice_prints_and_spoils_once(desk, printed):
    document = printed()
    again = {"copies_0": "1", "copies_1": "0", "reason": "增发", "key": "same"}
    assert [desk.post(f"/print/{document.pk}/", again).status_code for _ in range(2)] == [302, 302]
    assert document.copies.count() == 3
    address = f"/print/copies/{document.copies.get(n=1).pk}/spoil/"
    spoil = {"reason": "卡纸", "key": "other"}
    assert [desk.post(address, spoil).status_code for _ in range(2)] == [302, 302]
    assert document.copies.count() == 4


def test_a_key_used_for_something_else_is_told(desk, printed):
    document = printed()
    for reason in ("增发", "又增发"):
        answer = desk.post(
            f"/print/{document.pk}/",
            {"copies_0": "1", "copies_1": "0", "reason": reason, "key": "same"},
        )
    assert answer.status_code == 422
    assert "刷新页面" in answer.content.decode()
    assert "又增发" in answer.content.decode()  # nothing typed is lost


def test_a_stranger_spoils_nothing(client, printer_elsewhere, reviewer, printed):
    address = f"/print/copies/{printed().copies.get(n=1).pk}/spoil/"
    for person, status in ((printer_elsewhere, 404), (reviewer, 403)):
        client.force_login(person)
        assert client.post(address, {"reason": "x"}).status_code == status
    assert not Copy.objects.filter(spoiled_at__isnull=False).exists()


@pytest.mark.parametrize(("count", "statements"), [(1, 11), (200, 13)])
def test_printing_costs_eleven_statements_for_1_copy_and_two_more_batches_for_200(
    shelf, printer, count, statements, django_assert_max_num_queries
):
    document = shelf(1)[0]
    with django_assert_max_num_queries(statements):
        printing.print_document(
            document.pk, by=printer, lines=[Line(Purpose.ADDRESSEE, COMPANY, count)]
        )
    assert Document.objects.get(pk=document.pk).copies_printed == count
