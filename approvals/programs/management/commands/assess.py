"""`assess CITY/CODE FACTS.json`: what a program says of a case; reads the folder, no database.

Exit 0 when the case is eligible, 1 when it is not or the input is wrong (contract.md).
"""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

import clock
from approvals.programs import packs
from approvals.programs.facts import FactsError
from approvals.programs.rules import PolicyError, assess
from organizations.json_texts import JsonError, read_json

PROGRAM = re.compile(r"([a-z][a-z0-9_]*)/([A-Z][A-Za-z0-9]*)")


class Command(BaseCommand):
    help = "Assesses the facts of a case by a program of a policy pack and prints JSON."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The program and the file of facts."""
        parser.add_argument("program", help="city/code, as in CITY/CODE")
        parser.add_argument("facts", type=Path, help="JSON file with the facts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the assessment."""
        content = self._content(options["program"])
        try:
            found = assess(content, self._facts(options["facts"]))
        except FactsError as error:
            lines = (f"{fault.path}: {fault.message}" for fault in error.faults)
            self._refuse("\n".join(lines))
        except PolicyError as error:
            self._refuse(f"{options['program']}: {error}")
        self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        if not found.eligible:
            sys.exit(1)

    def _content(self, name: str) -> dict[str, Any]:
        match = PROGRAM.fullmatch(name)
        folders = {folder.name: folder for folder in packs.city_folders()}
        if match is None or match[1] not in folders:
            self._refuse(f"{name!r} is no program: name it as city/code, cities: {[*folders]}")
        try:
            content = packs.content_for(folders[match[1]], match[2], clock.today())
        except packs.PackRefusedError as refused:
            self._refuse(str(refused))
        if content is None:
            self._refuse(f"{match[1]} has no program {match[2]!r} in force today")
        return content

    def _facts(self, path: Path) -> Any:
        try:
            return read_json(path)
        except JsonError as error:
            self._refuse(str(error))

    def _refuse(self, message: str) -> NoReturn:
        self.stderr.write(message)
        sys.exit(1)
