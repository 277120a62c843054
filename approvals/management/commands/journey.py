"""`journey`: one application of each kind, from the draft to the printed notice (contract)."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

import clock
from approvals.programs.models import Program
from approvals.programs.selectors import open_programs
from approvals.rehearsal.choices import Plan
from approvals.rehearsal.cities import City, cities
from approvals.rehearsal.filing import applicant_kind
from approvals.rehearsal.journey import drive, write_paper

DAYS_BACK = 75
"""The simulated clock starts this long ago, so that a journey ends before the real now: numbers and
timers of other cases on the same database are never overtaken."""


class Command(BaseCommand):
    help = "Drives one application of each kind to the issued notice; writes PDFs and journey.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--city", choices=[city.key for city in cities()])
        parser.add_argument("--kind", choices=list(Program.Kind.values))
        parser.add_argument("--out", required=True, type=Path)
        parser.add_argument(
            "--refused", action="store_true", help="the case ends with a refusal notice"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"--out {folder} cannot be a folder: {error.strerror}; name another one"
            raise CommandError(message) from error
        call_command("migrate", verbosity=0)
        call_command("load_calendar", verbosity=0)
        call_command("load_packs", *([options["city"]] if options["city"] else []), verbosity=0)
        told = [
            self._case(city, program, folder, refused=options["refused"])
            for city in cities()
            if options["city"] in {None, city.key}
            for program in _programs(city, options["kind"])
        ]
        text = json.dumps({"cases": told}, ensure_ascii=False, indent=2)
        (folder / "journey.json").write_text(text + "\n", "utf-8")
        self.stdout.write(text)

    def _case(self, city: City, program: Program, folder: Path, *, refused: bool) -> dict[str, Any]:
        cast = city.cast()
        cast.staff()
        county = city.counties()[0]
        kind = applicant_kind(program)
        organ = cast.applicant(f"{city.prefix}_journey_{kind}", kind, county)
        by = cast.member_of(organ)
        begin = (clock.now() - timedelta(days=DAYS_BACK)).replace(
            hour=9, minute=0, second=0, microsecond=0
        )
        plan = Plan(refused=refused, dice=random.Random(program.pk))  # noqa: S311 - a play
        journey = drive(program, organ, by, begin, plan)
        self.stderr.write(f"{program}: {journey.decision.document.number}")
        return write_paper(journey, folder)


def _programs(city: City, kind: str | None) -> list[Program]:
    """The first open program of each kind, by code; of one kind when asked."""
    chosen: dict[str, Program] = {}
    for program in sorted(open_programs(clock.today(), city.key), key=lambda found: found.code):
        chosen.setdefault(program.kind, program)
    return [program for program in chosen.values() if kind in {None, program.kind}]
