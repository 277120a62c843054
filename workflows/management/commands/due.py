"""`manage.py due START DAYS`: the last day of a period (contract.md)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from workflows import calendar


class Command(BaseCommand):
    """Needs no prepared database: without the calendar table the published years answer."""

    help = "Print the day on which a period of DAYS that begins at START is due, as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """START DAYS [--unit workdays|days] [--from-day next|same]."""
        parser.add_argument("start", type=date.fromisoformat, help="ISO date")
        parser.add_argument("days", type=int)
        parser.add_argument("--unit", choices=["workdays", "days"], default="workdays")
        parser.add_argument("--from-day", choices=["next", "same"], default="next")

    def handle(self, **options: Any) -> None:
        """Prints `{"due": …, "provisional": …}`."""
        start, days, first = options["start"], options["days"], options["from_day"]
        try:
            if options["unit"] == "days":
                due = calendar.add_days(start, days, first)
            else:
                due = _workdays(start, days, first)
        except (ValueError, OverflowError) as error:
            raise CommandError(str(error)) from error
        answer = {"due": due.day.isoformat(), "provisional": due.provisional}
        self.stdout.write(json.dumps(answer))


def _workdays(start: date, days: int, first: str) -> calendar.Due:
    """By the table where it can be read, else by the library alone."""
    if days < 0 or start > date.max - timedelta(days=2 * abs(days) + 30):
        message = "DAYS must not be negative and the period must end before the year 9999"
        raise ValueError(message)
    try:
        return calendar.add_workdays(start, days, first)
    except DatabaseError:
        return calendar.count_workdays(start, days, first, calendar.published)
