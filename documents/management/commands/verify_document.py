"""`manage.py verify_document FILE.pdf`: is this the document on file, and is it in force?"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from documents import files, selectors
from documents.models import Document


def _signatures(path: Path) -> int:
    """How many signature fields the PDF has; ValueError when it is no PDF."""
    try:
        fields = PdfReader(path).get_fields() or {}
    except (PyPdfError, OSError, ValueError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return sum(1 for field in fields.values() if field.get("/FT") == "/Sig")


class Command(BaseCommand):
    help = "Checks a PDF's hash and its state in the register (exit 1: unknown or not in force)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        sha256 = files.digest(content)
        self.stdout.write(f"sha256: {sha256}")
        try:
            count = _signatures(path)
        except ValueError as error:
            raise CommandError(f"{path} is no PDF: {error}") from error
        self.stdout.write(f"signature: {count or 'none (seal by hand)'}")
        document = selectors.document_by_digest(sha256)
        if document is None:
            raise CommandError("register: unknown; the file was changed or not made here")
        self.stdout.write(f"register: {document.number} {document.title}")
        self.stdout.write(f"organ: {'，'.join(document.organ_names)}")
        self.stdout.write(f"date: {document.date.isoformat()}")
        self.stdout.write(f"state: {document.state} ({document.get_state_display()})")
        if document.state != Document.State.VALID:
            raise CommandError(f"not in force since {document.state_changed_on}")
