"""`load_packs [CITY …]`: loads the cities' policy packs; the same bytes again change nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from approvals.programs import packs


class Command(BaseCommand):
    help = "Loads the policy packs of the named cities (default: all), each all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The cities' folder names."""
        parser.add_argument("cities", nargs="*", metavar="CITY")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads one city after another; stops with every issue at the first that is refused."""
        folders = {folder.name: folder for folder in packs.city_folders()}
        for city in options["cities"] or folders:
            if city not in folders:
                known = ", ".join(folders)
                message = f"no pack {city!r} in {settings.POLICIES_DIR.name}/; there are: {known}"
                raise CommandError(message)
            try:
                release = packs.load(folders[city])
            except packs.PackRefusedError as refused:
                raise CommandError(str(refused)) from refused
            if options["verbosity"]:
                self.stderr.write(f"{city}: pack {release.sha256[:12]} is loaded")
