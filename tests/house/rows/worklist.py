"""Rows of the permission table: the queue, its saved filters, bulk acts, hand-over and agents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import clock
from approvals.worklist import filters
from approvals.worklist.bulk import services
from approvals.worklist.bulk.acts import BulkAct, Order
from organizations.agencies import name_agent
from tests.house.table import Route, Told, Who
from workflows.models import Task

FILTER, RUN, EXPORT, AGENCY = "saved filter", "bulk run", "kind of file", "agency"

ROUTES: dict[str, Route] = {
    "worklist:queue": Route("GET", Who.PEOPLE, "What waits for one's posts; search, saved filters."),
    "worklist:export": Route("GET", Who.PEOPLE, "The rows of one's own queue as a file.", EXPORT),
    "worklist:filters": Route("GET POST", Who.PEOPLE, "One's own and the offices' saved filters."),
    "worklist:change_filter": Route(
        "POST", Who.MAKER, "Rename, share, delete; who uses it only gets 403.", FILTER, Told.NOT_FOUND
    ),
    "worklist:wishes": Route("GET POST", Who.PEOPLE, "How one wants one's own queue."),
    "worklist:bulk": Route("GET POST", Who.PEOPLE, "One's own bulk runs; choose tasks for one."),
    "worklist:bulk_run": Route(
        "GET POST", Who.MAKER, "What to do, the dry run, the result of each line.", RUN, Told.NOT_FOUND
    ),
    "worklist:bulk_start": Route(
        "POST", Who.MAKER, "Run what the dry run let through.", RUN, Told.NOT_FOUND
    ),
    "worklist:bulk_resume": Route(
        "POST", Who.MAKER, "Go on with a run that stands still.", RUN, Told.NOT_FOUND
    ),
    "worklist:bulk_progress": Route(
        "GET", Who.MAKER, "The moving part of a run's page.", RUN, Told.NOT_FOUND
    ),
    "worklist:handover": Route(
        "GET POST", Who.HANDERS, "A leaver's seats to another: dry run, result of each seat."
    ),
    "worklist:agents": Route("GET POST", Who.PEOPLE, "Who stands in for oneself, and for whom one does."),
    "worklist:end_agent": Route(
        "POST", Who.MAKER, "One's own agent stands in no longer.", AGENCY, Told.NOT_FOUND
    ),
}  # fmt: skip


def prepare(house: Any) -> None:
    """The officer of Nanhu keeps a filter, begins a bulk run and names his leader as agent."""
    officer, leader = house.people["nanhu_officer"], house.people["nanhu_leader"]
    task = Task.objects.select_related("process").get(pk=house.tasks["open county"][0].pk)
    run = services.choose(officer, [task], key="house")
    services.prepare(officer, run.pk, Order(BulkAct.CLAIM))
    house.things[RUN] = run
    house.things[FILTER] = filters.save_filter(officer, name="本县", view="all", search="县区:南湖")
    today = clock.today()
    house.things[AGENCY] = name_agent(
        officer, leader, valid_from=today + timedelta(days=30), valid_to=today + timedelta(days=31),
        reason="出差", by=officer,
    )  # fmt: skip


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """(title, kwargs, insiders, fits)."""
    about = ROUTES[name].about
    if about == EXPORT:
        return [("csv", {"form": "csv"}, set(house.people), True)]
    return [(str(about), {"pk": house.things[about].pk}, {"nanhu_officer"}, True)]
