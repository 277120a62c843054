"""The register of numbers: search, pages, printed volumes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTransform

import clock
from documents import sight
from documents.models import Document, NumberSeries, RegisterEntry
from organizations.models import User

PAGE_SIZE = 25
VOLUME = 300
"""Numbers in one printed volume: as many rows as one table of a document may have."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in the register; what is empty does not narrow it."""

    organ_code: str = ""
    year: int | None = None
    words: str = ""
    """In the number or the title."""
    state: str = ""
    since: date | None = None
    until: date | None = None
    """Days of the document (成文日期), both included."""

    def of(self, found: QuerySet[RegisterEntry]) -> QuerySet[RegisterEntry]:
        """The entries that fit."""
        if self.organ_code:
            found = found.filter(series__organ_code=self.organ_code)
        if self.year is not None:
            found = found.filter(series__year=self.year)
        if self.words:
            named = Q(document__number__icontains=self.words)
            found = found.filter(named | Q(document__title__icontains=self.words))
        if self.state:
            found = found.filter(document__state=self.state)
        if self.since is not None:
            found = found.filter(document__date__gte=self.since)
        if self.until is not None:
            found = found.filter(document__date__lte=self.until)
        return found


ALL = Wanted()


@dataclass(frozen=True)
class RegisterPage:
    """Some register entries, newest first; `after` is the key of the next page, or None."""

    rows: Sequence[RegisterEntry]
    after: int | None


def entries(cities: Collection[str], reader: User) -> QuerySet[RegisterEntry]:
    """The numbers of these cities. A row that is `kept` shows its number, title and state to a
    reader who must not know of more (`sight`); `addressees` as the paper has them."""
    papers = Document.objects.filter(sight.kept_from(reader), entry=OuterRef("pk"))
    found = RegisterEntry.objects.filter(document__lead_organ__city__in=cities).annotate(
        kept=Exists(papers), addressees=KeyTransform("addressees", "document__content")
    )
    return found.select_related("series", "document__lead_organ").defer("document__content")


_MASKS = frozenset("*＊某")


def for_whom(entry: RegisterEntry) -> str:
    """发往, of a row that `entries` found: the addressees, or the holder where a form has none. A
    holder that is masked stays so, whoever is addressed; a reader kept from the paper sees none."""
    if getattr(entry, "kept", True):
        return ""
    holder = entry.document.holder_masked
    addressees = getattr(entry, "addressees", None) or []
    return holder if _MASKS & set(holder) or not addressees else "，".join(addressees)


def register_page(
    cities: Collection[str],
    reader: User,
    wanted: Wanted = ALL,
    *,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> RegisterPage:
    """The register of numbers, voids included; one query."""
    found = wanted.of(entries(cities, reader))
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: size + 1])
    return RegisterPage(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def series_of(cities: Collection[str]) -> list[NumberSeries]:
    """The series in which these cities have numbers, the newest year first; one query."""
    numbers = RegisterEntry.objects.filter(
        series=OuterRef("pk"), document__lead_organ__city__in=cities
    )
    return list(NumberSeries.objects.filter(Exists(numbers)).order_by("-year", "organ_code"))


@dataclass(frozen=True, slots=True)
class Volume:
    """One printed volume of a year's register: the numbers it holds and its content document."""

    first: int
    last: int
    content: dict[str, Any]


def volume(
    cities: Collection[str], reader: User, organ_code: str, year: int, place: int
) -> Volume | None:
    """The `place`-th volume (from 1) of 年度发文登记簿, or None when it would be empty."""
    first, last = (place - 1) * VOLUME + 1, place * VOLUME
    found = Wanted(organ_code=organ_code, year=year).of(entries(cities, reader))
    rows = list(found.filter(n__gte=first, n__lte=last).order_by("n"))
    if not rows:
        return None
    return Volume(rows[0].n, rows[-1].n, _book(organ_code, year, rows))


def _book(organ_code: str, year: int, rows: list[RegisterEntry]) -> dict[str, Any]:
    lead = rows[0].document.lead_organ
    void = sum(row.state == RegisterEntry.State.VOID for row in rows)
    told = f"机关代字“{organ_code}”，第{rows[0].n}号至第{rows[-1].n}号，共{len(rows)}个编号"
    told += f"，其中作废{void}个。" if void else "。"
    head = ["编号", "标题", "发往", "成文日期", "页数", "状态"]
    table = [
        [
            str(row.n),
            row.document.title,
            _shortened(for_whom(row)),
            row.document.date.isoformat(),
            str(row.document.pages or ""),
            _standing(row.document, row.reason),
        ]
        for row in rows
    ]
    sample = Document.objects.only("content").get(pk=rows[0].document.pk)
    return {
        "format": "form",
        "organs": [lead.name],
        "title": f"{year}年度发文登记簿",
        "number": None,
        "body": [
            {"kind": "paragraph", "text": told},
            {"kind": "table", "header": head, "rows": table},
        ],
        "date": clock.today().isoformat(),
        "specimen": bool(sample.content.get("specimen")),
    }


_LONGEST_CELL = 60
"""Characters of 发往 in a printed volume; the workbook has all."""


def _shortened(names: str) -> str:
    return names if len(names) <= _LONGEST_CELL else names[: _LONGEST_CELL - 1] + "…"


def _standing(document: Document, reason: str) -> str:
    why = reason or document.state_reason
    shown = str(document.get_state_display())
    return f"{shown}：{why}"[:300] if why else shown
