"""When the clock asks for supervision, and how often one may urge: pure, figures from the program.

A program may say (`supervision`, docs/supervision.md): `blue` (share of the term that has passed),
`yellow` (working days left), `reply` (working days to answer, by level), `urge` (working days
between two urgings of the applicant). What it does not say is the default here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from approvals.supervision.levels import Level

_REPLY = {Level.BLUE: 3, Level.YELLOW: 2, Level.RED: 1}


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds of one program; days are working days."""

    blue: Fraction = Fraction(1, 2)
    yellow: int = 3
    reply: Mapping[Level, int] = field(default_factory=lambda: dict(_REPLY))
    urge_after: Fraction = Fraction(1, 2)
    urge_every: int = 5


DEFAULT = Rules()


def rules_of(content: Mapping[str, Any]) -> Rules:
    """The program's own thresholds over the defaults."""
    said: Mapping[str, Any] = content.get("supervision") or {}
    reply = said.get("reply") or {}
    return Rules(
        blue=Fraction(said.get("blue", DEFAULT.blue)),
        yellow=int(said.get("yellow", DEFAULT.yellow)),
        reply={level: int(reply.get(level.value, _REPLY[level])) for level in Level},
        urge_after=Fraction(said.get("urge_after", DEFAULT.urge_after)),
        urge_every=int(said.get("urge", DEFAULT.urge_every)),
    )


def level_for(used: int, limit: int, rules: Rules = DEFAULT) -> Level | None:
    """The level a term calls for: red when it is over, yellow when `rules.yellow` days or fewer are
    left, blue from `rules.blue` of it on, else None. `used` and `limit` in days of the term."""
    left = limit - used
    if left < 0:
        return Level.RED
    if left <= rules.yellow:
        return Level.YELLOW
    return Level.BLUE if has_passed(used, limit, rules.blue) else None


def has_passed(used: int, limit: int, share: Fraction) -> bool:
    """Has this share of the term passed? Exact, without rounding."""
    return used >= share * limit
