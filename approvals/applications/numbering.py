"""Application numbers (申请编号): gap-free per city, program and year, e.g. JX-J03-2026-0001."""

from __future__ import annotations

from approvals.applications.models import ApplicationSeries
from approvals.programs.models import Program
from organizations.selectors import vocabulary


def take_number(program: Program, year: int) -> str:
    """The next number; the counter row stays locked until the caller's transaction ends.

    A rollback gives the number back, so the series has no gaps.
    """
    ApplicationSeries.objects.get_or_create(city=program.city, program_code=program.code, year=year)
    series = ApplicationSeries.objects.select_for_update().get(
        city=program.city, program_code=program.code, year=year
    )
    series.last += 1
    series.save(update_fields=["last"])
    return f"{city_mark(program)}-{program.code}-{year}-{series.last:04d}"


def city_mark(program: Program) -> str:
    """The city's letters in a number: `number_mark` of its vocabulary, else the city's key."""
    return vocabulary(program.city).get("number_mark") or program.city.upper()
