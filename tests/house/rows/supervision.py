"""Rows of the permission table: urging and supervision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import clock
from approvals.reviews.flags import raise_flag
from approvals.supervision import services
from approvals.supervision.levels import Level
from approvals.supervision.models import ReviewFlag
from tests.house.table import Route, Told, Who

ROUTES: dict[str, Route] = {
    "supervision:urge_case": Route(
        "POST",
        Who.OWNER,
        "Remind the office that has the case.",
        "case that waits",
        Told.NOT_FOUND,
        Who.READERS,
    ),
    "supervision:urge_seat": Route(
        "GET POST",
        Who.URGERS,
        "Remind the holder of a seat.",
        "seat",
        Told.NOT_FOUND,
        Who.READERS,
    ),
    "supervision:list": Route(
        "GET", Who.PEOPLE, "Orders of the cities one supervises and to one's organs."
    ),
    "supervision:new": Route("GET POST", Who.SUPERVISORS, "Issue an order."),
    "supervision:order": Route(
        "GET", Who.CONCERNED, "One order and its course.", "order", Told.NOT_FOUND
    ),
    "supervision:reply": Route(
        "POST",
        Who.ADDRESSED,
        "Answer an order in writing.",
        "order",
        Told.NOT_FOUND,
        Who.CONCERNED,
    ),
    "supervision:check": Route(
        "POST",
        Who.ISSUER,
        "Close an order after the check, or ask again.",
        "order",
        Told.NOT_FOUND,
        Who.CONCERNED,
    ),
    "supervision:flags": Route("GET", Who.SUPERVISORS, "What a supervisor must look at."),
    "supervision:close_flag": Route(
        "POST", Who.SUPERVISORS, "Say what came of a flag.", "review flag", Told.NOT_FOUND
    ),
}


def prepare(house: Any) -> None:
    """An order to Nanhu about the decided case, and a flag of it."""
    case = house.cases["decided"]
    house.things["order"] = services.open_order(
        actor=house.people["discipline"],
        key="house-order",
        level=Level.BLUE,
        organ=house.city.organ("nanhu"),
        demand="请说明情况。",
        due_on=clock.today() + timedelta(days=3),
        application_pk=case.pk,
    )
    raise_flag(case, "transfer_chain", "转办次数过多。")
    house.things["flag"] = ReviewFlag.objects.get(application=case)


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """(title, kwargs, insiders, fits) of this slice's routes about its own things."""
    task, _insiders = house.tasks["sign"]  # done: one is told so
    order, flag = {"pk": house.things["order"].pk}, {"pk": house.things["flag"].pk}
    found: dict[str, tuple[dict[str, Any], set[str], bool]] = {
        "supervision:urge_case": ({"pk": house.cases["running"].pk}, {"applicant"}, False),
        "supervision:urge_seat": (
            {"pk": task.pk},
            {"discipline", "bureau_leader", "reviewer"},
            False,
        ),
        "supervision:order": (order, set(house.insiders(Who.CONCERNED, "order")), True),
        "supervision:reply": (order, {"nanhu_officer", "nanhu_leader"}, True),
        "supervision:check": (order, {"discipline"}, True),
        "supervision:close_flag": (flag, {"discipline", "bureau_leader"}, True),
    }
    kwargs, insiders, fits = found[name]
    return [(ROUTES[name].named, kwargs, insiders, fits)]
