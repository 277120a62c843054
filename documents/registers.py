"""The register of numbers: search, pages, workbook, printed volumes."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

import clock
from documents import sight
from documents.models import Document, NumberSeries, RegisterEntry
from organizations.models import User

PAGE_SIZE = 25
MOST_ROWS = 50_000
VOLUME = 300
"""Numbers in one printed volume: as many rows as one table of a document may have."""
_FORMULA_SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
"""A title that begins with "=" stays a text."""


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


def _entries(cities: Collection[str]) -> QuerySet[RegisterEntry]:
    found = RegisterEntry.objects.filter(document__lead_organ__city__in=cities)
    return found.select_related("series", "document__lead_organ").defer("document__content")


def register_page(
    cities: Collection[str],
    reader: User,
    wanted: Wanted = ALL,
    *,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> RegisterPage:
    """The register of numbers, voids included; one query. A row that is `kept` shows its number,
    title and state to a reader who must not know of more (`sight`)."""
    papers = Document.objects.filter(sight.kept_from(reader), entry=OuterRef("pk"))
    found = wanted.of(_entries(cities)).annotate(kept=Exists(papers))
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


def register_workbook(cities: Collection[str], wanted: Wanted = ALL) -> bytes:
    """Every number that fits in order, voids included, as XLSX; at most MOST_ROWS rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _FORMULA_SAFE) as book:
        sheet = book.add_worksheet(_("发文登记簿"))
        heads = [_("发文字号"), _("标题"), _("发文机关"), _("成文日期"), _("取号时间")]
        heads += [_("状态"), _("原因"), "SHA-256"]
        sheet.write_row(0, 0, heads, book.add_format({"bold": True, "bottom": 1}))
        _laid_out(sheet, book.add_format({"text_wrap": True, "valign": "top"}))
        ordered = wanted.of(_entries(cities)).order_by("series__organ_code", "series__year", "n")
        row = 0
        for row, entry in enumerate(ordered[:MOST_ROWS].iterator(chunk_size=500), start=1):
            sheet.write_row(row, 0, _cells(entry))
        sheet.autofilter(0, 0, row, len(heads) - 1)
    return out.getvalue()


_WIDTHS = (24, 48, 28, 12, 17, 10, 24, 68)
"""Of the workbook's columns, in characters."""


def _laid_out(sheet: Any, cell: Any) -> None:
    """The head stays in sight and on every printed page; A4 across, as wide as the paper."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, cell)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _cells(entry: RegisterEntry) -> list[str]:
    document = entry.document
    return [
        document.number,
        document.title,
        "，".join(document.organ_names),
        document.date.isoformat(),
        entry.taken_at.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M"),
        str(document.get_state_display()),
        entry.reason or document.state_reason,
        document.pdf_sha256,
    ]


@dataclass(frozen=True, slots=True)
class Volume:
    """One printed volume of a year's register: the numbers it holds and its content document."""

    first: int
    last: int
    content: dict[str, Any]


def volume(cities: Collection[str], organ_code: str, year: int, place: int) -> Volume | None:
    """The `place`-th volume (from 1) of 年度发文登记簿, or None when it would be empty."""
    first, last = (place - 1) * VOLUME + 1, place * VOLUME
    found = Wanted(organ_code=organ_code, year=year).of(_entries(cities))
    rows = list(found.filter(n__gte=first, n__lte=last).order_by("n"))
    if not rows:
        return None
    return Volume(rows[0].n, rows[-1].n, _book(organ_code, year, rows))


def _book(organ_code: str, year: int, rows: list[RegisterEntry]) -> dict[str, Any]:
    lead = rows[0].document.lead_organ
    void = sum(row.state == RegisterEntry.State.VOID for row in rows)
    told = f"机关代字“{organ_code}”，第{rows[0].n}号至第{rows[-1].n}号，共{len(rows)}个编号"
    told += f"，其中作废{void}个。" if void else "。"
    head = ["编号", "标题", "成文日期", "页数", "状态和原因"]
    table = [
        [
            str(row.n),
            row.document.title,
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


def _standing(document: Document, reason: str) -> str:
    why = reason or document.state_reason
    shown = str(document.get_state_display())
    return f"{shown}：{why}"[:300] if why else shown
