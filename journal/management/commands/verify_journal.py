"""Recomputes the journal's chains: `manage.py verify_journal [--json] [--anchor DIGEST]`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from journal.selectors import last_anchor
from journal.verification import Fault, verify


class Command(BaseCommand):
    help = "Names the first bad entry of every stream; exit code 1 if there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON document")
        parser.add_argument(
            "--anchor", default="", metavar="DIGEST", help="an anchor digest kept outside"
        )

    def handle(self, *arguments: Any, **options: Any) -> None:
        faults = verify(options["anchor"])
        newest = last_anchor()
        if options["json"]:
            answer = {
                "whole": not faults,
                "faults": [asdict(fault) for fault in faults],
                "anchor": None
                if newest is None
                else {"day": newest.day.isoformat(), "digest": newest.digest},
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self._tell(faults)
        if faults:
            sys.exit(1)

    def _tell(self, faults: list[Fault]) -> None:
        for fault in faults:
            self.stdout.write(f"{fault.stream} #{fault.position} {fault.kind}: {fault.message}")
        if not faults:
            newest = last_anchor()
            known = f"; last anchor {newest.day} {newest.digest}" if newest is not None else ""
            self.stdout.write(f"The journal is whole{known}.")
