"""Makes the original of an issued document after the commit: the PDF, signed where it is signed.

Called by a job of kind JOB_KIND whose handler approvals registers as `render_job`. Twice does no
harm: a document has one original and one set of signatures for ever.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

import clock
from documents import files, rendering, signing
from documents.fonts import sets
from documents.models import Document
from documents.rendering.errors import RenderingError
from documents.signing import SigningError
from documents.telling import journal
from jobs.services import enqueue
from journal.services import Actor

JOB_KIND = "render_document"
LONG_JOB_KIND = "render_long_document"
"""Of documents with long tables: a worker of their own takes them (`worker --only`)."""
LONG_LEASE = timedelta(minutes=15)
"""More than the wall time of a long document (rendering.sizes), signing included."""
_RETRIES = 3
_RETRY_AFTER = timedelta(minutes=1)
Failure = RenderingError | SigningError


class OriginalLostError(SigningError):
    """The archive lost a signed file: nothing can make the same bytes again."""


def render(document_id: int) -> None:
    """Make the original of an issued document; a second call finds it made and does nothing.

    A failure of the layout or of the signature is recorded with the document and, when it may
    pass, tried again up to three times, a minute and more apart; after that it stands in the print
    room's list of failures, with a button.
    """
    document = Document.objects.select_related("entry__series", "lead_organ").get(pk=document_id)
    if document.pdf_sha256 and files.path_of(document.pdf_sha256).is_file():
        return
    try:
        _refuse_second_signature(document)
        made = rendering.render(document.content)
        signed = signing.sign(_request(document, made))
    except (RenderingError, SigningError) as error:
        _record_failure(document, error)
        return
    sha256 = files.store(signed.pdf)
    if not _record_pdf(document, made, sha256, signed):
        files.discard_unknown(sha256)


def render_job(payload: dict[str, Any]) -> None:
    """Handler of JOB_KIND; the payload is ``{"document": pk}``."""
    render(int(payload["document"]))


def _refuse_second_signature(document: Document) -> None:
    """An unsigned file can be made again byte for byte; a signed one only comes from a backup."""
    if document.pdf_sha256 and document.signatures:
        message = _("存档中的签名原件遗失，不能重新签名；请从备份恢复存档文件")
        raise OriginalLostError(message)


def _request(document: Document, made: rendering.Rendered) -> signing.Request:
    return signing.Request(
        pdf=made.pdf,
        level=document.content.get("mark") or "none",
        specimen=bool(document.content.get("specimen")),
        number=document.number,
        signers=signing.signers_of(document.lead_organ, document.organ_names),
        places=made.marks,
        at=clock.now(),
    )


@transaction.atomic
def _record_pdf(
    document: Document, made: rendering.Rendered, sha256: str, signed: signing.Signed
) -> bool:
    """False when another worker has recorded an original meanwhile: his stays."""
    unsigned = files.digest(made.pdf)
    changed = Document.objects.filter(pk=document.pk, pdf_sha256__in=["", sha256]).update(
        pdf_name=f"{document.number}.pdf",
        pdf_sha256=sha256,
        unsigned_sha256=unsigned,
        signatures=[one.as_json() for one in signed.signatures],
        template_version=rendering.template_version(),
        font_set=sets.current_version(settings.FONTS_DIR),
        renderer=made.renderer,
        pages=made.pages,
        rendered_at=clock.now(),
        failure="",
    )
    if changed and not document.pdf_sha256:
        told = {"pdf_sha256": sha256, "unsigned_sha256": unsigned}
        journal(document, "document_rendered", None, told)
        for one in signed.signatures:
            journal(document, "document_signed", None, one.as_json())
    return bool(changed)


def promise(document: Document, *, key: str = "", run_at: datetime | None = None) -> None:
    """Queue the making of the original, in the caller's transaction."""
    kind = LONG_JOB_KIND if rendering.is_long(document.content) else JOB_KIND
    enqueue(kind, {"document": document.pk}, key=key, run_at=run_at)


@transaction.atomic
def _record_failure(document: Document, error: Failure) -> None:
    failures = document.failures + 1
    Document.objects.filter(pk=document.pk).update(failure=str(error), failures=F("failures") + 1)
    journal(document, "document_failed", None, {"failure": str(error)})
    if error.passing and failures < _RETRIES:
        later = clock.now() + failures * _RETRY_AFTER
        promise(document, key=f"{document.pk}:{failures}", run_at=later)


@transaction.atomic
def retry_rendering(document: Document, *, by: Actor) -> None:
    """A person asks for the PDF again, after a failure or a loss in the archive."""
    journal(document, "document_render_retried", by, {})
    promise(document)
