"""The receipt (收件回执): what exactly was handed in, provable by one hash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from approvals.applications.acts import fingerprint
from approvals.applications.models import Application, Attachment


def filed_content(application: Application, attachments: Iterable[Attachment]) -> dict[str, Any]:
    """The filed facts in the shape that is hashed; times in ISO with offset."""
    submitted = application.submitted_at
    return {
        "number": application.number,
        "program": str(application.program),
        "applicant": application.applicant.name,
        "version": application.version,
        "submitted_at": submitted.isoformat() if submitted else None,
        "data": application.data,
        "files": sorted([entry.slot, entry.name, entry.sha256] for entry in attachments),
    }


def receipt_sha256(application: Application, attachments: Iterable[Attachment]) -> str:
    """SHA-256 over the canonical JSON of `filed_content`."""
    return fingerprint(filed_content(application, attachments))
