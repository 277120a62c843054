"""A random walk through a case: which step comes next depends on the seed and the rows, on nothing else.

So the same walk can be taken in one go, with every cache dropped between two steps, or with a new
process for every step; whatever the engine keeps outside the rows shows in a different history.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from viewflow.workflow.status import STATUS

import clock
from organizations.models import User
from tests.workflows.playing import MONDAY, released
from tests.workflows.properties.generating import CODE, START, Sketch
from workflows import cases, flows, operations, timers, variables
from workflows.cases import World
from workflows.handlers import BusinessError, Call
from workflows.models import FlowVersion, Process, ProcessStatus, Task
from workflows.simulation.people import SimulatedDirectory

MOST_STEPS = 150
RISKS = {"risky": (CODE, 0.4), "deadly": ("E2", 0.1)}
OUTCOMES = ("approve", "reject", "return")


class StuckError(AssertionError):
    """The case is neither over nor can anybody or the clock move it."""


@dataclass(frozen=True)
class Walk:
    """Where a walk stands; everything else is in the rows."""

    process: int
    seed: str
    steps: int = 0
    now: datetime = MONDAY

    @property
    def dice(self) -> random.Random:
        """Of the next step alone."""
        return random.Random(f"{self.seed}/{self.steps}")

    def on(self, now: datetime) -> Walk:
        return Walk(self.process, self.seed, self.steps + 1, now)


def around(seed: str) -> World:
    """People who exist as they are needed, and handlers that raise by the dice of the walk."""

    def handler(name: str) -> Any:
        code, risk = RISKS.get(name, ("", 0.0))

        def run(call: Call) -> Mapping[str, Any]:
            acts = call.variables["acts"]
            dice = random.Random(f"{seed}/{call.task.element}/{acts}/{call.at.isoformat()}")
            if dice.random() < risk:
                raise BusinessError(code)
            return {"n": (call.variables["n"] + dice.randrange(10)) % 10}

        return run

    handlers = {name: handler(name) for name in ("work", *RISKS)}
    return World(SimulatedDirectory(), handlers, outcome_required=False)


def prepared(sketch: Sketch) -> str:
    """The sketch's diagrams as loaded versions, once; the key to start."""
    if not FlowVersion.objects.filter(key=sketch.key).exists():
        for _name, text in sketch.sources():
            released(text)
    return sketch.key


def begun(key: str, seed: str, world: World) -> Walk:
    """A case at its start."""
    with clock.at(MONDAY), transaction.atomic():
        process = operations.start(
            key, city="testcity", county=None, party=None, by=world.directory.fresh("applicant"), data=START,
            world=world,
        )  # fmt: skip
    return Walk(process.pk, seed)


def is_over(walk: Walk) -> bool:
    status: str = Process.objects.values_list("status", flat=True).get(pk=walk.process)
    return status != ProcessStatus.NEW


def step(walk: Walk, world: World) -> Walk:
    """One person's act, or some time that passes: as the dice say."""
    process = Process.objects.get(pk=walk.process)
    if process.blocked_reason:
        raise StuckError(f"blocked: {process.blocked_reason}")
    rows = Task.objects.filter(process=process).order_by("id")
    people = list(rows.filter(is_open=True))
    clocks = rows.filter(status=STATUS.SCHEDULED).exists()
    if not people and not clocks:
        raise StuckError("nobody can act and nothing is due")
    dice = walk.dice
    if clocks and (not people or dice.random() < 0.35):
        now = walk.now + timedelta(hours=dice.choice([5, 24, 48, 80]))
        with clock.at(now):
            timers.fire_due(process, world=world)
        return walk.on(now)
    now = walk.now + timedelta(minutes=dice.randrange(1, 90))
    with clock.at(now):
        timers.fire_due(process, world=world)
        _act(walk, dice.choice(people), world, dice)
    return walk.on(now)


def _act(walk: Walk, task: Task, world: World, dice: random.Random) -> None:
    """Somebody decides, unless the clock was faster."""
    task.refresh_from_db()
    if not task.is_open:
        return
    data = {"n": dice.randrange(10), "acts": walk.steps + 1}
    outcome = dice.choice(task.flow_task.outcomes or OUTCOMES)
    actor: User = task.owner or world.directory.fresh(task.role)
    with transaction.atomic():
        act = operations.begin(
            task.pk, actor=actor, key=f"walk-{walk.process}-{walk.steps}",
            expected_version=Process.objects.get(pk=walk.process).material_version, payload={"outcome": outcome, **data}, world=world,
        )  # fmt: skip
        operations.finish(act, outcome, data)


def forget_everything() -> None:
    """What a worker keeps in memory between two acts: compiled classes, parsed texts, statements."""
    flows.forget()
    variables._parsed.cache_clear()
    for cache in (cases._by_number, cases._by_task):
        cache.cache_clear()
    cases._OF_ACT._made.clear()
    ContentType.objects.clear_cache()


def walked(key: str, seed: str, *, forgetful: bool = False) -> Walk:
    """A whole walk; a forgetful one drops every cache and everybody it knows after each step."""
    world = around(seed)
    walk = begun(key, seed, world)
    while not is_over(walk):
        if walk.steps >= MOST_STEPS:
            raise StuckError(f"not over after {MOST_STEPS} steps")
        if forgetful:
            forget_everything()
            world = around(seed)
        walk = step(walk, world)
    return walk


def history(walk: Walk) -> dict[str, Any]:
    """Everything that happened, without numbers that differ from one case to the next."""
    process = Process.objects.get(pk=walk.process)
    rows = list(Task.objects.filter(process=process).order_by("id"))
    place = {row.pk: number for number, row in enumerate(rows)}
    return {
        "steps": walk.steps,
        "status": process.status,
        "data": process.data,
        "finished": _moment(process.finished),
        "rows": [
            [
                row.element, row.item, row.flow_task_type, row.status, row.outcome, row.via, row.role, row.data,
                place.get(row.parent_id), place.get(row.cause_id), row.actor_id is not None,
                _moment(row.entered_at), _moment(row.scheduled), _moment(row.finished),
            ]
            for row in rows
        ],
    }  # fmt: skip


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
