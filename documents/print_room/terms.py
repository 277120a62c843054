"""What each kind of paper needs, and how long each step may take, in working days.

Inversion: the registries are filled in `AppConfig.ready` by the packages that know holidays and
kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import clock

PRINT_WITHIN = 2
SEAL_WITHIN = 2
HAND_OVER_WITHIN = 3
PROVE_WITHIN = 10
"""Working days after: issue, printing, printing, hand-over."""

Backwards = Callable[[date, Sequence[int]], list[date]]
"""The days that lie so many working days before a day."""


def _weekdays(day: date, counts: Sequence[int]) -> list[date]:
    """Without a calendar: weekends only."""
    return count_back(day, counts, lambda one: one.weekday() < 5)


def count_back(day: date, counts: Sequence[int], works: Callable[[date], bool]) -> list[date]:
    """For each count the day so many working days before."""
    found: dict[int, date] = {0: day}
    passed, current = 0, day
    while passed < max(counts):
        current -= timedelta(days=1)
        if works(current):
            passed += 1
            found[passed] = current
    return [found[n] for n in counts]


_backwards: list[Backwards] = [_weekdays]


def register(backwards: Backwards) -> None:
    """Publishes the working calendar; the last one counts."""
    _backwards[0] = backwards


_online: set[str] = set()


def register_online(kinds: Iterable[str]) -> None:
    """Publishes the kinds whose reader gets them in the system."""
    _online.update(kinds)


def is_printed(kind: str) -> bool:
    """Whether a document of this kind has to be printed; any may be."""
    return kind not in _online


def online_kinds() -> frozenset[str]:
    """The kinds that need not be printed."""
    return frozenset(_online)


class SealRule(StrEnum):
    """Which seal a kind of paper bears (domain.md §4.7)."""

    SEAL = "seal"
    ACCEPTANCE = "acceptance"
    """受理专用章."""
    OPTIONAL = "optional"
    SIGNATURES = "signatures"
    NONE = "none"

    @property
    def is_required(self) -> bool:
        """Without its seal the paper has no effect."""
        return self in {SealRule.SEAL, SealRule.ACCEPTANCE}


_seals: dict[str, SealRule] = {}


def register_seals(rules: Mapping[str, str]) -> None:
    """Publishes which seal each kind bears."""
    _seals.update({kind: SealRule(rule) for kind, rule in rules.items()})


def seal_rule(kind: str, layout: str) -> SealRule:
    """Of a document of this kind in this format; minutes bear none (domain.md §4.3), a kind that
    nobody registered bears the seal."""
    return SealRule.NONE if layout == "minutes" else _seals.get(kind, SealRule.SEAL)


def needs_seal(kind: str, layout: str) -> bool:
    """Whether a copy may be handed over only when it is sealed."""
    return seal_rule(kind, layout).is_required


@dataclass(frozen=True, slots=True)
class Limits:
    """What happened on or before these days and has not gone on is late."""

    print_by: date
    seal_by: date
    hand_over_by: date
    prove_by: date


def limits() -> Limits:
    """As of today."""
    terms = (PRINT_WITHIN, SEAL_WITHIN, HAND_OVER_WITHIN, PROVE_WITHIN)
    return Limits(*_backwards[0](clock.today(), [n + 1 for n in terms]))
