"""The first page (/): for everybody what needs him, for a stranger what there is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import clock
from approvals.applications.rights import FILING_ROLES
from approvals.applications.selectors import own_applications
from approvals.programs.models import Program
from approvals.programs.selectors import open_programs
from approvals.worklist.rows import rows_for
from documents.print_room.selectors import document_page, waiting_seals
from organizations.models import Organ, User
from organizations.positions import Position, positions
from organizations.selectors import city_names
from workflows import queue

SHOWN_TASKS = 5
SHOWN_CASES = 10
_PAPER = frozenset({"printing_office"})
_REGISTER = frozenset({"seal_keeper", "archive", "discipline"})
_SEAL = frozenset({"seal_keeper", "bureau_leader", "finance_leader"})
_ADMINISTRATION = frozenset({"flow_admin", "system_admin", "security_admin", "audit_admin"})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One page for every role; a person with several posts sees each post's part."""
    if not isinstance(request.user, User):
        return render(request, "home/landing.html", {"cities": _programs_by_city()})
    held = positions(request.user)
    roles = {position.role for position in held}
    context: dict[str, Any] = {"held": held}
    if roles & FILING_ROLES:
        context |= _for_applicant(held)
    if roles - FILING_ROLES - _PAPER - _REGISTER - _ADMINISTRATION:
        context |= _for_reviewer(request.user, held)
    if roles & _PAPER:
        context |= _for_office(request.user, held)
    if roles & _SEAL:
        context["seals"] = waiting_seals(_cities(held, _SEAL), request.user)
    context["keeps_register"] = bool(roles & _REGISTER)
    context["administers"] = bool(roles & _ADMINISTRATION)
    return render(request, "home/home.html", context)


def _programs_by_city(cities: Collection[str] | None = None) -> list[tuple[str, list[Program]]]:
    """(city name, open programs) of each city; two queries."""
    names = city_names()
    found: dict[str, list[Program]] = {}
    for program in open_programs(clock.today()):
        if cities is None or program.city in cities:
            found.setdefault(program.city, []).append(program)
    return [(names.get(city, city), programs) for city, programs in sorted(found.items())]


def _cities(held: tuple[Position, ...], roles: frozenset[str]) -> list[str]:
    organs = [position.organ_id for position in held if position.role in roles]
    cities = Organ.objects.filter(pk__in=organs).order_by("city")
    return list(cities.values_list("city", flat=True).distinct())


def _for_applicant(held: tuple[Position, ...]) -> dict[str, Any]:
    page = own_applications(held, size=SHOWN_CASES)
    return {
        "files": True,
        "cases": page.rows,
        "more_cases": page.after is not None,
        "cities": _programs_by_city(_cities(held, FILING_ROLES)),
    }


def _for_reviewer(user: User, held: tuple[Position, ...]) -> dict[str, Any]:
    """Seats of applicants (corrections) are shown in their own part, not as reviews."""
    seats = [position for position in held if position.role not in FILING_ROLES]
    page = queue.page(seats, user, size=SHOWN_TASKS)
    return {
        "reviews": True,
        "tasks": rows_for(page.tasks, user),
        "task_count": queue.count_label(queue.open_count(seats, user)),
    }


def _for_office(user: User, held: tuple[Position, ...]) -> dict[str, Any]:
    cities = _cities(held, _PAPER)
    page = document_page(cities, user, shelf="to_print", size=SHOWN_TASKS)
    failed = document_page(cities, user, shelf="failed", size=SHOWN_TASKS)
    return {
        "prints": True,
        "documents": page.rows,
        "more_documents": page.after is not None,
        "failed": failed.rows,
    }
