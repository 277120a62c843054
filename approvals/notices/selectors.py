"""What the notices slice reads: templates in force, the papers of a case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, QuerySet

from approvals.notices.kinds import all_kinds
from approvals.notices.models import Paper, TemplateVersion

_IN_FORCE = TemplateVersion.State.IN_FORCE
_PROPOSED = TemplateVersion.State.PROPOSED


def in_force(city: str, key: str) -> TemplateVersion | None:
    """The version a paper is made of today; one query. None: the city's pack has no such notice."""
    rows = TemplateVersion.objects.filter(city=city, key=key, state=_IN_FORCE)
    return rows.order_by("-settled_at", "-number").first()


def in_line_of(city: str, sha256: str) -> TemplateVersion | None:
    """The newest version in force that descends from a pack's notice of this content; one query."""
    rows = TemplateVersion.objects.filter(city=city, root_sha256=sha256, state=_IN_FORCE)
    return rows.order_by("-settled_at", "-number").first()


def papers_of(application: int) -> QuerySet[Paper]:
    """The papers of a case in the order they were issued; the documents without their content."""
    rows = Paper.objects.filter(application=application).select_related("document", "template")
    return rows.defer("document__content", "template__content").order_by("pk")


@dataclass(frozen=True, slots=True)
class Entry:
    """One template of the list: the version in force, and one that waits."""

    current: TemplateVersion
    waiting: TemplateVersion | None


def templates_in(cities: Collection[str]) -> list[Entry]:
    """Every template of these cities, by kind; one query."""
    rows = (
        TemplateVersion.objects.filter(city__in=cities, state__in=[_IN_FORCE, _PROPOSED])
        .select_related("author", "settled_by")
        .defer("content")
        .order_by("city", "key", F("settled_at").desc(nulls_last=True), "-number")
    )
    current: dict[tuple[str, str], TemplateVersion] = {}
    waiting: dict[tuple[str, str], TemplateVersion] = {}
    for row in rows:
        found = waiting if row.state == _PROPOSED else current
        found.setdefault((row.city, row.key), row)
    order = {key: place for place, key in enumerate(all_kinds())}
    listed = sorted(current.items(), key=lambda one: (one[0][0], order[one[1].kind], one[0][1]))
    return [Entry(version, waiting.get(at)) for at, version in listed]


def versions_of(city: str, key: str) -> list[TemplateVersion]:
    """Every version of a template, newest first; one query."""
    rows = TemplateVersion.objects.filter(city=city, key=key).select_related("author", "settled_by")
    return list(rows.defer("content").order_by("-number"))


def version_of(city: str, key: str, pk: str) -> TemplateVersion | None:
    """A version of this template by the number a form brought along, or None."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return TemplateVersion.objects.filter(city=city, key=key, pk=int(pk)).first()
