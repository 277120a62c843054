"""Rows of the permission table: meetings, their agenda, their minutes."""

from __future__ import annotations

from datetime import time
from typing import Any

import clock
from approvals.meetings import services
from approvals.meetings.models import AgendaItem, Kind
from approvals.meetings.services.gathering import Call
from tests.house.table import Route, Told, Who

MEETING, ITEM = "meeting", "item of a meeting"


def _row(methods: str, who: Who, sentence: str, about: str = MEETING, **more: Any) -> Route:
    return Route(methods, who, sentence, about, Told.NOT_FOUND, **more)


ROUTES: dict[str, Route] = {
    "meetings:list": Route("GET", Who.PEOPLE, "The meetings that concern one."),
    "meetings:new": Route("GET POST", Who.PREPARERS, "Call a meeting of one's organ."),
    "meetings:meeting": _row("GET", Who.SEATED, "One meeting, its agenda and results."),
    "meetings:change": _row(
        "GET POST", Who.PREPARERS, "Another day, place or people.", colleagues=Who.SEATED
    ),
    "meetings:cancel": _row(
        "POST", Who.PREPARERS, "Cancel; the items wait.", colleagues=Who.SEATED
    ),
    "meetings:cases": _row(
        "GET POST", Who.PREPARERS, "Put cases on the agenda.", colleagues=Who.SEATED
    ),
    "meetings:item": _row(
        "GET POST",
        Who.SEATED,
        "The papers of an item; the recorder writes its minutes.",
        ITEM,
        colleagues=Who.SEATED,
        posts=Who.RECORDER,
    ),
    "meetings:move": _row(
        "POST", Who.PREPARERS, "Another place on the agenda.", ITEM, colleagues=Who.SEATED
    ),
    "meetings:off": _row(
        "POST",
        Who.PREPARERS,
        "Withdraw an item or put it off; the recorder may, too.",
        ITEM,
        colleagues=Who.SEATED,
    ),
    "meetings:draft": _row("GET", Who.SEATED, "The 送审稿 of an item's step.", ITEM),
    "meetings:submit": _row(
        "POST", Who.RECORDER, "Hand the minutes to the chair.", colleagues=Who.SEATED
    ),
    "meetings:send_back": _row("POST", Who.CHAIR, "Give the minutes back.", colleagues=Who.SEATED),
    "meetings:confirm": _row(
        "POST",
        Who.CHAIR,
        "Confirm the minutes: every item is decided.",
        colleagues=Who.SEATED,
    ),
    "meetings:minutes": _row("GET", Who.SEATED, "The minutes, or a preview of them."),
}


def prepare(house: Any) -> None:
    """A meeting of the bureau with the decided case, whose step has been left since."""
    clerk, leader = house.people["printing_office"], house.people["bureau_leader"]
    meeting = services.make_meeting(
        actor=house.people["reviewer"],
        key="house-meeting",
        organ=house.city.organ("science_bureau"),
        kind=Kind.LEADERS,
        call=Call(
            clock.today(), time(9), "三楼会议室", leader.pk, clerk.pk, frozenset({leader.pk})
        ),
    )
    task, _insiders = house.tasks["sign"]
    house.things["meeting"] = meeting
    house.things["agenda_item"] = AgendaItem.objects.create(
        meeting=meeting,
        application=house.cases["decided"],
        task=task,
        place=1,
        papers_version=1,
        added_by=house.people["reviewer"],
        added_at=clock.now(),
    )


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """The one meeting and its item; their papers are there once something is recorded."""
    route, kwargs = ROUTES[name], {"pk": house.things["meeting"].pk}
    if route.about == ITEM:
        kwargs["item"] = house.things["agenda_item"].pk
    insiders = set(house.insiders(route.who, route.about))
    if name == "meetings:off":
        insiders |= house.insiders(Who.RECORDER, route.about)
    return [(route.named, kwargs, insiders, name not in {"meetings:draft", "meetings:minutes"})]
