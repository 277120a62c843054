"""Reconciliation: each kind of discrepancy is found where it was put, and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

import clock
from documents import files
from documents.models import Document, NumberSeries, RegisterEntry
from documents.print_room import reconciling
from documents.print_room.findings import WAYS_OUT, CopyRow, Kind, Paper, SeriesRow, discrepancies
from documents.print_room.models import Copy, Discrepancy, SealEntry
from documents.print_room.terms import Limits

DAY, LATE = date(2026, 11, 30), date(2026, 11, 2)
LIMITS = Limits(print_by=LATE, seal_by=LATE, hand_over_by=LATE, prove_by=LATE)
SERIES = SeriesRow("示例市", "示测〔2026〕", 3, (1, 2, 3))


def copy(n: int, **changes):
    row = CopyRow(
        n=n, printed_on=LATE, file_copy=n == 2, to_addressee=n == 1, spoiled=False, replaced=False,
        sealed=True, seal_entry=7, delivered=n == 1,
    )  # fmt: skip
    return replace(row, **changes)


WHOLE = Paper(
    document=1, city="示例市", number="示测〔2026〕1号", valid=True, dated=DAY, year=2026, issued_on=LATE, file="ok",
    copies_printed=2, jobs=((2, False, ""),), copies=(copy(1), copy(2)), seals=((7, 2),),
)  # fmt: skip
OPEN = (
    copy(1, sealed=False, seal_entry=None, delivered=False),
    copy(2, sealed=False, seal_entry=None),
)
FRESH = tuple(replace(one, printed_on=DAY) for one in OPEN)


def found(paper=WHOLE, series=SERIES):
    return [one.kind for one in discrepancies([paper], [series], LIMITS)]


@pytest.mark.parametrize(
    "paper",
    [
        WHOLE,
        replace(WHOLE, copies=FRESH, seals=()),
        replace(WHOLE, file="", issued_on=DAY, copies_printed=0, jobs=(), copies=(), seals=()),
        replace(WHOLE, valid=False, file="", copies_printed=0, jobs=(), copies=(), seals=()),
        replace(WHOLE, under_way=(("甲", DAY),)),
        replace(WHOLE, copies_printed=0, jobs=(), copies=(), seals=(), needs_print=False),
        replace(WHOLE, copies=OPEN[:1], copies_printed=1, jobs=((1, False, ""),), seals=(), valid=False),
        replace(
            WHOLE, copies_printed=3, jobs=((2, False, ""), (1, True, "卡纸")),
            copies=(copy(1, spoiled=True, replaced=True, delivered=False), copy(2), copy(3, file_copy=False, to_addressee=True, delivered=True)),
            seals=((7, 3),),
        ),
    ],
)  # fmt: skip
def test_what_is_in_order_or_still_in_time_is_no_discrepancy(paper):
    assert found(paper) == []


@pytest.mark.parametrize(
    ("paper", "kind"),
    [
        (replace(WHOLE, dated=date(2027, 1, 1)), Kind.NUMBER_OF_ANOTHER_YEAR),
        (replace(WHOLE, file="missing"), Kind.FILE_MISSING),
        (replace(WHOLE, file="altered"), Kind.FILE_ALTERED),
        (replace(WHOLE, file="", copies_printed=0, jobs=(), copies=(), seals=()), Kind.NOT_RENDERED),
        (replace(WHOLE, copies_printed=0, jobs=(), copies=(), seals=()), Kind.NOT_PRINTED),
        (replace(WHOLE, copies_printed=3), Kind.COPIES_DIFFER),
        (replace(WHOLE, jobs=((3, False, ""),)), Kind.COPIES_DIFFER),
        (replace(WHOLE, copies=(copy(1), copy(3, file_copy=True)), ), Kind.COPIES_DIFFER),
        (replace(WHOLE, jobs=((1, False, ""), (1, True, " "))), Kind.REPRINT_WITHOUT_REASON),
        (replace(WHOLE, jobs=((1, False, ""), (1, False, ""))), Kind.REPRINT_WITHOUT_REASON),
        (replace(WHOLE, copies=(copy(1), copy(2, spoiled=True))), Kind.SPOILED_NOT_REPLACED),
        (replace(WHOLE, copies=(copy(1), OPEN[1]), seals=((7, 1),)), Kind.NOT_SEALED),
        (replace(WHOLE, seals=((7, 3),)), Kind.SEALED_DIFFER),
        (replace(WHOLE, seals=()), Kind.SEALED_DIFFER),
        (replace(WHOLE, copies=(copy(1, sealed=False, seal_entry=None), copy(2)), seals=((7, 1),)), Kind.HANDED_UNSEALED),
        (replace(WHOLE, copies=(copy(1, spoiled=True, replaced=True), copy(2, file_copy=False, to_addressee=True, delivered=True))), Kind.HANDED_SPOILED),
        (replace(WHOLE, copies=(copy(1, delivered=False), copy(2))), Kind.NOT_HANDED_OVER),
        (replace(WHOLE, copies=(copy(1, file_copy=True, to_addressee=False, delivered=False), copy(2))), Kind.NOT_HANDED_OVER),
        (replace(WHOLE, under_way=(("甲", LATE),)), Kind.NO_PROOF),
    ],
)  # fmt: skip
def test_each_fault_of_a_paper_is_found_and_named_alone(paper, kind):
    assert found(paper) == [kind]


@pytest.mark.parametrize(
    ("series", "kind"),
    [
        (replace(SERIES, numbers=(1, 3)), Kind.NUMBER_GAP),
        (replace(SERIES, last=4), Kind.NUMBER_GAP),
        (replace(SERIES, numbers=(1, 2, 2, 3)), Kind.NUMBER_DOUBLE),
        (replace(SERIES, numbers=(1, 2, 3, 4)), Kind.NUMBER_DOUBLE),
        (replace(SERIES, without_document=(2,)), Kind.NUMBER_WITHOUT_DOCUMENT),
    ],
)
def test_each_fault_of_a_series_is_found_and_named_alone(series, kind):
    assert found(series=series) == [kind]


def test_every_kind_has_its_way_out():
    assert set(WAYS_OUT) == set(Kind)


@pytest.fixture
def archived(sealed, printer):
    """A sealed document whose original really lies in the archive."""

    def made():
        document = sealed()
        digest = files.store(f"%PDF {document.pk}".encode())
        Document.objects.filter(pk=document.pk).update(pdf_sha256=digest)
        document.refresh_from_db()
        return document

    return made


@pytest.mark.django_db
def test_faults_put_into_the_rows_are_all_found_and_nothing_else(archived, bureau):
    assert reconciling.look() == []
    papers = [archived() for _ in range(7)]
    assert reconciling.look() == []
    files.path_of(papers[0].pdf_sha256).unlink()
    files.path_of(papers[1].pdf_sha256).write_bytes(b"other")
    Copy.objects.filter(document=papers[2], n=2).delete()
    Document.objects.filter(pk=papers[3].pk).update(copies_printed=5)
    SealEntry.objects.filter(document=papers[4]).update(copies_sealed=1)
    with clock.at(clock.now().replace(year=clock.today().year + 1)):
        late = Counter(one.kind for one in reconciling.look())
    assert late[Kind.NOT_HANDED_OVER] == 7
    RegisterEntry.objects.create(series=papers[5].entry.series, n=8, taken_at=clock.now())
    NumberSeries.objects.filter(pk=papers[5].entry.series_id).update(last=9)
    kinds = {(one.kind, one.document) for one in reconciling.look()}
    assert kinds == {
        (Kind.FILE_MISSING, papers[0].pk),
        (Kind.FILE_ALTERED, papers[1].pk),
        (Kind.COPIES_DIFFER, papers[2].pk),
        (Kind.SEALED_DIFFER, papers[2].pk),
        (Kind.COPIES_DIFFER, papers[3].pk),
        (Kind.SEALED_DIFFER, papers[4].pk),
        (Kind.NUMBER_WITHOUT_DOCUMENT, None),
        (Kind.NUMBER_GAP, None),
    }
    assert {one.city for one in reconciling.look()} == {bureau.city}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 20])
def test_a_look_costs_the_same_statements_at_any_size(archived, count, django_assert_num_queries):
    """(500 papers make a chunk; each chunk costs the same.)"""
    for _ in range(count):
        archived()
    with django_assert_num_queries(18):
        reconciling.look()


@pytest.mark.django_db
def test_the_page_lists_each_discrepancy_with_its_way_out(
    desk, archived, client, printer_elsewhere
):
    document = archived()
    assert "还没有核对过" in desk.get("/print/discrepancies/").content.decode()
    files.path_of(document.pdf_sha256).unlink()
    reconciling.keep(reconciling.look())
    page = desk.get("/print/discrepancies/").content.decode()
    assert document.number in page
    assert str(WAYS_OUT[Kind.FILE_MISSING]) in page
    assert "存档中找不到原件" in desk.get(f"/print/{document.pk}/").content.decode()
    assert desk.post("/print/discrepancies/run/").status_code == 302
    client.force_login(printer_elsewhere)
    assert document.number not in client.get("/print/discrepancies/").content.decode()


@pytest.mark.django_db
def test_old_runs_go_with_their_findings(archived, monkeypatch):
    monkeypatch.setattr(reconciling, "KEPT", 2)
    files.path_of(archived().pdf_sha256).unlink()
    for _ in range(4):
        reconciling.keep(reconciling.look())
    assert Discrepancy.objects.count() == 2
