"""`manage.py rerender_documents [--sample N] [--json]`: do the papers still come out the same?"""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents.reproduction import BAD, Reproduction, rerender_documents


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise ArgumentTypeError(f"{text!r} is no number of documents; write 50")
    return int(text)


def _row(one: Reproduction) -> dict[str, Any]:
    return {
        "number": one.document.number,
        "outcome": one.outcome,
        "expected": one.expected,
        "found": one.found,
        "remark": one.remark,
    }


class Command(BaseCommand):
    help = "Renders documents again from their frozen content and compares the SHA-256."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sample", type=_count, metavar="N", help="only N, drawn by chance")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        counted: Counter[str] = Counter()
        rows: list[dict[str, Any]] = []
        for one in rerender_documents(options["sample"]):
            counted[one.outcome] += 1
            rows.append(_row(one))
            if not options["json"] and one.outcome != "same":
                self.stdout.write(f"{one.document.number}: {one.outcome} {one.remark}".rstrip())
        if options["json"]:
            told = {"counts": dict(counted), "documents": rows}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            total = ", ".join(f"{count} {name}" for name, count in sorted(counted.items()))
            self.stdout.write(f"{len(rows)} documents rendered again: {total or 'none made'}")
        bad = sum(counted[name] for name in BAD)
        if bad:
            raise CommandError(f"{bad} documents must be looked into")
