"""`manage.py archive_case NUMBER --out FILE.zip [--json]`: the archive package of a closed case."""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from approvals.applications.errors import ApplicationActError
from approvals.applications.models import Application
from approvals.archive.package import archive_case


class Command(BaseCommand):
    help = "Packs metadata, papers, materials and journal of a closed case into one ZIP file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", metavar="NUMBER")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Application.objects.select_related("program", "applicant__applicant", "county")
        application = rows.filter(number=options["number"]).first()
        if application is None:
            raise CommandError(f"no case has the number {options['number']!r}")
        out: Path = options["out"]
        try:
            content = archive_case(application, by=None)
            out.write_bytes(content)
        except ApplicationActError as error:
            raise CommandError(error.detail) from error
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}") from error
        digest = hashlib.sha256(content).hexdigest()
        if options["json"]:
            told = {"case": application.number, "file": out.name, "sha256": digest}
            self.stdout.write(json.dumps({**told, "bytes": len(content)}, ensure_ascii=False))
        else:
            self.stdout.write(f"{out}: {len(content)} bytes, sha256 {digest}")
