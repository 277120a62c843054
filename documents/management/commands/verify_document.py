"""`manage.py verify_document FILE.pdf [--json]`: is this the document on file, and is it in force?

Exit 0: authentic and in force; 1: not, with every reason.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents.authenticity import Report, Verdict, examine
from documents.models import Document


def _register(document: Document | None) -> dict[str, Any] | None:
    if document is None:
        return None
    successor = getattr(document, "superseded_by", None)
    changed = document.state_changed_on
    return {
        "number": document.number,
        "title": document.title,
        "organs": document.organ_names,
        "date": document.date.isoformat(),
        "state": document.state,
        "state_changed_on": changed.isoformat() if changed else None,
        "superseded_by": successor.number if successor is not None else None,
        "sha256": document.pdf_sha256,
        "unsigned_sha256": document.unsigned_sha256,
    }


def _told(path: Path, report: Report) -> dict[str, Any]:
    signatures = [asdict(one) for one in report.signatures]
    for one in signatures:
        one["signed_at"] = one["signed_at"].isoformat() if one["signed_at"] else None
    return {
        "file": path.name,
        "sha256": report.sha256,
        "verdict": report.verdict,
        "register": _register(report.document),
        "unsigned_agrees": report.unsigned_agrees,
        "attachment_agrees": report.attachment_agrees,
        "signatures": signatures,
        "faults": [asdict(fault) for fault in report.faults],
    }


class Command(BaseCommand):
    help = "Checks a PDF: signatures, digests, attached record, state in the register."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.pdf")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        report = examine(content)
        if options["json"]:
            self.stdout.write(json.dumps(_told(path, report), ensure_ascii=False))
        else:
            self._say(report)
        if report.verdict != Verdict.AUTHENTIC:
            reasons = "\n".join(f"{one.code}: {one.message}" for one in report.faults)
            raise CommandError(f"{report.verdict}\n{reasons}")

    def _say(self, report: Report) -> None:
        self.stdout.write(f"sha256: {report.sha256}")
        for one in report.signatures:
            words = [
                "intact" if one.intact else "BROKEN",
                "trusted" if one.trusted else "UNTRUSTED",
            ]
            at = one.signed_at.isoformat() if one.signed_at else "?"
            self.stdout.write(f"signature: {one.subject} {at} {', '.join(words)}")
        if not report.signatures:
            self.stdout.write("signature: none (seal by hand)")
        document = report.document
        if document is None:
            self.stdout.write("register: unknown")
            return
        self.stdout.write(f"register: {document.number} {document.title}")
        self.stdout.write(f"organ: {'，'.join(document.organ_names)}")
        self.stdout.write(f"date: {document.date.isoformat()}")
        self.stdout.write(f"state: {document.state} ({document.get_state_display()})")
