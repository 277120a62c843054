"""Rows of the permission table: recusals; returns, retractions and suspensions are acts on a seat."""

from __future__ import annotations

from typing import Any

from tests.house.table import Route, Told, Who
from workflows.operations import recusing

ROUTES: dict[str, Route] = {
    "operations:recusals": Route(
        "GET POST", Who.RULERS, "The recusals of a case; order one.", "filed case", Told.NOT_FOUND
    ),
    "operations:ruling": Route(
        "GET POST",
        Who.RULERS,
        "One request for a recusal; rule on it.",
        "request for a recusal",
        Told.NOT_FOUND,
    ),
}
RULERS = frozenset({"nanhu_leader", "bureau_leader"})


def prepare(house: Any) -> None:
    """The intake clerk asks that the reviewer of the decided case stay away."""
    house.things["recusal"] = recusing.request(
        house.cases["decided"].process,
        user=house.people["reviewer"],
        by=house.people["intake"],
        ground="曾在该单位任职",
        task=None,
    )


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], frozenset[str], bool]]:
    """Both routes about the decided case; its leaders rule."""
    if name == "operations:ruling":
        return [("request", {"pk": house.things["recusal"].pk}, RULERS, True)]
    return [
        (state, {"pk": house.cases[state].pk}, RULERS, True) for state in ("decided", "running")
    ]
