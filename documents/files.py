"""The archive of PDFs: content-addressed, written once, never half."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from documents.models import Document


class PdfMissingError(Exception):
    """The document has no PDF yet, or the archive lost or changed it."""


def digest(content: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def path_of(sha256: str) -> Path:
    """Where the archive keeps the file of this digest."""
    return Path(settings.ARCHIVE_DIR) / sha256[:2] / sha256[2:4] / f"{sha256}.pdf"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def store(content: bytes) -> str:
    """Write the bytes under their digest, whole or not at all; returns the digest.

    A temporary file is synced and renamed, and the folder synced, so that a crash leaves either
    the whole file or none. A file that is there already is left alone.
    """
    sha256 = digest(content)
    target = path_of(sha256)
    if target.is_file() and target.stat().st_size == len(content):
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(partial).replace(target)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return sha256


def discard_unknown(sha256: str) -> None:
    """Removes a file that no document names: the work of a worker who came second."""
    if not Document.objects.filter(pdf_sha256=sha256).exists():
        path_of(sha256).unlink(missing_ok=True)


def read(document: Document) -> bytes:
    """The document's PDF, its digest checked; PdfMissingError says why there is none."""
    if not document.pdf_sha256:
        raise PdfMissingError(document.failure or _("文件尚未生成，请稍后再试"))
    try:
        content = path_of(document.pdf_sha256).read_bytes()
    except FileNotFoundError as error:
        raise PdfMissingError(_("存档中找不到该文件，请联系系统管理员")) from error
    if digest(content) != document.pdf_sha256:
        raise PdfMissingError(_("存档中的文件被改动，不能提供，请联系系统管理员"))
    return content


def open_pdf(document: Document) -> BinaryIO:
    """The PDF as an open file, for a download view; the caller has checked the right.

    Raises PdfMissingError when the document is not rendered yet or its file is gone.
    """
    if not document.pdf_sha256:
        raise PdfMissingError(document.failure or _("文件尚未生成，请稍后再试"))
    try:
        return path_of(document.pdf_sha256).open("rb")
    except FileNotFoundError as error:
        raise PdfMissingError(_("存档中找不到该文件，请联系系统管理员")) from error


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF to look at in the browser, with its Chinese name (RFC 6266)."""
    response = HttpResponse(content, content_type="application/pdf")
    header = content_disposition_header(as_attachment=False, filename=name)
    if header:
        response["Content-Disposition"] = header
    return response
