"""The list as a file for the office's own use: the same rows as on the page, no live formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import xlsxwriter
from django.utils.translation import gettext as _

from approvals.applications.phases import phase_label
from approvals.worklist.listing import Listing
from approvals.worklist.rows import Row, rows_for
from workflows.models import Task

MOST_ROWS = 5000
_PIECE = 200
_FORMULA_SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Beginnings that a spreadsheet program takes for a formula."""


def heads() -> list[str]:
    """The columns."""
    return [
        _("申请编号"),
        _("申报单位"),
        _("项目"),
        _("县区"),
        _("阶段"),
        _("环节"),
        _("承办人"),
        _("办理期限"),
        _("剩余工作日"),
    ]


def lines(listing: Listing) -> Iterator[list[str]]:
    """At most MOST_ROWS rows; six statements for every 200."""
    piece: list[Task] = []
    for task in listing.tasks(MOST_ROWS):
        piece.append(task)
        if len(piece) == _PIECE:
            yield from map(_cells, rows_for(piece, listing.user))
            piece = []
    if piece:
        yield from map(_cells, rows_for(piece, listing.user))


def _cells(row: Row) -> list[str]:
    process = row.task.process
    return [
        row.application.number or "",
        row.application.applicant.name,
        row.application.program.title,
        process.county.name if row.application.county_id and process.county else "",
        phase_label(process.phase),
        row.task.title,
        row.task.owner.name if row.task.owner is not None else "",
        row.due.isoformat() if row.due is not None else "",
        "" if row.left is None else str(row.left),
    ]


def workbook(listing: Listing) -> bytes:
    """XLSX; a name that begins with "=" stays a text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _FORMULA_SAFE) as book:
        sheet = book.add_worksheet(_("待办"))
        sheet.set_column(0, 2, 28)
        sheet.write_row(0, 0, heads())
        for number, cells in enumerate(lines(listing), start=1):
            sheet.write_row(number, 0, cells)
    return out.getvalue()


def table(listing: Listing) -> bytes:
    """CSV in UTF-8 with its mark; what looks like a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads())
    for cells in lines(listing):
        writer.writerow([f"'{cell}" if cell.startswith(_LIVE) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")
