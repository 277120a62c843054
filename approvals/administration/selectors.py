"""The state of the house in a few queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

import clock
from approvals.administration.flow_checks import Finding, findings_of
from approvals.administration.models import Mending
from approvals.applications.models import Application
from approvals.programs import packs
from approvals.programs.models import PackRelease, Program
from approvals.programs.selectors import latest_releases
from jobs import selectors as jobs
from organizations.models import Membership
from organizations.roles import acting_roles
from workflows.models import CalendarYear, FlowVersion, Process, Task

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
    warned: Sequence[tuple[FlowVersion, Sequence[Finding]]]
    """The newest version of each flow of one's cities, where the checks find something today."""


def overview(cities: Collection[str]) -> Overview:
    """A check of the pack folders and of these cities' newest flows; parked cases only of them."""
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
        warned=warned_flows(cities),
    )


def warned_flows(cities: Collection[str]) -> list[tuple[FlowVersion, list[Finding]]]:
    """About 50 ms a flow: steps that would wait for nobody, ends without a verdict and the like."""
    newest: dict[str, FlowVersion] = {}
    for version in FlowVersion.objects.filter(city__in=cities).order_by("city", "key", "version"):
        newest[version.key] = version
    found = [(version, findings_of(version)) for version in newest.values()]
    return [(version, findings) for version, findings in found if findings]


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
    return _with_process(Application.objects.filter(process__in=list(found)))


def waiting_for_nobody(cities: Collection[str]) -> list[Task]:
    """Open seats of an organ where nobody holds the role today: no fault of the flow to the engine,
    but nobody sees them. Two queries, and one for the rows if there are such seats."""
    seats = Task.objects.filter(
        is_open=True, owner=None, organ__isnull=False, process__city__in=cities
    )
    wanted = set(seats.order_by().values_list("role", "organ_id").distinct())
    posts = Membership.objects.valid_on(clock.today()).filter(
        organ_id__in={organ for _role, organ in wanted}, user__is_active=True
    )
    held = {
        (acted, organ)
        for role, organ in posts.values_list("role", "organ_id").distinct()
        for acted in acting_roles(role)
    }
    empty = Q(pk__in=[])
    for role, organ in wanted - held:
        empty |= Q(role=role, organ_id=organ)
    if not wanted - held:
        return []
    rows = seats.filter(empty).select_related("organ", "process__application")
    return list(rows.order_by("pk")[:MOST])


def open_mendings(cities: Collection[str]) -> list[Mending]:
    """Proposals that wait for a second person, the oldest first; one query."""
    rows = Mending.objects.filter(state=Mending.State.PROPOSED, application__city__in=cities)
    return list(rows.select_related("application", "proposed_by").order_by("pk")[:MOST])


def mendings_of(application: Application) -> list[Mending]:
    """What was proposed for a case, the newest first; one query."""
    rows = Mending.objects.filter(application=application)
    return list(rows.select_related("proposed_by", "settled_by").order_by("-pk"))


def running_case(cities: Collection[str], **which: Any) -> Application | None:
    """A filed case of these cities by `pk` or `number`; administrators read its course only."""
    found = Application.objects.filter(city__in=cities, process__isnull=False, **which)
    return next(iter(_with_process(found[:1])), None)


def _with_process(cases: QuerySet[Application]) -> list[Application]:
    rows = cases.select_related("program", "applicant", "process")
    return list(rows.defer("data", "facts", "program__content"))
