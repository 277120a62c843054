"""`manage.py render_notice CONTENT.json OUT.pdf`: a content document to a PDF, no database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents import glyphs
from documents.content import validate
from documents.rendering.errors import RenderingError
from documents.rendering.pipeline import render
from organizations.json_texts import JsonError, read_json


class Command(BaseCommand):
    help = "Renders a notice from a content document (schema: docs/notices.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("content", type=Path, metavar="CONTENT.json")
        parser.add_argument("out", type=Path, metavar="OUT.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = read_json(options["content"])
        except JsonError as error:
            raise CommandError(str(error)) from error
        errors = validate(content)
        if errors:
            raise CommandError("\n".join(map(str, errors)))
        try:
            made = render(content)
        except (RenderingError, glyphs.FontsMissingError) as error:
            raise CommandError(str(error)) from error
        try:
            options["out"].write_bytes(made.pdf)
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}") from error
        self.stdout.write(f"{options['out']}: {made.pages} page(s)")
