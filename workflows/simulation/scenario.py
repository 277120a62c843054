"""One scenario from start to result: real rows, a clock of its own, rolled back by the caller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from viewflow.workflow.status import STATUS

import clock
from workflows import operations, releases
from workflows.bpmn import SHORT_ROLES, Bindings, check
from workflows.bpmn.model import Issue
from workflows.cases import World
from workflows.directory import known_roles
from workflows.durations import after, moment
from workflows.errors import FlowFault, OperationError
from workflows.messages import deliver
from workflows.models import FlowVersion, Process, ProcessStatus, Task
from workflows.nodes.events import End
from workflows.nodes.gateways import JOINED
from workflows.propagation import is_body
from workflows.simulation.people import SimulatedDirectory
from workflows.simulation.stubs import handler
from workflows.timers import fire

DEFAULT_CLOCK = "2025-03-03T09:00:00+08:00"
CITY = "simulation"
MOST_FIRINGS = 1000
"""In one step; a clock that never comes to an end is a mistake of the scenario."""
LISTED = frozenset({"intermediateCatchEvent", "receiveTask"})


class ImpossibleStepError(ValueError):
    """The scenario asks for what the case does not offer."""


class UndoTrialError(Exception):
    """Rolls back a trial that must leave no trace."""


class Run:
    """The running case of a scenario."""

    def __init__(self, scenario: Mapping[str, Any], folder: Path) -> None:
        """Nothing is read yet."""
        self.scenario = scenario
        self.folder = folder
        self.directory = SimulatedDirectory()
        self.now: datetime = moment(scenario.get("clock") or DEFAULT_CLOCK)
        self.open: list[list[str]] = []
        self.allowed_for: list[str] = []
        self.warnings: list[Issue] = []
        self.acts = 0

    def load(self) -> list[FlowVersion]:
        """File and library as a release of their own; the file's flow comes first."""
        stubs = self.scenario.get("handlers") or {}
        handlers = {name: handler(name, stub or {}) for name, stub in stubs.items()}
        self.world = World(self.directory, handlers, outcome_required=False)
        names = [self.scenario["file"], *(self.scenario.get("library") or [])]
        sources = [(name, (self.folder / name).read_bytes()) for name in dict.fromkeys(names)]
        bindings = Bindings(roles=SHORT_ROLES | known_roles(), handlers=frozenset(handlers))
        checked = check(sources, bindings)
        self.warnings = checked.issues
        loaded = releases.register(checked, sources, city=CITY, by=None)
        return sorted(loaded, key=lambda row: row.file != names[0])

    def start(self, version: FlowVersion) -> None:
        """The case begins at the scenario's clock."""
        given = (self.scenario.get("start") or {}).get("data") or {}
        self.process = operations.start(
            version.key,
            city=CITY,
            county=None,
            party=None,
            by=self.directory.fresh("applicant"),
            data=given,
            world=self.world,
        )
        self._fire_due(self.now)
        self.look()

    def step(self, step: Mapping[str, Any]) -> None:
        """One step; what cannot be done raises ImpossibleStepError."""
        kind = step.get("do")
        if kind == "complete":
            self._complete(step)
        elif kind == "advance":
            self._advance(str(step.get("by")))
        elif kind == "message":
            self._message(str(step.get("name")), dict(step.get("data") or {}))
        else:
            message = f"step {kind!r} is not known; complete, advance or message"
            raise ImpossibleStepError(message)
        self._fire_due(self.now)
        self.look()

    def _message(self, name: str, data: dict[str, Any]) -> None:
        if deliver(self.process, name, data, world=self.world) is None:
            message = f"nothing waits for the message {name!r}"
            raise ImpossibleStepError(message)

    def look(self) -> None:
        """Notes what is open now."""
        self.open.append(sorted(_waiting_name(row) for row in self._rows() if _is_waiting(row)))

    def _rows(self) -> list[Task]:
        return list(Task.objects.filter(process=self.process).order_by("id"))

    def _complete(self, step: Mapping[str, Any]) -> None:
        wanted = str(step.get("task"))
        offered = [row for row in self._rows() if row.is_open and _waiting_name(row) == wanted]
        if not offered:
            message = f"no open task {wanted!r}"
            raise ImpossibleStepError(message)
        task = offered[0]
        data = dict(step.get("data") or {})
        for role in step.get("refused_for") or []:
            if self._would_be_allowed(task, role, data):
                self.allowed_for.append(role)
        role = step.get("as") or task.role
        actor = task.owner if task.owner and role == task.role else self.directory.fresh(role)
        try:
            self._act(task, actor, data)
        except OperationError as error:
            message = f"{wanted!r} as {role!r}: {error.code}: {error.detail}"
            raise ImpossibleStepError(message) from error

    def _would_be_allowed(self, task: Task, role: str, data: Mapping[str, Any]) -> bool:
        try:
            with transaction.atomic():
                self._act(task, self.directory.fresh(role), data)
                raise UndoTrialError
        except UndoTrialError:
            return True
        except OperationError:
            return False

    def _act(self, task: Task, actor: Any, data: Mapping[str, Any]) -> None:
        given = dict(data)
        outcome = given.pop("outcome") if isinstance(given.get("outcome"), str) else ""
        self.acts += 1
        with transaction.atomic():
            version = Process.objects.values_list("material_version", flat=True)
            act = operations.begin(
                task.pk,
                actor=actor,
                key=f"simulation-{self.process.pk}-{self.acts}",
                expected_version=version.get(pk=self.process.pk),
                payload={"outcome": outcome, "data": given},
                world=self.world,
            )
            operations.finish(act, outcome, given)

    def _advance(self, by: str) -> None:
        try:
            target = after(self.now, by)
        except FlowFault as fault:
            raise ImpossibleStepError(fault.reason) from fault
        self._fire_due(target)
        self.now = target

    def _fire_due(self, target: datetime) -> None:
        """From one due moment to the next, so that what a timer opens starts at its moment."""
        for _firing in range(MOST_FIRINGS):
            due = (
                Task.objects.filter(
                    process=self.process, status=STATUS.SCHEDULED, scheduled__lte=target
                )
                .order_by("scheduled", "id")
                .first()
            )
            if due is None or due.scheduled is None:
                return
            self.now = max(self.now, due.scheduled)
            with clock.at(self.now):
                fire(due.pk, world=self.world)
        message = f"more than {MOST_FIRINGS} timers fire in one step"
        raise ImpossibleStepError(message)

    def result(self) -> dict[str, Any]:
        """What became of the case."""
        self.process.refresh_from_db()
        rows = self._rows()
        top = self.process.flow_class
        finished = [row for row in rows if row.status == STATUS.DONE and not row.item]
        completed = Counter(row.element for row in finished if row.outcome != JOINED)
        return {
            "status": _status(self.process),
            "ended": [
                row.element
                for row in finished
                if isinstance(row.flow_task, End)
                and row.parent_id is None
                and row.flow_task.flow_class is top
            ],
            "completed": dict(completed),
            "data": self.process.data,
        }


def _status(process: Process) -> str:
    if process.status == ProcessStatus.FAILED or process.blocked_reason:
        return "failed"
    return "running" if process.status == ProcessStatus.NEW else "done"


def _is_waiting(row: Task) -> bool:
    """Human tasks, catch events and receive tasks; neither boundary and start events nor bodies."""
    catches = row.flow_task.waits and row.flow_task.element.kind in LISTED
    at_work = row.status in (STATUS.SCHEDULED, STATUS.STARTED) and not is_body(row)
    return row.is_open or (catches and at_work)


def _waiting_name(row: Task) -> str:
    is_member = row.item and row.flow_task.element.loop is not None
    return f"{row.element}#{row.item}" if is_member else row.element


def play(run: Run, version: FlowVersion, steps: Sequence[Mapping[str, Any]]) -> None:
    """Start and steps, each at the scenario's own clock."""
    with clock.at(run.now):
        run.start(version)
    for step in steps:
        with clock.at(run.now):
            run.step(step)
