"""Printing: copies by the distribution list, reprints with a reason, batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

import clock
from documents import sight
from documents.models import Document, PrintBatch, PrintJob
from documents.print_room import acts
from documents.print_room.distribution import Line, distribution, total
from documents.print_room.errors import NotThere, Refused
from documents.print_room.models import Copy, Purpose, SealEntry
from journal.services import record
from organizations.models import Organ, User
from organizations.permissions import Permission, can

MOST_COPIES = 200
LARGEST_BATCH = 100


def locked(pks: Sequence[int], by: User) -> list[Document]:
    """The documents, locked in one order so that two desks never wait for each other in a ring,
    without those he must not know of."""
    rows = Document.objects.select_for_update(of=("self",)).select_related("lead_organ")
    return list(rows.filter(~sight.kept_from(by), pk__in=pks).order_by("pk"))


def locked_one(pk: int, by: User) -> Document:
    """One document, locked. Raises NotThere."""
    for document in locked([pk], by):
        return document
    raise NotThere


def require(by: User, permission: Permission, organ: Organ) -> None:
    """The right is asked again at the act, under the lock. Raises PermissionDenied."""
    answer = can(by, permission, organ)
    if not answer:
        raise PermissionDenied(answer.reason)


def journal(document: Document, verb: str, by: User, told: dict[str, object]) -> None:
    """Tells the case's stream, or the organ's for a paper without a case."""
    data = {"document": document.pk, "number": document.number, **told}
    record(document.case_stream or document.lead_organ.stream, verb, actor=by, data=data)


def _check_printable(document: Document) -> None:
    if not document.pdf_sha256:
        raise Refused("", _("%s 的文件尚未生成，请稍后再试") % document.number)
    if document.state != Document.State.VALID:
        words = {"number": document.number, "state": document.get_state_display()}
        raise Refused("", _("%(number)s %(state)s，不能再打印") % words)


def lines_of(document: Document) -> list[Line]:
    """The document's own distribution list."""
    return distribution(document.content, document.holder_masked)


def _recorded(
    document: Document,
    lines: Sequence[Line],
    *,
    numbered: bool,
    reason: str,
    by: User,
    batch: PrintBatch | None = None,
    replaces: Copy | None = None,
) -> PrintJob:
    """The job, its copies with the next numbers, the sum on the document, the journal entry."""
    copies = total(lines)
    reprint = document.copies_printed > 0
    job = PrintJob.objects.create(
        document=document,
        batch=batch,
        copies=copies,
        reprint=reprint,
        reason=reason.strip() if reprint else "",
        printed_by=by,
        printed_at=clock.now(),
    )
    last = Copy.objects.filter(document=document).aggregate(last=Max("n"))["last"] or 0
    wanted = [line for line in lines for _each in range(line.copies)]
    Copy.objects.bulk_create(
        Copy(
            document=document,
            n=n,
            job=job,
            purpose=line.purpose,
            recipient=line.recipient,
            numbered=numbered,
            replaces=replaces,
        )
        for n, line in enumerate(wanted, start=last + 1)
    )
    document.copies_printed += copies
    document.save(update_fields=["copies_printed"])
    told = {"copies": copies, "reprint": reprint, "reason": job.reason, "first": last + 1}
    journal(document, "document_printed", by, {**told, "batch": batch.pk if batch else None})
    return job


@transaction.atomic
def print_document(
    document_id: int,
    *,
    by: User,
    lines: Sequence[Line] | None = None,
    numbered: bool = False,
    reason: str = "",
    key: str = "",
    expected: int | None = None,
) -> PrintJob:
    """Record a printing of some copies; a second one of the same document needs a reason.

    `lines` None: the document's own distribution list. `expected`: copies printed so far, as the
    page showed them. Raises Refused. Two people who press at once: the second is told.
    """
    document = locked_one(document_id, by)
    require(by, Permission.PRINT_DOCUMENT, document.lead_organ)
    lines = lines_of(document) if lines is None else lines
    payload = {"print": document_id, "lines": [str(line) for line in lines], "reason": reason}
    if (answer := acts.earlier(key, by, payload)) is not None:
        return PrintJob.objects.get(pk=answer)
    acts.expect(expected, document.copies_printed, document.number)
    if not 1 <= total(lines) <= MOST_COPIES:
        raise Refused("copies", _("份数合计应当是 1 至 %d") % MOST_COPIES)
    _check_printable(document)
    if document.copies_printed and not reason.strip():
        raise Refused("reason", _("%s 已经打印过，请填写重印原因") % document.number)
    job = _recorded(document, lines, numbered=numbered, reason=reason, by=by)
    acts.remember(key, by, payload, job.pk)
    return job


@transaction.atomic
def print_batch(
    document_ids: Sequence[int],
    *,
    by: User,
    reason: str = "",
    numbered: bool = False,
    key: str = "",
    expected: Mapping[int, int] | None = None,
) -> PrintBatch:
    """Each document by its distribution list in one batch; all or none. `expected`: copies printed
    so far by document, as the page showed them. Raises Refused."""
    if not 1 <= len(document_ids) <= LARGEST_BATCH:
        raise Refused("documents", _("请选择 1 至 %d 件公文") % LARGEST_BATCH)
    documents = locked(document_ids, by)
    if len(documents) != len(set(document_ids)):
        raise Refused("documents", _("选择的公文中有的已不存在，请刷新页面"))
    for organ in {document.lead_organ for document in documents}:
        require(by, Permission.PRINT_DOCUMENT, organ)
    payload = {"batch": sorted(document_ids), "reason": reason, "numbered": numbered}
    if (answer := acts.earlier(key, by, payload)) is not None:
        return PrintBatch.objects.get(pk=answer)
    for document in documents:
        acts.expect((expected or {}).get(document.pk), document.copies_printed, document.number)
        _check_printable(document)
        if document.copies_printed and not reason.strip():
            raise Refused("reason", _("%s 已经打印过，请填写重印原因") % document.number)
    organ = documents[0].lead_organ
    batch = PrintBatch.objects.create(organ=organ, made_by=by, made_at=clock.now())
    for document in documents:
        lines = lines_of(document)
        _recorded(document, lines, numbered=numbered, reason=reason, by=by, batch=batch)
    numbers = [document.number for document in documents]
    record(organ.stream, "batch_printed", actor=by, data={"batch": batch.pk, "numbers": numbers})
    acts.remember(key, by, payload, batch.pk)
    return batch


@transaction.atomic
def spoil(copy_id: int, *, reason: str, by: User, key: str = "") -> Copy:
    """A copy is spoiled (jam, blot): it stays in the ledger, a new number takes its place.

    A sealed copy's replacement has to be sealed again. Answers the new copy. Raises Refused.
    """
    of_copy = Copy.objects.values_list("document_id", flat=True)
    document = locked_one(of_copy.get(pk=copy_id), by)
    require(by, Permission.PRINT_DOCUMENT, document.lead_organ)
    copy = Copy.objects.select_for_update().get(pk=copy_id)
    payload = {"spoil": copy_id, "reason": reason}
    if (answer := acts.earlier(key, by, payload)) is not None:
        return Copy.objects.get(pk=answer)
    _check_spoilable(copy, reason)
    _check_printable(document)
    copy.spoiled_at, copy.spoiled_by, copy.spoiled_reason = clock.now(), by, reason.strip()
    copy.save(update_fields=["spoiled_at", "spoiled_by", "spoiled_reason"])
    if copy.seal_entry_id is not None:
        SealEntry.objects.filter(pk=copy.seal_entry_id).update(version=F("version") + 1)
    journal(document, "copy_spoiled", by, {"copy": copy.number, "reason": reason.strip()})
    line = Line(Purpose(copy.purpose), copy.recipient)
    why = _("替换第%(copy)s份：%(reason)s") % {"copy": copy.number, "reason": reason.strip()}
    job = _recorded(
        document, [line], numbered=copy.numbered, reason=why[:300], by=by, replaces=copy
    )
    renewed = job.printed.get()
    acts.remember(key, by, payload, renewed.pk)
    return renewed


def _check_spoilable(copy: Copy, reason: str) -> None:
    if not reason.strip():
        raise Refused("reason", _("请写明作废原因；原因将留在份号台账中"))
    if copy.spoiled_at is not None:
        raise Refused("", _("第%s份已经作废，没有再次登记") % copy.number)
    if copy.delivery_id is not None:
        raise Refused("", _("第%s份已经交付，不能作为废页；需要再发的请重印") % copy.number)
