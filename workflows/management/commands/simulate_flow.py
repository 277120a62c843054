"""`manage.py simulate_flow SCENARIOS.json` (bpmn.md §8)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from organizations.json_texts import JsonError, read_json
from workflows.simulation.database import private_database
from workflows.simulation.report import simulate
from workflows.values import VariablesEncoder


class Command(BaseCommand):
    """Runs on a database of its own; the configured one is neither needed nor touched."""

    help = "Run the scenarios of a JSON file through the engine and print the results as JSON."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file; the paths in it are relative to it."""
        parser.add_argument("scenarios", type=Path)

    def handle(self, **options: Any) -> None:
        """Prints one JSON document."""
        path: Path = options["scenarios"]
        try:
            document = read_json(path)
        except JsonError as error:
            raise CommandError(str(error)) from error
        if not isinstance(document, dict) or not isinstance(document.get("scenarios"), list):
            message = f'{path}: an object with a list "scenarios" is wanted'
            raise CommandError(message)
        with private_database():
            results = simulate(document, path.parent)
        self.stdout.write(json.dumps(results, ensure_ascii=False, indent=1, cls=VariablesEncoder))
