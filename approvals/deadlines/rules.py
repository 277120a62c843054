"""The clock's rule from the program's content (`deadlines.decision`, docs/clock.md).

What a program does not say is the licence law's: 20 working days, one extension of ten, and no
pause for anything but what art. 45 leaves out of the term.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from approvals.deadlines.statutory import Kind, Rule

DECISION_DAYS = 20
EXTENSION_DAYS = 10
LAW_OF_TERM = "《行政许可法》第四十二条"
LAW_OF_SPECIAL = "《行政许可法》第四十五条"
LAW_OF_CHECK = "《行政许可法》第三十二条"
CHECK_DAYS = 5


def decision_rule(content: Mapping[str, Any]) -> Rule:
    """The term of the decision, from acceptance."""
    deadlines = content.get("deadlines") or {}
    said = deadlines.get("decision") or {}
    extension = said.get("extension") or {}
    return Rule(
        days=int(said.get("days", DECISION_DAYS)),
        unit=said.get("unit", "workdays"),
        first=said.get("first_day", "next"),
        basis=said.get("clause") or LAW_OF_TERM,
        pauses=_pauses(deadlines, said),
        extension=int(extension.get("days", EXTENSION_DAYS)),
        extension_basis=extension.get("clause") or LAW_OF_TERM,
    )


def _pauses(deadlines: Mapping[str, Any], said: Mapping[str, Any]) -> dict[Kind, str]:
    """`pauses` of the program is the whole list; without it what a law or a clause names."""
    if said.get("pauses") is not None:
        return {Kind(name): entry["clause"] for name, entry in said["pauses"].items()}
    correction = (deadlines.get("correction") or {}).get("clause")
    pauses = {
        Kind.EXPERT_REVIEW: LAW_OF_SPECIAL,
        Kind.SPECIAL_PROCEDURE: LAW_OF_SPECIAL,
        Kind.SUSPENSION: LAW_OF_SPECIAL,
    }
    return pauses | ({Kind.CORRECTION: correction} if correction else {})


def check_rule(content: Mapping[str, Any], step: str, days: int) -> Rule:
    """The term of a step before acceptance, as its diagram has it (`days`); its clause if named."""
    said = (content.get("deadlines") or {}).get(step) or {}
    return Rule(days=days, basis=said.get("clause") or LAW_OF_CHECK)
