"""The register of numbers as a workbook, for the office's own files."""

from __future__ import annotations

import io
from collections.abc import Collection

import xlsxwriter
from django.utils.translation import gettext as _

import clock
from documents.models import RegisterEntry

MOST_ROWS = 50_000
_FORMULA_SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
"""A title that begins with "=" stays a text."""


def register_workbook(
    cities: Collection[str], *, organ_code: str = "", year: int | None = None
) -> bytes:
    """Every number of these cities in order, voids included, as XLSX; at most MOST_ROWS rows."""
    entries = RegisterEntry.objects.filter(document__lead_organ__city__in=cities)
    if organ_code:
        entries = entries.filter(series__organ_code=organ_code)
    if year is not None:
        entries = entries.filter(series__year=year)
    entries = entries.select_related("series", "document").defer("document__content")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _FORMULA_SAFE) as book:
        sheet = book.add_worksheet(_("发文登记簿"))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 2, 48)
        heads = [_("发文字号"), _("标题"), _("发文机关"), _("成文日期"), _("取号时间")]
        sheet.write_row(0, 0, [*heads, _("状态"), _("原因"), "SHA-256"])
        ordered = entries.order_by("series__organ_code", "series__year", "n")[:MOST_ROWS]
        for row, entry in enumerate(ordered.iterator(chunk_size=500), start=1):
            sheet.write_row(row, 0, _cells(entry))
    return out.getvalue()


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
