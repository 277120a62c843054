"""`schedule`: promises the daily jobs; running it again changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

import clock
from approvals.administration import daily
from approvals.reconciliation import nightly
from approvals.supervision import automatic


class Command(BaseCommand):
    help = "Promises the daily jobs (journal anchor, supervision, reconciliation)."

    def handle(self, *args: Any, **options: Any) -> None:
        daily.promise(clock.today())
        automatic.promise(clock.today())
        nightly.promise(clock.today())
