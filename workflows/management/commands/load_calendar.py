"""`manage.py load_calendar`: fills the working calendar from the published years."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import clock
from organizations.json_texts import JsonError, read_json
from workflows import calendar

SATURDAY = 5
LAST_YEAR = date.max.year - 1
LONGEST_SOURCE = 120
"""Characters of a notice's source, as its column holds them."""


def _year(text: str) -> int:
    try:
        return _bounded(int(text))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def _bounded(year: int) -> int:
    """The year, when a calendar can hold it and count on beyond it; else a ValueError."""
    if not calendar.FIRST_YEAR <= year <= LAST_YEAR:
        message = f"{year} is no year from {calendar.FIRST_YEAR} to {LAST_YEAR}"
        raise ValueError(message)
    return year


class Command(BaseCommand):
    """Idempotent; run at setup and after the State Council's yearly notice."""

    help = "Load the published working calendars (years without a notice stay provisional)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """[--first YEAR] [--last YEAR] | --notice FILE."""
        parser.add_argument("--first", type=_year, default=calendar.FIRST_YEAR)
        parser.add_argument("--last", type=_year, default=None)
        parser.add_argument(
            "--notice",
            type=Path,
            help='the notice of one year: {"year", "source", "off": [days], "work": [days]}',
        )

    def handle(self, **options: Any) -> None:
        """Prints which years are loaded; silent within a command that prints something else."""
        if options["notice"] is not None:
            years = _load_notice(options["notice"])
        else:
            last = options["last"] or clock.today().year + 1
            years = calendar.seed_calendar(options["first"], last)
        if options["verbosity"]:
            self.stdout.write(f"working calendar: {years[0]}-{years[-1]}" if years else "nothing")


def _load_notice(path: Path) -> list[int]:
    """The notice of one year, when it is out before the library knows it: weekends rest, `off` are
    the further days off, `work` the weekend days on which offices work."""
    try:
        notice = read_json(path)
    except JsonError as error:
        raise CommandError(str(error)) from error
    try:
        year, source, off, work = _parts(notice)
    except ValueError as error:
        message = f"{path}: not a notice: {error}"
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


def _parts(notice: Any) -> tuple[int, str, set[date], set[date]]:
    """Year, source, days off and days of work; a ValueError names the key that is not so."""
    if not isinstance(notice, dict):
        message = 'an object with "year", "source", "off" and "work" is wanted'
        raise ValueError(message)
    year, source = notice.get("year"), notice.get("source")
    if type(year) is not int:
        message = f'"year" must be a whole number such as 2027, not {year!r}'
        raise ValueError(message)
    if not isinstance(source, str) or not 0 < len(source.strip()) <= LONGEST_SOURCE:
        message = f'"source" must say in 1 to {LONGEST_SOURCE} characters where the notice stands'
        raise ValueError(message)
    return _bounded(year), source, _days(notice, "off"), _days(notice, "work")


def _days(notice: dict[str, Any], key: str) -> set[date]:
    days = notice.get(key)
    if not isinstance(days, list):
        message = f'"{key}" must be a list of days such as "2027-01-01"; an empty one for none'
        raise ValueError(message)
    try:
        return {date.fromisoformat(day) for day in days}
    except (TypeError, ValueError) as error:
        message = f'"{key}" holds something that is no day such as "2027-01-01": {error}'
        raise ValueError(message) from error
