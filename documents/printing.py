"""The printing desk: copies, reprints with a reason, and batches merged under a cover list."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter

import clock
from documents import files, rendering
from documents.models import Document, PrintBatch, PrintJob
from documents.wording import chinese_date
from journal.services import record
from organizations.models import User

MOST_COPIES = 200
LARGEST_BATCH = 100


class PrintRefusedError(Exception):
    """Nothing was recorded; `field` names the form's field, the message the way out."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def _locked(pks: Sequence[int]) -> list[Document]:
    """The documents, locked in one order so that two desks never wait for each other in a ring."""
    rows = Document.objects.select_for_update(of=("self",)).select_related("lead_organ")
    return list(rows.filter(pk__in=pks).order_by("pk"))


def _check_printable(document: Document) -> None:
    if not document.pdf_sha256:
        raise PrintRefusedError("", _("%s 的文件尚未生成，请稍后再试") % document.number)
    if document.state != Document.State.VALID:
        words = {"number": document.number, "state": document.get_state_display()}
        raise PrintRefusedError("", _("%(number)s %(state)s，不能再打印") % words)


def _record(
    document: Document, copies: int, reason: str, by: User, batch: PrintBatch | None
) -> PrintJob:
    reprint = document.copies_printed > 0
    if reprint and not reason.strip():
        raise PrintRefusedError("reason", _("%s 已经打印过，请填写重印原因") % document.number)
    job = PrintJob.objects.create(
        document=document,
        batch=batch,
        copies=copies,
        reprint=reprint,
        reason=reason.strip() if reprint else "",
        printed_by=by,
        printed_at=clock.now(),
    )
    document.copies_printed += copies
    document.save(update_fields=["copies_printed"])
    told = {
        "document": document.pk,
        "number": document.number,
        "copies": copies,
        "reprint": reprint,
        "reason": job.reason,
        "batch": batch.pk if batch else None,
    }
    record(
        document.case_stream or document.lead_organ.stream, "document_printed", actor=by, data=told
    )
    return job


@transaction.atomic
def print_document(document_id: int, *, copies: int, reason: str, by: User) -> PrintJob:
    """Record a printing; a second one of the same document needs a reason.

    Raises PrintRefusedError. Two people who press at once: the second is told that it is printed.
    """
    if not 1 <= copies <= MOST_COPIES:
        raise PrintRefusedError("copies", _("份数应当是 1 至 %d") % MOST_COPIES)
    document = _locked([document_id])[0]
    _check_printable(document)
    return _record(document, copies, reason, by, None)


@transaction.atomic
def print_batch(document_ids: Sequence[int], *, reason: str, by: User) -> PrintBatch:
    """One copy of each document in one batch; all or none. Raises PrintRefusedError."""
    if not 1 <= len(document_ids) <= LARGEST_BATCH:
        raise PrintRefusedError("documents", _("请选择 1 至 %d 件公文") % LARGEST_BATCH)
    documents = _locked(document_ids)
    if len(documents) != len(set(document_ids)):
        raise PrintRefusedError("documents", _("选择的公文中有的已不存在，请刷新页面"))
    for document in documents:
        _check_printable(document)
    batch = PrintBatch.objects.create(
        organ=documents[0].lead_organ, made_by=by, made_at=clock.now()
    )
    for document in documents:
        _record(document, 1, reason, by, batch)
    numbers = [document.number for document in documents]
    told = {"batch": batch.pk, "numbers": numbers}
    record(batch.organ.stream, "batch_printed", actor=by, data=told)
    return batch


def _cover(batch: PrintBatch, documents: Sequence[Document]) -> dict[str, Any]:
    """The cover list as a content document."""
    rows = [
        [str(place), document.number, document.title, str(document.pages)]
        for place, document in enumerate(documents, start=1)
    ]
    made_on = batch.made_at.astimezone(clock.BEIJING).date()
    who = f"{batch.made_by.name}，{chinese_date(made_on)}，共{len(rows)}件。"
    return {
        "format": "form",
        "organs": [batch.organ.name],
        "title": "打印批次清单",
        "number": None,
        "body": [
            {"kind": "paragraph", "text": f"批次{batch.pk}：{who}"},
            {"kind": "table", "header": ["序号", "发文字号", "标题", "页数"], "rows": rows},
        ],
        "date": made_on.isoformat(),
    }


def merged_pdf(batch: PrintBatch) -> bytes:
    """The cover list and every document, each beginning on a front side (for double-sided print).

    Raises files.PdfMissingError or rendering's RenderingError.
    """
    jobs = batch.print_jobs.select_related("document").order_by("document_id")
    documents = [job.document for job in jobs]
    writer = PdfWriter()
    sheets = [rendering.pdf(_cover(batch, documents)), *(files.read(one) for one in documents)]
    for sheet in sheets:
        reader = PdfReader(io.BytesIO(sheet))
        writer.append(reader)
        if len(reader.pages) % 2:
            writer.add_blank_page()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
