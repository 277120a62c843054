"""What goes to the printer: every copy with its number and mark, under a cover list if asked.

Numbers and marks are laid over the first page here; the archived original keeps its bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter

import clock
from documents import desk_papers, files, rendering
from documents.models import Document, PrintBatch, PrintJob
from documents.print_room.laying import lay_over
from documents.print_room.models import Copy
from documents.rendering import geometry
from documents.wording import chinese_date

_FIRST_LINE = geometry.PAGE_TOP
_MARGIN_LINE = geometry.PAGE_TOP - geometry.LINE
"""The line above the type area, where the first line is taken."""


def number_top(content: Mapping[str, Any]) -> float:
    """Where the copy's number stands, in mm from the paper's top (GB/T 9704-2012, 7.2.1).

    The first line of the type area; below the first red rule in a letter (domain.md §4.3); above
    the type area where the original has its urgency or its title on that line.
    """
    if content["format"] == "letter" and not content.get("urgency"):
        names = list(content["organs"])[:1]
        return geometry.PAGE_TOP + geometry.head("letter", names, "").number_top
    taken = content.get("urgency") or content.get("copy_no") or content["format"] == "form"
    return _MARGIN_LINE if taken else _FIRST_LINE


def mark_of(copy: Copy, job: PrintJob) -> str:
    """What the reader must see: 补打 for a spoiled copy's replacement, 重印 for a reprint."""
    if copy.replaces_id is not None:
        return _("补打")
    return _("重印") if job.reprint else ""


def _overlaid(job: PrintJob, copies: Sequence[Copy]) -> list[dict[str, Any]]:
    top = round(number_top(job.document.content), 4)
    return [
        {
            "number": copy.number if copy.numbered else "",
            "top": top,
            "mark": mark_of(copy, job),
        }
        for copy in copies
    ]


def _append(writer: PdfWriter, reader: PdfReader) -> int:
    """Appends a file, the next one beginning on a front side; answers its first page's place."""
    first = len(writer.pages)
    writer.append(reader, import_outline=False)
    if len(reader.pages) % 2:
        writer.add_blank_page()
    return first


def _add_copies(writer: PdfWriter, job: PrintJob) -> None:
    copies = list(job.printed.order_by("n"))
    sheets = _overlaid(job, copies)
    wanted = [sheet for sheet in sheets if sheet["number"] or sheet["mark"]]
    overlays = iter(PdfReader(io.BytesIO(rendering.overlay(wanted))).pages) if wanted else iter(())
    original = PdfReader(io.BytesIO(files.read(job.document)))
    for sheet in sheets:
        first = _append(writer, original)
        if sheet["number"] or sheet["mark"]:
            lay_over(writer, writer.pages[first], next(overlays))


def _bytes(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def job_pdf(job: PrintJob) -> bytes:
    """Every copy of one printing in one file, each beginning on a front side.

    Raises files.PdfMissingError or rendering's RenderingError.
    """
    writer = PdfWriter()
    _add_copies(writer, job)
    return _bytes(writer)


def batch_pdf(batch: PrintBatch, jobs: Sequence[PrintJob]) -> bytes:
    """The cover list and every copy of these printings of the batch; see `job_pdf`."""
    writer = PdfWriter()
    _append(writer, PdfReader(io.BytesIO(desk_papers.pdf(_cover(batch, jobs)))))
    for job in jobs:
        _add_copies(writer, job)
    return _bytes(writer)


def _cover(batch: PrintBatch, jobs: Sequence[PrintJob]) -> dict[str, Any]:
    """The cover list as a content document."""
    numbers: dict[int, list[str]] = {}
    for copy in Copy.objects.filter(job__in=jobs).order_by("n"):
        numbers.setdefault(copy.job_id, []).append(copy.number)
    rows = [
        [
            str(place),
            job.document.number,
            job.document.title,
            str(job.document.pages),
            str(job.copies),
            span(numbers.get(job.pk, [])),
        ]
        for place, job in enumerate(jobs, start=1)
    ]
    made_on = batch.made_at.astimezone(clock.BEIJING).date()
    copies = sum(job.copies for job in jobs)
    who = f"{batch.made_by.name}，{chinese_date(made_on)}，共{len(rows)}件{copies}份。"
    return {
        "format": "form",
        "organs": [batch.organ.name],
        "title": "打印批次清单",
        "number": None,
        "body": [
            {"kind": "paragraph", "text": f"批次{batch.pk}：{who}"},
            {
                "kind": "table",
                "header": ["序号", "发文字号", "标题", "页数", "份数", "份号"],
                "rows": rows,
            },
        ],
        "date": made_on.isoformat(),
        "specimen": any(specimen(job.document) for job in jobs),
    }


def span(numbers: Sequence[str]) -> str:
    """`000001—000003`, or the one number."""
    if len(numbers) < 2:
        return "".join(numbers)
    return f"{numbers[0]}—{numbers[-1]}"


def specimen(document: Document) -> bool:
    """Whether the paper bears 样张; then everything made from it does."""
    return bool(document.content.get("specimen"))
