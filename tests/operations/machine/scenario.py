"""A few acts in a row on the machine's flow, for tests that tell one story."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import clock
from tests.operations.machine.comparing import state_of
from tests.operations.machine.driver import DONE, Answer, Driver
from workflows.models import Process, Task

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=clock.BEIJING)


class Scenario(Driver):
    """People are named as in `model.people`; steps by their element."""

    def __init__(self, city: SimpleNamespace, mode: str = "all", *, promised: bool = False) -> None:
        super().__init__(city, mode, MONDAY, promised=promised)

    @property
    def process(self) -> Process:
        return Process.objects.get(pk=self.process_id)

    @property
    def version(self) -> int:
        return self.process.material_version

    def rows(self, element: str) -> list[Task]:
        found = Task.objects.filter(
            process=self.process_id, element=element, flow_task_type="HUMAN"
        )
        return list(found.exclude(role="").select_related("owner", "actor").order_by("pk"))

    def row(self, element: str, holder: str = "") -> Task:
        """The newest seat of a step (of this person)."""
        rows = [row for row in self.rows(element) if not holder or holder in self._people(row)]
        return rows[-1]

    def states(self, element: str) -> list[str]:
        return [state_of(row) for row in self.rows(element)]

    def open(self) -> list[str]:
        rows = Task.objects.filter(process=self.process_id, is_open=True).order_by("element", "pk")
        return list(rows.values_list("element", flat=True))

    @staticmethod
    def _people(row: Task) -> set[str]:
        return {person.username for person in (row.owner, row.actor) if person is not None}

    # Acts that are to succeed

    def ok(self, answer: Answer) -> None:
        assert answer == DONE, answer

    def says(self, who: str, element: str, outcome: str, *items: str) -> None:
        mine = who if any(row.item for row in self.rows(element)) else ""
        self.ok(self.vote(self.row(element, mine).pk, who, self.version, outcome, items))

    def accepted(self, *, site: str = "") -> Scenario:
        """County and intake have said yes: panel and site check are at work, or done by `site`."""
        self.says("c1", "county_review", "recommend")
        self.says("i1", "intake", "accept")
        if site:
            self.approved()
            self.says(site, "site", "agree")
        return self

    def approved(self) -> None:
        """The whole panel says yes."""
        for member in ("d1", "d2", "d3"):
            self.says(member, "panel", "approve")

    def asks(self, who: str, row: Task, kind: str, *users: str, **more: Any) -> None:
        self.ok(
            self.seat(
                "add_signer",
                row.pk,
                who,
                self.version,
                kind=kind,
                users=self.numbers(list(users)),
                **more,
            )
        )

    def sends_back(
        self, who: str, row: Task, target: str, mode: str = "replay", *items: str
    ) -> None:
        self.ok(self.return_to(row.pk, who, self.version, target, mode, items or ("plan",)))
