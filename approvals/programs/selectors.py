"""Which programs there are on a day, and whether their call is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from approvals.programs.models import PackRelease, Program


@dataclass(frozen=True, slots=True)
class Window:
    """A call: applications are taken from `opens` to `closes`, both days included."""

    title: str
    opens: date
    closes: date


def programs_valid_on(day: date, city: str | None = None) -> list[Program]:
    """The version of each program that is in force on a day; 1 query."""
    rows = Program.objects.filter(valid_from__lte=day)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=day))
    if city is not None:
        rows = rows.filter(city=city)
    newest: dict[tuple[str, str], Program] = {}
    for program in rows.order_by("city", "code", "-valid_from", "-version"):
        newest.setdefault((program.city, program.code), program)
    return list(newest.values())


def open_programs(day: date, city: str | None = None) -> list[Program]:
    """The programs in force whose call is open on a day; 1 query."""
    return [program for program in programs_valid_on(day, city) if is_open(program, day)]


def program_for(city: str, code: str, day: date) -> Program | None:
    """The version in force on a day, None when there is none; 1 query."""
    rows = Program.objects.filter(city=city, code=code, valid_from__lte=day)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=day))
    return rows.order_by("-valid_from", "-version").first()


def is_open(program: Program, day: date) -> bool:
    """Whether a call of this version is open on a day."""
    return open_window(program, day) is not None


def open_window(program: Program, day: date) -> Window | None:
    """The call that is open on a day."""
    return next((w for w in windows(program.content) if w.opens <= day <= w.closes), None)


def next_window(program: Program, day: date) -> Window | None:
    """The next call after a day."""
    later = (window for window in windows(program.content) if window.opens > day)
    return min(later, key=lambda window: window.opens, default=None)


def windows(content: Mapping[str, Any]) -> tuple[Window, ...]:
    """The calls of a program's content, as written."""
    return tuple(
        Window(
            entry["title"], date.fromisoformat(entry["opens"]), date.fromisoformat(entry["closes"])
        )
        for entry in content["windows"]
    )


def latest_releases() -> dict[str, PackRelease]:
    """The last loaded pack of each city; 1 query."""
    releases: dict[str, PackRelease] = {}
    for release in PackRelease.objects.select_related("by").order_by("-loaded_at", "-pk"):
        releases.setdefault(release.city, release)
    return releases
