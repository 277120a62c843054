"""`manage.py load_calendar`: fills the working calendar from the published years."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

import clock
from workflows import calendar


class Command(BaseCommand):
    """Idempotent; run at setup and after the State Council's yearly notice."""

    help = "Load the published working calendars (years without a notice stay provisional)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """[--first YEAR] [--last YEAR]."""
        parser.add_argument("--first", type=int, default=calendar.FIRST_YEAR)
        parser.add_argument("--last", type=int, default=None)

    def handle(self, **options: Any) -> None:
        """Prints which years are loaded."""
        last = options["last"] or clock.today().year + 1
        years = calendar.seed_calendar(options["first"], last)
        self.stdout.write(f"working calendar: {years[0]}-{years[-1]}" if years else "nothing")
