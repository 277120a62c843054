"""`manage.py load_calendar`: fills the working calendar from the published years."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import clock
from workflows import calendar

SATURDAY = 5


class Command(BaseCommand):
    """Idempotent; run at setup and after the State Council's yearly notice."""

    help = "Load the published working calendars (years without a notice stay provisional)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """[--first YEAR] [--last YEAR] | --notice FILE."""
        parser.add_argument("--first", type=int, default=calendar.FIRST_YEAR)
        parser.add_argument("--last", type=int, default=None)
        parser.add_argument(
            "--notice",
            type=Path,
            help='the notice of one year: {"year", "source", "off": [days], "work": [days]}',
        )

    def handle(self, **options: Any) -> None:
        """Prints which years are loaded."""
        if options["notice"] is not None:
            years = _load_notice(options["notice"])
        else:
            last = options["last"] or clock.today().year + 1
            years = calendar.seed_calendar(options["first"], last)
        self.stdout.write(f"working calendar: {years[0]}-{years[-1]}" if years else "nothing")


def _load_notice(path: Path) -> list[int]:
    """The notice of one year, when it is out before the library knows it: weekends rest, `off` are
    the further days off, `work` the weekend days on which offices work."""
    try:
        notice = json.loads(path.read_text("utf-8"))
        year, source = int(notice["year"]), str(notice["source"])
        off = {date.fromisoformat(day) for day in notice["off"]}
        work = {date.fromisoformat(day) for day in notice["work"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path}: not a notice: {error!r}"
        raise CommandError(message) from error
    if strangers := sorted(day for day in off | work if day.year != year):
        message = f"{path}: {strangers[0]} is not a day of {year}"
        raise CommandError(message)
    if both := sorted(off & work):
        message = f"{path}: {both[0]} is both off and work"
        raise CommandError(message)
    calendar.load_days(
        {
            day: day in work or (day.weekday() < SATURDAY and day not in off)
            for day in calendar.days_of(year)
        },
        source,
    )
    return [year]
