"""Rows of the permission table: versions of the material, corrections, 容缺受理."""

from __future__ import annotations

from typing import Any

from tests.house.table import About, Route, Told, Who, own, seat

_ASKED = "case whose corrections are supervised"
_DEFERRED = "case accepted with deferred items"
_WINDOW = "case at the window"
_ACCEPTING = "task that accepts"

ROUTES: dict[str, Route] = {
    "applications:versions": Route(
        "GET",
        Who.READERS,
        "Two versions of the material side by side; experts from their own seat on.",
        About.FILED,
        Told.NOT_FOUND,
    ),
    "applications:slip": Route(
        "GET POST",
        Who.SEAT,
        "Mend an obvious slip at the window, before acceptance.",
        _WINDOW,
        Told.NOT_FOUND,
        Who.READERS,
    ),
    "applications:second_request": Route(
        "GET POST",
        Who.SUPERVISORS,
        "Give leave to ask for corrections a second time.",
        _ASKED,
        Told.NOT_FOUND,
        Who.READERS,
    ),
    "applications:deferred": Route(
        "GET",
        Who.READERS,
        "What was deferred, and until when.",
        About.FILED,
        Told.NOT_FOUND,
    ),
    "applications:extend_deferred": Route(
        "POST",
        Who.SUPERVISORS,
        "Extend a deferred item's term for force majeure.",
        _DEFERRED,
        Told.NOT_FOUND,
        Who.READERS,
    ),
    "applications:hand_in_deferred": own("POST", _DEFERRED, "Hand in what was deferred."),
    "reviews:defer": seat("GET POST", "Accept with deferred items.", _ACCEPTING),
}


def prepare(house: Any) -> None:
    """One more case of the Nanhu firm, waiting at the window."""
    case = house.city.filed("recognition", "nanhu")
    house.things["window"] = case
    house.things["accepting"] = house.city.played_to(case, "intake")


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """The decided case for whoever supervises or hands in; the window's for who sits there."""
    if name == "reviews:defer":
        return [("intake task", {"pk": house.things["accepting"].pk}, {"intake"}, True)]
    if name == "applications:slip":
        return [("case at the window", {"pk": house.things["window"].pk}, {"intake"}, False)]
    insiders = (
        {"applicant"}
        if name == "applications:hand_in_deferred"
        else {"discipline", "bureau_leader"}
    )
    return [("decided case", {"pk": house.cases["decided"].pk}, insiders, True)]
