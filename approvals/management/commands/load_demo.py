"""`load_demo`: both cities with people for every role and cases in every state (make demo)."""

from __future__ import annotations

import logging
import random
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

import clock
from approvals.applications.models import Application
from approvals.programs.selectors import open_programs
from approvals.reconciliation import nightly
from approvals.rehearsal.cities import City, cities
from approvals.rehearsal.colleagues import ask_colleagues
from approvals.rehearsal.desks import keep_filters
from approvals.rehearsal.filing import applicant_kind
from approvals.rehearsal.journey import next_office_hour
from approvals.rehearsal.meeting import hold_meeting
from approvals.rehearsal.oversight import oversee
from approvals.rehearsal.season import Season, planned
from approvals.rehearsal.terms import keep_terms
from approvals.reviews import notifications
from jobs.services import drop_waiting
from organizations.models import Organ, User

APPLICANTS = 36
CASES = 120
DAYS = 80
"""How far back the season begins."""
RECENT, RECENT_DAYS = 0.6, 13
"""This share of the cases was filed in the last days: they are the ones still on the way."""


class Command(BaseCommand):
    help = "Loads invented people, organizations and cases; does nothing when they are there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=CASES, help="cases a city")

    def handle(self, *args: Any, **options: Any) -> None:
        if Application.objects.exists():
            self.stdout.write("demo data are there already")
            return
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:  # only for this load: a crash means starting over
                cursor.execute("PRAGMA synchronous=OFF")
        logging.getLogger("jobs").setLevel(logging.WARNING)
        dice = random.Random(2026)  # noqa: S311 - invented cases
        until = clock.now()
        begin = until - timedelta(days=DAYS)
        season = Season(dice, until)
        for city in cities():
            self._plan_city(city, season, dice, begin, options["cases"])
        acts = season.play()
        oversee(until)
        with clock.at(until):
            nightly.look_through({"day": ""})
        for city in cities():
            keep_terms(city.key)
            keep_filters(city.key)
            ask_colleagues(city.key)
            hold_meeting(city, until)
        drop_waiting(notifications.SILENT)
        self.stdout.write(
            f"demo: {Organ.objects.filter(kind='applicant').count()} applicants, "
            f"{User.objects.filter(is_demo=True).count()} people, "
            f"{Application.objects.count()} cases, {acts} acts"
        )

    def _plan_city(
        self, city: City, season: Season, dice: random.Random, begin: Any, cases: int
    ) -> None:
        with clock.at(begin):
            cast = city.cast()
            cast.staff()
            organs = cast.applicants(city.counties(), APPLICANTS)
            programs = open_programs(clock.today(), city.key)
        by_kind: dict[str, list[Organ]] = {}
        for organ in organs:
            by_kind.setdefault(organ.applicant.kind, []).append(organ)
        for _number in range(cases):
            program = dice.choice(programs)
            organ = dice.choice(by_kind[applicant_kind(program)])
            recent = dice.random() < RECENT
            back = dice.uniform(0, RECENT_DAYS) if recent else dice.uniform(RECENT_DAYS, DAYS)
            moment = begin + timedelta(days=DAYS - back)
            season.plan(
                planned(dice, program, organ, cast.member_of(organ)), next_office_hour(moment)
            )
