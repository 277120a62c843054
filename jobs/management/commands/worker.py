"""The embedded worker: `manage.py worker [--once] [--idle-seconds 1.0]`."""

from __future__ import annotations

import logging
import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from jobs.worker import run_due

logger = logging.getLogger("jobs")


class Command(BaseCommand):
    help = "Runs due jobs; SIGTERM or SIGINT ends it after the job at hand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due, then end")
        parser.add_argument(
            "--idle-seconds", type=float, default=1.0, help="pause when nothing is due"
        )

    def handle(self, *arguments: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{run_due()} jobs ran")
            return
        stopping = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
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
            return run_due(limit=1) == 1
        except (OperationalError, InterfaceError) as error:
            logger.warning("database: %s; trying again", type(error).__name__)
            return False
