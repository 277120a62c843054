"""The nightly reconciliation: gathers the rows, asks the pure function, keeps what it found.

Approvals runs it once a day, adds what only it knows (decisions), and tells the office.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

import clock
from documents import files
from documents.models import Document, NumberSeries, PrintJob, RegisterEntry
from documents.print_room.findings import CopyRow, Finding, Paper, SeriesRow, discrepancies
from documents.print_room.models import (
    Copy,
    Delivery,
    Discrepancy,
    Purpose,
    Reconciliation,
    SealEntry,
)
from documents.print_room.terms import is_printed, limits, needs_seal
from organizations.models import Organ

JOB_KIND = "reconcile_paper"
CHUNK = 500
KEPT = 60
"""Runs that stay; older ones go with their findings."""


def look() -> list[Finding]:
    """Everything that does not add up now; the archive is read outside any transaction."""
    return list(discrepancies(_papers(), _series(), limits()))


@transaction.atomic
def keep(found: Sequence[Finding]) -> Reconciliation:
    """Stores a run with what it found, and lets go of runs beyond KEPT."""
    papers = Document.objects.count()
    run = Reconciliation.objects.create(at=clock.now(), papers=papers, found=len(found))
    Discrepancy.objects.bulk_create(
        (
            Discrepancy(
                reconciliation=run,
                city=one.city,
                kind=one.kind,
                document_id=one.document,
                about=one.about[:200],
                detail=one.detail[:300],
                case_stream=one.case,
            )
            for one in found
        ),
        batch_size=CHUNK,
    )
    old = Reconciliation.objects.order_by("-pk").values_list("pk", flat=True)[KEPT:]
    Reconciliation.objects.filter(pk__in=list(old)).delete()
    return run


@contextmanager
def _one_moment() -> Iterator[None]:
    """All statements inside see the same moment, so that an act between two of them is no finding.

    SQLite's transaction is one; PostgreSQL has to be told before its first statement.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _series() -> list[SeriesRow]:
    """Every series with its numbers; the city is the one of its documents, else of its code."""
    with _one_moment():
        return list(_series_rows())


def _series_rows() -> Iterator[SeriesRow]:
    cities = dict(
        Organ.objects.exclude(document_code="").values_list("document_code", "city").order_by("pk")
    )
    rows = RegisterEntry.objects.values_list(
        "series_id", "n", "document__pk", "document__lead_organ__city"
    )
    numbers: dict[int, list[int]] = {}
    bare: dict[int, list[int]] = {}
    towns: dict[int, str] = {}
    for series, n, document, city in rows.iterator(chunk_size=5_000):
        numbers.setdefault(series, []).append(n)
        if document is None:
            bare.setdefault(series, []).append(n)
        elif city:
            towns[series] = city
    for series_ in NumberSeries.objects.all():
        yield SeriesRow(
            city=towns.get(series_.pk) or cities.get(series_.organ_code, ""),
            name=str(series_),
            last=series_.last,
            numbers=numbers.get(series_.pk, []),
            without_document=bare.get(series_.pk, []),
        )


def _papers() -> Iterator[Paper]:
    """Every document with its rows, CHUNK at a time; six statements a chunk, whatever it holds."""
    last = 0
    while True:
        with _one_moment():
            rows = list(_documents().filter(pk__gt=last).order_by("pk")[:CHUNK])
            papers = list(_chunk(rows))
        if not rows:
            return
        for row, paper in zip(rows, papers, strict=True):
            yield replace(paper, file=_file(row))
        last = rows[-1].pk


def _documents() -> QuerySet[Document]:
    return Document.objects.select_related("lead_organ", "entry__series").defer("content")


def _chunk(rows: Sequence[Document]) -> Iterator[Paper]:
    jobs: dict[int, list[tuple[int, bool, str]]] = {}
    printings = PrintJob.objects.filter(document__in=rows).order_by("pk")
    for job in printings:
        jobs.setdefault(job.document_id, []).append((job.copies, job.reprint, job.reason))
    copies = _copies(rows)
    seals: dict[int, list[tuple[int, int]]] = {}
    applied = SealEntry.objects.filter(document__in=rows, state=SealEntry.State.APPLIED)
    for entry in applied:
        seals.setdefault(entry.document_id, []).append((entry.pk, entry.copies_sealed))
    under_way: dict[int, list[tuple[str, date]]] = {}
    out = Delivery.objects.filter(
        document__in=rows, outcome=Delivery.Outcome.UNDER_WAY, purpose=Purpose.ADDRESSEE
    )
    for one in out:
        day = one.handed_at.astimezone(clock.BEIJING).date()
        under_way.setdefault(one.document_id, []).append((one.recipient, day))
    layout = KeyTextTransform("format", "content")
    layouts = dict(
        Document.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", layout)
    )
    for row in rows:
        yield Paper(
            document=row.pk,
            city=row.lead_organ.city,
            number=row.number,
            valid=row.state == Document.State.VALID,
            dated=row.date,
            year=row.entry.series.year,
            issued_on=row.issued_at.astimezone(clock.BEIJING).date(),
            file="",
            copies_printed=row.copies_printed,
            jobs=jobs.get(row.pk, []),
            copies=copies.get(row.pk, []),
            seals=seals.get(row.pk, []),
            under_way=under_way.get(row.pk, []),
            needs_seal=needs_seal(row.kind, layouts[row.pk]),
            needs_print=is_printed(row.kind),
        )


def _copies(rows: Sequence[Document]) -> dict[int, list[CopyRow]]:
    found: dict[int, list[CopyRow]] = {}
    ledger = Copy.objects.filter(document__in=rows).select_related("job", "seal_entry")
    replaced = set(
        Copy.objects.filter(document__in=rows, replaces__isnull=False).values_list(
            "replaces_id", flat=True
        )
    )
    for copy in ledger.order_by("n"):
        entry = copy.seal_entry
        found.setdefault(copy.document_id, []).append(
            CopyRow(
                n=copy.n,
                printed_on=copy.job.printed_at.astimezone(clock.BEIJING).date(),
                file_copy=copy.purpose == Purpose.FILE,
                to_addressee=copy.purpose == Purpose.ADDRESSEE,
                spoiled=copy.spoiled_at is not None,
                replaced=copy.pk in replaced,
                sealed=entry is not None and entry.state == SealEntry.State.APPLIED,
                seal_entry=entry.pk if entry is not None else None,
                delivered=copy.delivery_id is not None,
            )
        )
    return found


def _file(document: Document) -> str:
    """Whether the archive holds the original with the digest of the register."""
    if not document.pdf_sha256:
        return ""
    path = files.path_of(document.pdf_sha256)
    if not path.is_file():
        return "missing"
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return "ok" if digest == document.pdf_sha256 else "altered"
