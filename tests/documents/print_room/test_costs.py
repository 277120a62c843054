"""What the lists and pages of the print room cost, at 1 row and at 200."""

from __future__ import annotations

import pytest

import clock
from documents.models import Document, PrintJob
from documents.print_room import reconciling, sealing
from documents.print_room.findings import Finding, Kind
from documents.print_room.models import Copy, Delivery, SealEntry

pytestmark = pytest.mark.django_db


def copied(document: Document, count: int) -> list[Document]:
    """More rows like this one, without the cost of issuing them."""
    series = document.entry.series
    entries = type(document.entry).objects.bulk_create(
        type(document.entry)(series=series, n=n, taken_at=clock.now()) for n in range(2, count + 1)
    )
    unlike = {"id", "entry", "number", "verify_code"}
    same = {
        one.name: getattr(document, one.name)
        for one in Document._meta.concrete_fields
        if one.name not in unlike
    }
    return Document.objects.bulk_create(
        Document(**same, entry=entry, number=f"{series}{entry.n}号", verify_code=f"{entry.n:020d}")
        for entry in entries
    )


def cost(desk, address, wanted, django_assert_num_queries):
    desk.get(address)  # the first request of a while renews the session
    with django_assert_num_queries(wanted):
        assert desk.get(address).status_code == 200


@pytest.mark.parametrize("count", [1, 200])
def test_each_list_costs_the_same_at_1_and_at_200_rows(
    desk, handed, printer, count, django_assert_num_queries
):
    delivery = handed()
    document = Document.objects.select_related("entry__series").get(pk=delivery.document_id)
    more = copied(document, count)
    Document.objects.filter(pk__in=[one.pk for one in more]).update(copies_printed=0)
    people = {"asked_by": printer, "asked_at": clock.now(), "seal": "印章"}
    SealEntry.objects.bulk_create(SealEntry(document=one, **people) for one in more)
    Delivery.objects.bulk_create(
        Delivery(
            document=one, purpose="addressee", recipient="甲", method="in_person",
            handed_by=printer, handed_at=clock.now(),
        )
        for one in more
    )  # fmt: skip
    city = document.lead_organ.city
    reconciling.keep(
        [Finding(Kind.NOT_PRINTED, city, one.pk, one.number) for one in [document, *more]]
    )
    for address, wanted in (
        ("/print/", 7),
        ("/print/?shelf=printed", 7),
        ("/print/?shelf=to_deliver", 7),
        ("/print/seals/?state=all", 11),
        ("/print/deliveries/", 8),
        ("/print/discrepancies/", 10),
    ):
        cost(desk, address, wanted, django_assert_num_queries)


@pytest.mark.parametrize("count", [1, 200])
def test_a_documents_page_costs_the_same_with_1_and_with_200_copies(
    desk, printed, printer, count, django_assert_num_queries
):
    document = printed()
    job = PrintJob.objects.get()
    Copy.objects.bulk_create(
        Copy(document=document, n=n, job=job, purpose="copy", recipient=f"单位{n}")
        for n in range(3, count + 2)
    )
    sealing.ask(document.pk, by=printer)
    cost(desk, f"/print/{document.pk}/", 15, django_assert_num_queries)
