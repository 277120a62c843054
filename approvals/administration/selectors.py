"""The state of the house in a few queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet

import clock
from approvals.applications.models import Application
from approvals.programs import packs
from approvals.programs.models import PackRelease, Program
from approvals.programs.selectors import latest_releases
from jobs import selectors as jobs
from workflows.models import CalendarYear, FlowVersion, Process

MOST = 200


@dataclass(frozen=True, slots=True)
class PackState:
    """A city's folder: what is loaded, and what the check says about the files now."""

    city: str
    release: PackRelease | None
    issues: Sequence[packs.PackIssue]


@dataclass(frozen=True, slots=True)
class Overview:
    """One page of facts for the administrator."""

    packs: Sequence[PackState]
    programs: Sequence[Program]
    flows: Sequence[FlowVersion]
    years: Sequence[CalendarYear]
    dead: int
    blocked: int
    last_year: int | None
    next_year_missing: bool


def overview(cities: Collection[str]) -> Overview:
    """Six queries and a check of the pack folders; parked cases only of these cities."""
    years = list(CalendarYear.objects.order_by("-year")[:30])
    last = years[0].year if years else None
    return Overview(
        packs=pack_states(),
        programs=list(Program.objects.defer("content").order_by("city", "code", "-version")[:MOST]),
        flows=list(FlowVersion.objects.defer("source").order_by("city", "key", "-version")[:MOST]),
        years=years,
        dead=len(jobs.dead_jobs()[:MOST]),
        blocked=len(blocked_processes(cities)[:MOST]),
        last_year=last,
        next_year_missing=next_year_missing(last, clock.today()),
    )


def pack_states() -> list[PackState]:
    """Every folder of policies/ that is a pack."""
    releases = latest_releases()
    return [
        PackState(folder.name, releases.get(folder.name), packs.check(folder))
        for folder in sorted(settings.POLICIES_DIR.iterdir())
        if (folder / "organs.yaml").is_file()
    ]


def next_year_missing(last: int | None, today: date) -> bool:
    """From November on, deadlines reach into next year: its calendar should be loaded."""
    return last is None or last < today.year or (today.month >= 11 and last == today.year)


def blocked_processes(cities: Collection[str]) -> QuerySet[Process]:
    """Cases of these cities that a fault of their flow has parked."""
    parked: QuerySet[Process] = (
        Process.objects.filter(city__in=cities).exclude(blocked_reason="").order_by("id")
    )
    return parked


def blocked_cases(cities: Collection[str]) -> list[Application]:
    """The same with their cases, the oldest first; two queries."""
    found = blocked_processes(cities)[:MOST]
    cases = Application.objects.filter(process__in=list(found))
    return list(cases.select_related("program", "applicant", "process").defer("data", "facts"))
