"""`manage.py due START DAYS`: the last day of a period (contract.md)."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from workflows import calendar


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is no day of the calendar; write it as 2020-12-30"
        raise ArgumentTypeError(message) from error


def _count(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        message = f"{text!r} is no whole number of days; write it as 5"
        raise ArgumentTypeError(message) from error


class Command(BaseCommand):
    """Needs no prepared database: without the calendar table the published years answer."""

    help = "Print the day on which a period of DAYS that begins at START is due, as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """START DAYS [--unit workdays|days] [--from-day next|same]."""
        parser.add_argument("start", type=_day, help="ISO date")
        parser.add_argument("days", type=_count)
        parser.add_argument("--unit", choices=["workdays", "days"], default="workdays")
        parser.add_argument("--from-day", choices=["next", "same"], default="next")

    def handle(self, **options: Any) -> None:
        """Prints `{"due": …, "provisional": …}`."""
        start, days, first = options["start"], options["days"], options["from_day"]
        by_calendar = options["unit"] == "workdays"
        most = calendar.LONGEST if by_calendar else date.max.toordinal()
        reach = calendar.reach(days) if by_calendar else days
        if not 0 <= days <= most:
            message = f"DAYS must be 0 to {most}, not {days}"
            raise CommandError(message)
        if (date.max - start).days <= reach:
            message = f"{days} days from {start} may not end before {date.max}; begin earlier"
            raise CommandError(message)
        due = (_workdays if by_calendar else calendar.add_days)(start, days, first)
        answer = {"due": due.day.isoformat(), "provisional": due.provisional}
        self.stdout.write(json.dumps(answer))


def _workdays(start: date, days: int, first: str) -> calendar.Due:
    """By the table where it can be read, else by the library alone."""
    try:
        return calendar.add_workdays(start, days, first)
    except DatabaseError:
        return calendar.count_workdays(start, days, first, calendar.published)
