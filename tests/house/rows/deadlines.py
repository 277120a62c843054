"""Rows of the permission table: the statutory clock."""

from __future__ import annotations

from typing import Any

from tests.house.table import About, Route, Told, Who

_CLOCK = "case whose term is kept"


def _act(who: Who, sentence: str) -> Route:
    """Readers know the case and get 403; nobody else learns of it."""
    return Route("GET POST", who, sentence, _CLOCK, Told.NOT_FOUND, Who.READERS)


ROUTES: dict[str, Route] = {
    "deadlines:clock": Route(
        "GET",
        Who.READERS,
        "Every day of the term and why it counts; applicants read no names.",
        About.FILED,
        Told.NOT_FOUND,
    ),
    "deadlines:special": _act(Who.HANDLERS, "Begin a special procedure."),
    "deadlines:end_special": _act(Who.HANDLERS, "End a special procedure."),
    "deadlines:suspend": _act(Who.HANDLERS, "Suspend the term."),
    "deadlines:resume": _act(Who.HANDLERS, "Resume the term."),
    "deadlines:extend": _act(Who.HANDLERS, "Propose the one extension."),
    "deadlines:confirm": _act(
        Who.APPROVERS, "Approve or refuse an extension; never who handles it."
    ),
}


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """The decided case: the bureau reads it, and the pages say what can no longer be done."""
    insiders = {"bureau_leader"}
    if ROUTES[name].who is Who.HANDLERS:
        insiders |= {"reviewer"}
    return [("decided case", {"pk": house.cases["decided"].pk}, insiders, True)]
