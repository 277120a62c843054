"""The public catalogue: which calls are open, what a program asks, and a check before filing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

import clock
from approvals.programs.guide import guide_for
from approvals.programs.models import Program
from approvals.programs.selectors import program_for, programs_valid_on
from approvals.programs.self_check import SelfCheckForm
from organizations.kinds import Kind
from organizations.models import Organ


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every program in force, city by city, open calls first; 2 queries."""
    day = clock.today()
    names = _city_names()
    guides: dict[str, list[Any]] = {}
    for program in programs_valid_on(day):
        guides.setdefault(names.get(program.city, program.city), []).append(guide_for(program, day))
    cities = [
        {"name": name, "guides": sorted(found, key=lambda guide: guide.window is None)}
        for name, found in guides.items()
    ]
    return render(request, "programs/catalogue.html", {"cities": cities})


@require_safe
def guide(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """One program: who may apply, conditions with clauses, material, sums, deadlines; 1 query."""
    program = _program(city, code)
    return render(request, "programs/guide.html", {"guide": guide_for(program, clock.today())})


@require_http_methods(["GET", "HEAD", "POST"])
def self_check(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """The conditions on figures one enters; nothing is stored, no log-in is asked; 1 query."""
    program = _program(city, code)
    form = SelfCheckForm(program.content, request.POST if request.method == "POST" else None)
    context: Mapping[str, Any] = {
        "program": program,
        "form": form,
        "result": form.result() if form.is_bound and form.is_valid() else None,
    }
    return render(request, "programs/check.html", context)


def _program(city: str, code: str) -> Program:
    program = program_for(city, code, clock.today())
    if program is None:
        raise Http404
    return program


def _city_names() -> dict[str, str]:
    return dict(Organ.objects.filter(kind=Kind.CITY).values_list("city", "name"))
