"""What the pages of the print room read; every list is one statement at any size.

`reader` is who looks: what he must not know of (`documents.sight`) stands on no list and in no
count, and is answered with None.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet

import clock
from documents import sight
from documents.models import Document, PrintBatch, PrintJob
from documents.print_room import terms
from documents.print_room.models import (
    Copy,
    Delivery,
    Discrepancy,
    Purpose,
    Reconciliation,
    SealEntry,
)
from documents.selectors import documents_in
from organizations.models import User

PAGE_SIZE = 25
_M = TypeVar("_M", bound=Model)
_MADE = ~Q(pdf_sha256="")
_WAITING_COPIES = Copy.objects.filter(
    document=OuterRef("pk"), spoiled_at=None, delivery=None
).exclude(purpose=Purpose.FILE)
_TO_DELIVER = Q(Exists(_WAITING_COPIES), state=Document.State.VALID, copies_printed__gt=0)
_UNPRINTED = _MADE & Q(copies_printed=0, state=Document.State.VALID)


def _to_print() -> Q:
    """What an office has to print; what its reader gets in the system stands on a shelf of its
    own (`terms`)."""
    return _UNPRINTED & ~Q(kind__in=terms.online_kinds())


def _online() -> Q:
    return _UNPRINTED & Q(kind__in=terms.online_kinds())


SHELVES: dict[str, Callable[[], Q]] = {
    "to_print": _to_print,
    "online": _online,
    "printed": lambda: _MADE & Q(copies_printed__gt=0, state=Document.State.VALID),
    "to_deliver": lambda: _TO_DELIVER,
    "waiting": lambda: Q(pdf_sha256="", failure=""),
    "failed": lambda: ~Q(failure=""),
    "closed": lambda: ~Q(state=Document.State.VALID),
}
"""The lists of the print room."""


@dataclass(frozen=True)
class Page(Generic[_M]):
    """Some rows, newest first; `after` is the key of the next page, or None."""

    rows: list[_M]
    after: int | None


def _page(found: QuerySet[_M], after: int | None, size: int) -> Page[_M]:
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: size + 1])
    return Page(rows[:size], int(rows[size - 1].pk) if len(rows) > size else None)


def document_page(
    cities: Collection[str],
    reader: User,
    *,
    shelf: str,
    words: str = "",
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Page[Document]:
    """One page of a shelf, searched by number or title."""
    found = documents_in(cities, reader).filter(SHELVES[shelf]())
    if words:
        found = found.filter(Q(number__icontains=words) | Q(title__icontains=words))
    return _page(found.defer("content"), after, size)


def batch_in(cities: Collection[str], reader: User, pk: int) -> PrintBatch | None:
    """One batch of these cities, or None, as when the reader may know of none of its papers."""
    batches = PrintBatch.objects.select_related("organ", "made_by")
    seen = Exists(jobs_in_batch(OuterRef("pk"), reader))
    return batches.filter(seen, pk=pk, organ__city__in=cities).first()


def jobs_in_batch(batch: int | OuterRef, reader: User) -> QuerySet[PrintJob]:
    """A batch's printings with their documents, as if it had held nothing else."""
    jobs = PrintJob.objects.filter(~sight.on_kept_paper(reader), batch=batch)
    return jobs.select_related("document").order_by("document_id")


def job_in(cities: Collection[str], reader: User, pk: int) -> PrintJob | None:
    """One printing of these cities, or None."""
    jobs = PrintJob.objects.select_related("document__lead_organ")
    return jobs.filter(_of(cities, reader), pk=pk).first()


def copy_in(cities: Collection[str], reader: User, pk: int) -> Copy | None:
    """One printed copy of these cities, or None."""
    copies = Copy.objects.select_related("document__lead_organ")
    return copies.filter(_of(cities, reader), pk=pk).first()


def delivery_in(cities: Collection[str], reader: User, pk: int) -> Delivery | None:
    """One hand-over of these cities, or None."""
    rows = Delivery.objects.select_related("document__lead_organ", "handed_by", "recorded_by")
    return rows.filter(_of(cities, reader), pk=pk).first()


def _of(cities: Collection[str], reader: User) -> Q:
    """What hangs on a document of these cities that the reader may know of."""
    return Q(document__lead_organ__city__in=cities) & ~sight.on_kept_paper(reader)


def copies_of(document: Document) -> list[Copy]:
    """The document's ledger of copies by number; one statement."""
    rows = Copy.objects.filter(document=document).order_by("n")
    return list(rows.select_related("job", "seal_entry", "delivery", "spoiled_by", "replaces"))


def print_jobs_of(document: Document) -> QuerySet[PrintJob]:
    """The newest printings; `replaces` tells one that replaced a spoiled copy."""
    replaced = Copy.objects.filter(job=OuterRef("pk"), replaces__isnull=False)
    jobs = document.print_jobs.select_related("printed_by", "batch")
    return jobs.annotate(replaces=Exists(replaced)).order_by("-pk")[:50]


@dataclass(frozen=True, slots=True)
class Ready:
    """A receiver whose copies are waiting to be handed over."""

    purpose: str
    recipient: str
    copies: int
    sealed: int

    @property
    def name(self) -> str:
        """What the form sends back: the same receiver, whoever else was served meanwhile."""
        return f"{self.purpose}:{self.recipient}"

    @property
    def label(self) -> str:
        """As the form offers it."""
        return f"{Purpose(self.purpose).label}：{self.recipient}"


def receivers_of(document: Document, *, served: bool = False) -> list[Ready]:
    """Who still gets copies, and with `served` who has got his; one statement."""
    copies = Copy.objects.filter(document=document, spoiled_at=None)
    rows = (
        (copies if served else copies.filter(delivery=None))
        .exclude(purpose=Purpose.FILE)
        .values("purpose", "recipient")
        .annotate(
            copies=Count("pk"),
            sealed=Count("pk", filter=Q(seal_entry__state=SealEntry.State.APPLIED)),
        )
        .order_by("purpose", "recipient")
    )
    return [Ready(**row) for row in rows]


def seal_page(
    cities: Collection[str],
    reader: User,
    *,
    state: str,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Page[SealEntry]:
    """The seal register; one statement."""
    rows = SealEntry.objects.filter(_of(cities, reader))
    if state:
        rows = rows.filter(state=state)
    people = ("asked_by", "approved_by", "applied_by", "document__lead_organ")
    counted = (
        rows.select_related(*people).defer("document__content").annotate(asked=Count("copies"))
    )
    return _page(counted, after, size)


def waiting_seals(cities: Collection[str], reader: User) -> dict[str, int]:
    """How many applications wait for approval (`asked`) and for the keeper (`approved`); one
    statement."""
    waiting = [SealEntry.State.ASKED, SealEntry.State.APPROVED]
    rows = SealEntry.objects.filter(_of(cities, reader), state__in=waiting)
    counted = rows.values("state").annotate(number=Count("pk")).order_by("state")
    return {row["state"]: row["number"] for row in counted}


def seal_entries_in(cities: Collection[str], reader: User, pks: Collection[int]) -> list[SealEntry]:
    """The chosen entries of these cities."""
    rows = SealEntry.objects.filter(_of(cities, reader), pk__in=pks)
    return list(rows.select_related("document__lead_organ").defer("document__content"))


def delivery_page(
    cities: Collection[str],
    reader: User,
    *,
    tab: str,
    prove_by: date,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Page[Delivery]:
    """送达登记: under way, overdue (handed over on or before `prove_by`), or ended."""
    rows = Delivery.objects.filter(_of(cities, reader))
    under_way = Delivery.Outcome.UNDER_WAY
    rows = rows.exclude(outcome=under_way) if tab == "ended" else rows.filter(outcome=under_way)
    if tab == "overdue":
        rows = rows.filter(handed_at__lt=day_after(prove_by), purpose=Purpose.ADDRESSEE)
    joined = rows.select_related("document__lead_organ", "handed_by").defer("document__content")
    return _page(joined, after, size)


def day_after(day: date) -> datetime:
    """The first moment after a Beijing day."""
    return datetime.combine(day, time.min, clock.BEIJING) + timedelta(days=1)


def latest_reconciliation() -> Reconciliation | None:
    """The newest run; one statement."""
    return Reconciliation.objects.order_by("-pk").first()


def discrepancy_page(
    run: Reconciliation,
    cities: Collection[str],
    reader: User,
    *,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Page[Discrepancy]:
    """What the run found in these cities; one statement."""
    rows = discrepancies_in(run, cities, reader)
    return _page(rows.select_related("document").defer("document__content"), after, size)


def discrepancies_in(
    run: Reconciliation, cities: Collection[str], reader: User
) -> QuerySet[Discrepancy]:
    """What the run found in these cities, about papers and cases the reader may know of."""
    kept = sight.on_kept_paper_or_case(reader)
    return Discrepancy.objects.filter(~kept, reconciliation=run, city__in=cities)


def discrepancies_of(document: Document) -> list[Discrepancy]:
    """What the newest run found about this document; one statement."""
    newest = Reconciliation.objects.order_by("-pk").values("pk")[:1]
    return list(Discrepancy.objects.filter(document=document, reconciliation__in=newest))
