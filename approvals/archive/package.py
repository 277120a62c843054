"""One case as one ZIP file: metadata, signed papers, materials, journal, manifest of digests.

Laid out so that it can be read and checked without this system: JSON and HTML in UTF-8, the papers
PDF/A-3b with their validation data, every file named in the manifest with its SHA-256.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

import clock
from approvals.applications.errors import ApplicationActError, WrongStateError
from approvals.applications.files import storage
from approvals.applications.models import Application
from approvals.archive import metadata
from documents import files
from journal.services import Actor, record

MANIFEST, METADATA, JOURNAL, REGISTER = (
    "manifest.json",
    "metadata.json",
    "journal.json",
    "register.json",
)
READABLE = "metadata.html"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""All members bear one time: the moment stands in the manifest, and the same case packs alike."""


class Incomplete(ApplicationActError):
    """A paper or a file of the case cannot be read: nothing half is archived."""

    code = "incomplete"


class _Package:
    """Collects members and their digests."""

    def __init__(self) -> None:
        self.stream = io.BytesIO()
        self.zip = zipfile.ZipFile(self.stream, "w", zipfile.ZIP_DEFLATED)
        self.members: list[dict[str, Any]] = []

    def __enter__(self) -> _Package:
        return self

    def __exit__(self, *failure: object) -> None:
        """Also where a paper could not be read: nothing is left open."""
        self.zip.close()

    def add(self, path: str, content: bytes, role: str) -> None:
        digest = hashlib.sha256(content).hexdigest()
        self.members.append({"path": path, "role": role, "bytes": len(content), "sha256": digest})
        self._write(path, content)

    def _write(self, path: str, content: bytes) -> None:
        self.zip.writestr(zipfile.ZipInfo(path, _ZIP_TIME), content, zipfile.ZIP_DEFLATED)

    def add_json(self, path: str, value: Any, role: str) -> None:
        self.add(path, _json(value), role)

    def close(self, number: str, made_at: str) -> bytes:
        """Writes the manifest last and returns the whole file."""
        told = {
            "format": metadata.FORMAT,
            "case": number,
            "made_at": made_at,
            "files": self.members,
        }
        self._write(MANIFEST, _json(told))
        self.zip.close()
        return self.stream.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()


@transaction.atomic
def archive_case(application: Application, *, by: Actor | None) -> bytes:
    """The package of a closed case; the journal keeps its SHA-256.

    The extract ends with the entry before the one that tells of this packing. Raises
    WrongStateError for a case that runs, Incomplete when a file of it cannot be read.
    """
    if application.closed_at is None or not application.number:
        raise WrongStateError(_("办件尚未办结，办结后才能归档。"))
    with _Package() as package:
        _fill(package, application)
        made_at = clock.now().astimezone(clock.BEIJING).isoformat(timespec="seconds")
        content = package.close(application.number, made_at)
    digest = hashlib.sha256(content).hexdigest()
    noted = {"sha256": digest, "files": len(package.members)}
    record(application.stream, "case_archived", actor=by, data=noted)
    return content


def _fill(package: _Package, application: Application) -> None:
    documents = _add_documents(package, application)
    attachments = _add_attachments(package, application)
    told = {
        "format": metadata.FORMAT,
        "case": metadata.case_facts(application),
        "documents": documents,
        "attachments": attachments,
    }
    package.add_json(METADATA, told, "metadata")
    package.add_json(JOURNAL, metadata.journal_extract(application), "journal")
    rows = metadata.register_extract(metadata.documents_of(application))
    package.add_json(REGISTER, rows, "register")
    page = render_to_string("archive/metadata.html", told)
    package.add(READABLE, page.encode(), "metadata")


def _add_documents(package: _Package, application: Application) -> list[dict[str, Any]]:
    told = []
    for place, document in enumerate(metadata.documents_of(application), start=1):
        path = f"documents/{place:02d}-{document.number}.pdf"
        try:
            content = files.read(document)
        except files.PdfMissingError as error:
            words = {"number": document.number, "reason": str(error)}
            raise Incomplete(_("公文%(number)s没有原件：%(reason)s") % words) from error
        package.add(path, content, "document")
        told.append(metadata.document_facts(document, path))
    return told


def _add_attachments(package: _Package, application: Application) -> list[dict[str, Any]]:
    """Every file ever handed in, also those replaced later: the versions belong to the record."""
    told = []
    for place, one in enumerate(application.attachments.order_by("pk"), start=1):
        path = f"attachments/{place:03d}-{one.name}"
        try:
            content = storage.read(one.path, one.sha256)
        except storage.FileDamagedError as error:
            raise Incomplete(_("材料“%s”读不出来或者已被改动，请从备份恢复") % one.name) from error
        package.add(path, content, "attachment")
        told.append(
            {
                "path": path,
                "name": one.name,
                "slot": one.slot,
                "media_type": one.media_type,
                "sha256": one.sha256,
                "version": one.version,
                "removed_version": one.removed_version,
                "uploaded_at": one.uploaded_at.astimezone(clock.BEIJING).isoformat(),
            }
        )
    return told
