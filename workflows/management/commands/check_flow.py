"""`manage.py check_flow FILE… [--json]`: every fault of a release of BPMN files at once."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from workflows import handlers
from workflows.bpmn import Bindings, check
from workflows.directory import known_roles


class Command(BaseCommand):
    """Outside a policy pack forms and documents cannot be looked up; the database is not used."""

    help = "Check BPMN files that are released together; exit 1 when one has an error."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files form one release: they may call each other's processes."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.bpmn")
        parser.add_argument("--json", action="store_true", help="print a JSON list of issues")

    def handle(self, **options: Any) -> None:
        """Prints the issues sorted by file and line; exits with 1 when there is an error."""
        bindings = Bindings(roles=known_roles(), handlers=handlers.registered())
        checked = check(options["files"], bindings)
        if options["json"]:
            issues = [asdict(issue) for issue in checked.issues]
            self.stdout.write(json.dumps(issues, ensure_ascii=False, indent=1))
        else:
            for issue in checked.issues:
                self.stdout.write(issue.as_text())
        if checked.has_errors:
            sys.exit(1)
