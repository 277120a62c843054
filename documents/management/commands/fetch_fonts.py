"""`manage.py fetch_fonts`: the notices' fonts into settings.FONTS_DIR; called by `make setup`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from documents.fonts.fetching import fetch
from documents.fonts.packages import FontsUnavailableError


class Command(BaseCommand):
    help = "Fetches the fonts of the notices from Debian packages (nothing is installed)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = fetch(settings.FONTS_DIR, self.stderr.write)
        except FontsUnavailableError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("fonts fetched" if changed else "fonts are there already")
