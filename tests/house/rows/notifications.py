"""Rows of the permission table: the notification centre."""

from __future__ import annotations

from typing import Any

from approvals.notifications.models import Notification
from approvals.notifications.services import notify
from tests.house.table import Route, Told, Who

ROUTES: dict[str, Route] = {
    "notifications:centre": Route("GET", Who.PEOPLE, "What one was told, unread first."),
    "notifications:mark_read": Route("POST", Who.PEOPLE, "Mark one's own lines as read."),
    "notifications:preferences": Route("GET POST", Who.PEOPLE, "How one wants to be told."),
    "notifications:open": Route(
        "GET",
        Who.TOLD,
        "Open one's own line; it is gone with the sight of its case.",
        "notification",
        Told.NOT_FOUND,
    ),
}


def prepare(house: Any) -> None:
    """A line for the applicant about her running case."""
    case = house.cases["running"]
    notify(
        [house.people["applicant"]],
        kind="task",
        title=f"提醒（{case.number}）",
        key="house-line",
        case=case.stream,
    )
    house.things["line"] = Notification.objects.get(key="house-line")


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """(title, kwargs, insiders, fits) of this slice's routes about its own things."""
    return [("line of the applicant", {"pk": house.things["line"].pk}, {"applicant"}, True)]
