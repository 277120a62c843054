"""`manage.py check_archive FILE.zip [--json]`: the four properties of an archive package.

Exit 0: no fault; 1: every fault named.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from approvals.archive.checking import Checked, NoPackageError, check
from approvals.archive.faults import Property


def _told(checked: Checked) -> dict[str, Any]:
    return {
        "case": checked.case,
        "files": len(checked.files),
        "properties": {one.name.lower(): not checked.faults_of(one) for one in Property},
        "faults": [
            {
                "property": fault.property.name.lower(),
                "code": fault.code,
                "path": fault.path,
                "message": fault.message,
            }
            for fault in checked.faults
        ],
    }


class Command(BaseCommand):
    help = "Checks an archive package: authenticity, completeness, usability, safety."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.zip")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checked = check(options["file"])
        except NoPackageError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(_told(checked), ensure_ascii=False))
        else:
            self._say(checked)
        if checked.faults:
            raise CommandError(f"{len(checked.faults)} faults")

    def _say(self, checked: Checked) -> None:
        self.stdout.write(f"case: {checked.case}, {len(checked.files)} files")
        for one in Property:
            faults = checked.faults_of(one)
            self.stdout.write(f"{one.value} {one.name.lower()}: {'FAULTS' if faults else 'ok'}")
            for fault in faults:
                self.stdout.write(f"  {fault.code} {fault.path}: {fault.message}")
