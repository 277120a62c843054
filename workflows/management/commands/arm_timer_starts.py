"""Promises the first moment of every timer start: `manage.py arm_timer_starts`.

Doing it again changes nothing.
Loading a release does the same for its new versions; this is for those that were loaded before.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from workflows import beginnings
from workflows.models import FlowVersion


class Command(BaseCommand):
    help = "Promises a job for the first moment of every timer start of every flow version."

    @transaction.atomic
    def handle(self, *arguments: Any, **options: Any) -> None:
        promised = sum(beginnings.arm(version) for version in FlowVersion.objects.order_by("pk"))
        self.stdout.write(f"{promised} timer starts are armed")
