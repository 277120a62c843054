"""The line of versions a template has: what the pack brings, and which one is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Max

import clock
from approvals.notices.models import TemplateVersion
from approvals.programs.pack_source import content_sha256
from journal.services import record

if TYPE_CHECKING:
    from organizations.models import User

State, Source = TemplateVersion.State, TemplateVersion.Source


def load_from_pack(city: str, contents: Mapping[str, Mapping[str, Any]], by: User | None) -> None:
    """New contents of the pack become a version in force; known ones change nothing.

    The pack counts by what it brought last: an office's own wording stays in force until the pack
    itself says something else.
    """
    brought = TemplateVersion.objects.filter(city=city, source=Source.PACK).order_by("number")
    last = {version.key: version.sha256 for version in brought.only("key", "sha256")}
    highest = highest_numbers(city)
    for key, content in contents.items():
        sha256 = content_sha256(content)
        if last.get(key) == sha256:
            continue
        made = TemplateVersion(
            city=city,
            key=key,
            number=highest.get(key, 0) + 1,
            kind=content["kind"],
            content=dict(content),
            sha256=sha256,
            root_sha256=sha256,
            source=Source.PACK,
            state=State.IN_FORCE,
            author=by,
            written_at=clock.now(),
            settled_by=by,
            settled_at=clock.now(),
        )
        made.save()
        told = {"city": city, "key": key, "version": made.number, "sha256": sha256}
        record("system", "template_loaded", actor=by, data=told)


def highest_numbers(city: str) -> dict[str, int]:
    """The highest version number of every template of a city."""
    rows = TemplateVersion.objects.filter(city=city).order_by().values("key")
    return {row["key"]: row["most"] for row in rows.annotate(most=Max("number"))}
