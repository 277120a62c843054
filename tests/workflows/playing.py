"""A case played in a test: real flow versions, rows and operations, simulated people and clock."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from viewflow.workflow.status import STATUS

import clock
from workflows import operations, timers
from workflows.cases import World
from workflows.compiler import class_name
from workflows.handlers import Handler
from workflows.models import FlowVersion, Process, Task
from workflows.nodes.gateways import JOINED
from workflows.reading import model_of
from workflows.simulation.people import SimulatedDirectory

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=clock.BEIJING)
_keys = count(1)


def released(source: str, *, city: str = "testcity") -> FlowVersion:
    """The diagram as a loaded version (the checks are tested elsewhere)."""
    model = model_of(source, "test.bpmn")
    return FlowVersion.objects.create(
        city=city,
        key=model.key,
        version=model.version,
        class_name=class_name(model.key, model.version),
        process_id=model.id,
        title=model.title or model.key,
        sha256="0" * 64,
        file="test.bpmn",
        source=source,
        loaded_at=clock.now(),
        valid_from=model.valid_from,
    )


class Played:
    """One running case and the hands that move it."""

    def __init__(self, key: str, handlers: dict[str, Handler] | None = None, **data: Any) -> None:
        self.now = MONDAY
        self.directory = SimulatedDirectory()
        self.world = World(self.directory, handlers or {}, outcome_required=False)
        with clock.at(self.now):
            self.starter = self.directory.fresh("applicant")
            self.process = operations.start(
                key,
                city="testcity",
                county=None,
                party=None,
                by=self.starter,
                data=data,
                world=self.world,
            )

    @property
    def rows(self) -> list[Task]:
        return list(Task.objects.filter(process=self.process).order_by("id"))

    def named(self, row: Task) -> str:
        return f"{row.element}#{row.item}" if row.item else row.element

    @property
    def open(self) -> list[str]:
        return sorted(self.named(row) for row in self.rows if row.is_open)

    def task(self, name: str) -> Task:
        return next(row for row in self.rows if row.is_open and self.named(row) == name)

    def do(self, name: str, outcome: str = "", *, by: Any = None, **data: Any) -> operations.Step:
        """Somebody fresh (or `by`) completes the oldest open task of that name."""
        task = self.task(name)
        actor = by or task.owner or self.directory.fresh(task.role)
        with clock.at(self.now):
            version = Process.objects.get(pk=self.process.pk).material_version
            act = operations.begin(
                task.pk,
                actor=actor,
                key=f"played-{next(_keys)}",
                expected_version=version,
                payload={"outcome": outcome, **data},
                world=self.world,
            )
            return operations.finish(act, outcome, data)

    def wait(self, **period: Any) -> list[str]:
        """Lets time pass and fires what is due; returns what is open then."""
        self.now += timedelta(**period)
        with clock.at(self.now):
            timers.fire_due(self.process, world=self.world)
        return self.open

    @property
    def status(self) -> str:
        self.process.refresh_from_db()
        return self.process.status

    @property
    def blocked(self) -> str:
        self.process.refresh_from_db()
        return self.process.blocked_reason

    @property
    def data(self) -> dict[str, Any]:
        self.process.refresh_from_db()
        return self.process.data

    @property
    def completed(self) -> Counter[str]:
        return Counter(
            row.element
            for row in self.rows
            if row.status == STATUS.DONE and not row.item and row.outcome != JOINED
        )
