"""Rows of the permission table: operations on seats, copies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.house.table import Route, Told, Who, seat

ROUTES: dict[str, Route] = {
    "operations:act": seat(
        "GET POST",
        "One operation on a seat (transfer, signers, delegation); who may not now is sent back.",
        "operation on a task",
    ),
    "operations:copies": Route("GET", Who.PEOPLE, "Cases copied to oneself, to read."),
    "operations:acknowledge": Route(
        "POST",
        Who.PEOPLE,
        "The receipt for one's own copy; another's is a 404.",
        "copy",
        Told.NOT_FOUND,
    ),
}


def doors(house: Any, name: str) -> Iterator[tuple[str, dict[str, Any], Any, bool]]:
    """Every task of the house for a transfer; a copy for the leader of Nanhu."""
    if name == "operations:act":
        for title, (task, insiders) in house.tasks.items():
            kwargs = {"pk": task.pk, "act": "transfer"}
            yield title, kwargs, insiders, title == "open county"
        return
    yield "copy", {"pk": house.things["copy"].pk}, {"nanhu_leader"}, True


def prepare(house: Any) -> None:
    """The officer of Nanhu sends his leader a copy of the running case.

    (The table itself is printed without Django, so the services are imported here.)
    """
    from approvals.operations import services
    from tests.people import key

    task, _insiders = house.tasks["open county"]
    services.copy_case(
        task.pk,
        actor=house.people["nanhu_officer"],
        key=key(),
        expected_version=None,
        reason="请阅",
        users=[house.people["nanhu_leader"].pk],
    )
    house.things["copy"] = task.process.task_set.get(flow_task_type="COPY")
