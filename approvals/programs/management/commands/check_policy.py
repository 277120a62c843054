"""`check_policy FOLDER [--json]`: every issue of a policy pack at once; exit 1 on an error."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from approvals.programs import packs
from organizations.pack_schema import ERROR


class Command(BaseCommand):
    help = "Checks a city's policy pack: organs, programs, forms, notices and flows."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, and the form of the answer."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", help="a JSON list on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the issues; exit 0 without errors, else 1."""
        folder: Path = options["folder"]
        if not folder.is_dir():
            self.stderr.write(f"{folder} is no folder: name a city's folder, as policies/jiaxing")
            sys.exit(1)
        issues = packs.check(folder)
        if options["json"]:
            listed = [asdict(issue) for issue in issues]
            self.stdout.write(json.dumps(listed, ensure_ascii=False, indent=2))
        else:
            for issue in issues:
                self.stdout.write(packs.as_text(issue))
        if any(issue.severity == ERROR for issue in issues):
            sys.exit(1)
