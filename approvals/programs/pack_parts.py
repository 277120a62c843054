"""Registry of what slices above read in a city's folder beside organs, flows and programs.

A part is filled in by `AppConfig.ready` of its slice; `packs.check` and `packs.load` ask it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from approvals.programs.pack_source import PackSource
from organizations.pack_schema import Issue

if TYPE_CHECKING:
    from organizations.models import User

Check = Callable[[PackSource, frozenset[str]], Sequence[Issue]]
"""Given the folder and the files whose shape is right; no database is read."""
Load = Callable[[PackSource, "User | None"], None]
"""In the transaction that loads the pack, after organs and programs."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one slice adds."""

    check: Check
    load: Load


_parts: dict[str, Part] = {}


def register(name: str, part: Part) -> None:
    """Publishes a part under a name; the same name again replaces nothing."""
    _parts.setdefault(name, part)


def parts() -> tuple[Part, ...]:
    """Every part, in the order of registration."""
    return tuple(_parts.values())
