"""The cities of the demo, as their packs name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml
from django.conf import settings

import clock
from approvals.programs.packs import city_folders
from approvals.rehearsal.cast import Cast
from organizations.models import Organ


@dataclass(frozen=True, slots=True)
class City:
    """A pack's `demo.yaml`: the prefix of its accounts and where the journey begins."""

    key: str
    prefix: str
    seed: int
    county: str

    def cast(self) -> Cast:
        return Cast(self.key, self.prefix, self.seed)

    def counties(self) -> list[Organ]:
        """Counties, districts and zones that exist today; the journey's county first."""
        found = Organ.objects.valid_on(clock.today()).filter(
            city=self.key, kind__in=["county", "zone"]
        )
        return sorted(found, key=lambda organ: (organ.key != self.county, organ.kind, organ.pk))


def cities() -> list[City]:
    """Every folder with a demo.yaml, by name."""
    found = []
    for folder in city_folders(settings.POLICIES_DIR):
        path = folder / "demo.yaml"
        if path.is_file():
            data: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
            found.append(City(folder.name, data["prefix"], data["seed"], data["county"]))
    return found
