"""The embedded worker: `manage.py worker [--once] [--idle-seconds 1.0] [--only|--without KIND]`."""

from __future__ import annotations

import logging
import signal
from argparse import ArgumentParser
from collections.abc import Sequence
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections

from jobs import registry
from jobs.processes import settle
from jobs.worker import run_due

logger = logging.getLogger("jobs")


def _kinds(only: Sequence[str] | None, without: Sequence[str] | None) -> frozenset[str] | None:
    """The kinds this worker takes; None is every kind. A kind nobody registered is an error."""
    known = frozenset(registry.kinds())
    unknown = sorted({*(only or ()), *(without or ())} - known)
    if unknown:
        message = f"no such kind of job: {', '.join(unknown)}; known: {', '.join(sorted(known))}"
        raise CommandError(message)
    if only:
        return frozenset(only)
    return known - set(without) if without else None


class Command(BaseCommand):
    help = "Runs due jobs; SIGTERM or SIGINT ends it after the job at hand."
    kinds: frozenset[str] | None = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due, then end")
        parser.add_argument(
            "--idle-seconds", type=float, default=1.0, help="pause when nothing is due"
        )

        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--only", nargs="+", metavar="KIND", help="these kinds of jobs")
        chosen.add_argument("--without", nargs="+", metavar="KIND", help="every other kind")

    def handle(self, *arguments: Any, **options: Any) -> None:
        self.kinds = _kinds(options["only"], options["without"])
        if options["once"]:
            self.stdout.write(f"{run_due(kinds=self.kinds)} jobs ran")
            return
        stopping = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        settle()
        logger.info("worker started")
        self._loop(stopping, options["idle_seconds"])
        logger.info("worker ended")

    def _loop(self, stopping: Event, idle_seconds: float) -> None:
        while not stopping.is_set():
            close_old_connections()
            if not self._ran_one():
                stopping.wait(idle_seconds)

    def _ran_one(self) -> bool:
        """An unreachable database is an outage to be waited out, not a reason to die."""
        try:
            return run_due(limit=1, kinds=self.kinds) == 1
        except (OperationalError, InterfaceError) as error:
            logger.warning("database: %s; trying again", type(error).__name__)
            return False
