"""`manage.py make_demo_keys`: the demo's certificate authority; called by `make setup`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from documents.signing.authority import KeyRing


class Command(BaseCommand):
    help = "Makes the keys that sign specimens (an organ's own key is made at its first signature)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        made = KeyRing(settings.KEYS_DIR / "demo").ensure()
        self.stdout.write("demo keys made" if made else "demo keys are there already")
