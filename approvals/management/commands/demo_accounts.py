"""`demo_accounts --json`: the people of the demo and their common password (contract)."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

import clock
from approvals.rehearsal.cast import Names, describe
from organizations.models import Membership


class Command(BaseCommand):
    help = "Lists the demo's accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        password = str(Names(0).pool["password"])
        accounts = [
            {
                "username": membership.user.username,
                "password": password,
                "role": membership.role,
                "organ": membership.organ.key,
                "city": membership.organ.city,
                "description": describe(membership),
            }
            for membership in Membership.objects.valid_on(clock.today())
            .filter(user__is_demo=True, user__is_active=True)
            .select_related("user", "organ")
            .order_by("organ__city", "role", "user__username")
        ]
        if options["json"]:
            self.stdout.write(json.dumps(accounts, ensure_ascii=False, indent=2))
            return
        for account in accounts:
            self.stdout.write(
                f"{account['username']}\t{account['password']}\t{account['role']}\t{account['description']}"
            )
