"""Rows of the permission table: the pool, the draw, and what an expert does before he votes."""

from __future__ import annotations

from typing import Any

import clock
from approvals.experts import drawing
from approvals.experts.models import Declaration, Draw
from approvals.experts.services import add_expert
from tests.house.table import Route, Told, Who, seat

BLIND_FILE = "file of a blind vote"

ROUTES: dict[str, Route] = {
    "experts:pool": Route("GET", Who.POOL, "The expert pool of one's city.", "expert pool"),
    "experts:add": Route("GET POST", Who.KEEPERS, "Enter an expert.", "expert pool"),
    "experts:close": Route("POST", Who.KEEPERS, "End an expert's entry.", "expert", Told.NOT_FOUND),
    "experts:draw": seat("GET POST", "Promise a draw of experts.", "seat that names experts"),
    "experts:reveal": seat("POST", "Reveal and draw.", "seat that names experts"),
    "experts:void": seat("POST", "Give up a draw that is not revealed.", "seat that names experts"),
    "experts:blind": seat(
        "GET POST", "Read the masked material and vote, in a blind program.", "own vote"
    ),
    "experts:blind_file": seat("GET", "A file that does not tell who has applied.", BLIND_FILE),
    "experts:declare": seat("GET POST", "Declare one's interests.", "own vote"),
    "experts:sheet": seat("GET POST", "Fill the scoring sheet.", "own vote"),
    "experts:result": Route(
        "GET", Who.DRAW_READERS, "The draws of a case.", "drawn case", Told.NOT_FOUND
    ),
    "experts:replace": Route(
        "POST", Who.DRAW_READERS, "Call the next substitute.", "drawn case", Told.NOT_FOUND
    ),
    "experts:panel": Route(
        "GET POST",
        Who.DRAW_READERS,
        "The panel; name an expert for a place that a recusal left empty.",
        "drawn case",
        Told.NOT_FOUND,
    ),
    "experts:export": Route(
        "GET", Who.DRAW_READERS, "What recomputes a draw.", "drawn case", Told.NOT_FOUND
    ),
}


READERS = {"intake", "reviewer", "bureau_leader", "discipline"}
REGISTER = {*READERS, "finance_officer", "printing_office", "seal_keeper", "archive"}
ABROAD = {"reviewer_of_another_city", "printing_office_of_another_city"}


def prepare(house: Any) -> None:
    """Four experts in the pool, and a revealed draw of the decided case, whose expert declared."""
    keeper, pool = house.people["system_admin"], house.city.organ("expert_pool")
    entries = [
        add_expert(
            pool,
            actor=keeper,
            user=house.city.user(f"expert{number}"),
            employer=f"样例大学{number}",
            specialties=["电子信息"],
        )
        for number in range(6, 10)
    ]
    house.things["expert"] = entries[0]
    rows = [
        {
            "id": entry.pk,
            "user": entry.user_id,
            "name": entry.user.name,
            "employer": entry.employer,
            "region": "",
            "specialties": entry.specialties,
            "excluded": [],
        }
        for entry in entries
    ]
    made = drawing.draw(rows, "ab" * 32, 3, one_per_employer=True)
    Draw.objects.create(
        application=house.cases["decided"],
        number=1,
        size=3,
        constraints={"specialties": [], "region": "any", "county": "", "one_per_employer": True},
        secret="ab" * 32,
        commitment=drawing.commitment_of("ab" * 32),
        committed_at=clock.now(),
        pool=rows,
        pool_sha256=drawing.pool_sha256(rows),
        drawn=list(made.drawn),
        substitutes=list(made.substitutes),
        drawn_at=clock.now(),
        by=house.people["intake"],
    )
    seat_of_panel, _insiders = house.tasks["expert"]
    Declaration.objects.create(
        application=house.cases["decided"],
        user=house.people["panel_expert"],
        task_id=seat_of_panel.pk,
        kind=Declaration.Kind.NONE,
        at=clock.now(),
    )


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """The pool, an entry of it, the decided case's seats and its draw."""
    about = ROUTES[name].about
    if about == "expert pool":
        keepers = {"system_admin"}
        readers = REGISTER | keepers | ABROAD if name == "experts:pool" else keepers
        return [("pool", {}, readers, True)]
    if about == "expert":
        return [("entry", {"pk": house.things["expert"].pk}, {"system_admin"}, True)]
    if about == "drawn case":
        kwargs = {"pk": house.cases["decided"].pk}
        return [("draw", kwargs, READERS, name not in ("experts:replace", "experts:panel"))]
    if about == BLIND_FILE:
        task, insiders = house.tasks["expert"]
        file = house.cases["decided"].attachments.order_by("pk").first().pk
        kwargs = {"pk": task.pk, "attachment": file}
        return [("open program", kwargs, set(insiders), False)]
    task, insiders = house.tasks["intake" if about == "seat that names experts" else "expert"]
    return [("done seat", {"pk": task.pk}, set(insiders), False)]
