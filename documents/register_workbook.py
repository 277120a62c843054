"""The register of numbers as a workbook: days are days, pages numbers, a title never a formula."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

import clock
from documents.models import RegisterEntry
from documents.registers import ALL, Wanted, entries, for_whom
from organizations.models import User

MOST_ROWS = 50_000
_FORMULA_SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
    "remove_timezone": True,
}
"""A title that begins with "=" stays a text."""
_WIDTHS = (24, 44, 30, 26, 12, 17, 6, 9, 30, 68)
"""Of the columns, in characters; the last one is not printed."""
_HAIR = 7
"""A hair line below each row."""
_FACE = {"font_name": "宋体", "font_size": 10}
_LINE = 13.5
"""Points: programs that open the book do not all find the height of a wrapped row themselves."""
_MOST_LINES = 30
"""Of a row: a workbook has none higher than 409 points; the cell still holds all."""
_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


def register_workbook(cities: Collection[str], reader: User, wanted: Wanted = ALL) -> bytes:
    """Every number that fits in order, voids included, as XLSX; at most MOST_ROWS rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _FORMULA_SAFE) as book:
        sheet = book.add_worksheet(_("发文登记簿"))
        cell = {**_FACE, "text_wrap": True, "valign": "top", "bottom": _HAIR}
        formats = [book.add_format({**cell, **form}) for form in _formats()]
        head = book.add_format({**cell, "bold": True, "bottom": 1})
        sheet.write_row(0, 0, _heads(), head)
        for column, (width, form) in enumerate(zip(_WIDTHS, formats, strict=True)):
            sheet.set_column(column, column, width, form)
        found = wanted.of(entries(cities, reader))
        ordered = found.order_by("series__organ_code", "series__year", "n")
        row = 0
        for row, entry in enumerate(ordered[:MOST_ROWS].iterator(chunk_size=500), start=1):
            cells = _cells(entry)
            sheet.set_row(row, _height(cells))
            sheet.write_row(row, 0, cells)
        _laid_out(sheet, row)
    return out.getvalue()


def _heads() -> list[str]:
    heads = [_("发文字号"), _("标题"), _("发往"), _("发文机关"), _("成文日期"), _("取号时间")]
    return [*heads, _("页数"), _("状态"), _("原因"), "SHA-256"]


def _formats() -> list[dict[str, str]]:
    """Of each column, beside what all have."""
    plain: dict[str, str] = {}
    days = [{"num_format": form, "align": "left"} for form in (_DAY, _MOMENT)]
    return [plain] * 4 + days + [{"align": "center"}] + [plain] * 3


def _height(cells: Sequence[Any]) -> float:
    """Points of a row whose texts are wrapped; a Chinese character is two wide."""
    rows = (
        -(-sum(1 if one.isascii() else 2 for one in cell) // (width - 1))
        for cell, width in zip(cells, _WIDTHS, strict=True)
        if isinstance(cell, str)
    )
    return _LINE * min(_MOST_LINES, max(1, *rows))


def _laid_out(sheet: Any, rows: int) -> None:
    """The head stays in sight and on every printed page; A4 across, as wide as the paper, with the
    book's name and the page's number; digests are for machines and not printed."""
    sheet.autofilter(0, 0, rows, len(_WIDTHS) - 1)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, rows, len(_WIDTHS) - 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_header("&C" + _("发文登记簿"))
    sheet.set_footer("&C" + _("第 &P 页，共 &N 页"))


def _cells(entry: RegisterEntry) -> list[Any]:
    document = entry.document
    return [
        document.number,
        document.title,
        for_whom(entry),
        "，".join(document.organ_names),
        document.date,
        entry.taken_at.astimezone(clock.BEIJING),
        document.pages or None,
        str(document.get_state_display()),
        entry.reason or document.state_reason,
        document.pdf_sha256,
    ]
