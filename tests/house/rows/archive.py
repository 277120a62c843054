"""Rows of the permission table: archive packages."""

from __future__ import annotations

from typing import Any

from tests.house.table import Route, Told, Who

ROUTES: dict[str, Route] = {
    "archive:package": Route(
        "POST",
        Who.ARCHIVISTS,
        "The archive package of a closed case.",
        "closed case",
        Told.NOT_FOUND,
        Who.READERS,
    )
}


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """The decided case; a case that runs is not packed."""
    archivists = {"archive"} & set(house.people)
    return [("closed case", {"pk": house.cases["decided"].pk}, archivists, True)]
