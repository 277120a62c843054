"""Cases that nobody starts by hand: the timer and message starts of the newest valid versions.

Every moment of a timer start is one job of the outbox with a key of its own, promised together with
the one before: two workers begin a case once, and after days of downtime every moment that was
missed comes in its order. A version that is no longer the newest valid one on the day of the moment
begins nothing more.

What a case is, upper packages know: they register, per flow, who opens one. A moment without an
opener fails as a job, which the operator sees and can retry when the opener is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.db import transaction

import clock
from jobs.services import enqueue
from workflows import rows as task_rows
from workflows.bpmn.model import Node, ProcessModel, Timer
from workflows.cases import World, execution, run_through
from workflows.durations import after, cycle, moment
from workflows.errors import FlowFault
from workflows.execution import Execution
from workflows.flows import compiled
from workflows.models import FlowVersion, Process
from workflows.operations.acts import journalled, step_of
from workflows.reading import model_of
from workflows.values import plain
from workflows.variables import Variables
from workflows.versions import newest

JOB_KIND = "begin_case"


@dataclass(frozen=True, slots=True)
class Beginning:
    """A start event that has happened: of which version, when, with which data."""

    version: FlowVersion
    element: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


Opener = Callable[[Beginning], Process]
_openers: dict[str, Opener] = {}


class NoOpenerError(LookupError):
    """No package has registered who opens a case of this flow."""


def register(flow_key: str, opener: Opener) -> None:
    """Names who opens the cases of a flow; called in `AppConfig.ready`."""
    if _openers.setdefault(flow_key, opener) is not opener:
        message = f"cases of {flow_key!r} have an opener already"
        raise ValueError(message)


def forget(flow_key: str) -> None:
    """Takes an opener back (tests)."""
    _openers.pop(flow_key, None)


def open_bare(beginning: Beginning, *, world: World | None = None, **case: Any) -> Process:
    """A case that begins at this event. `case`: county, party, journal_stream, started_by … of the
    row, as the caller knows them."""
    version, around = beginning.version, world or World()
    flow_class = compiled(version.class_name)
    process: Process = Process.objects.create(
        flow_class=flow_class, created=clock.now(), city=version.city, **case
    )

    def enter(run: Execution) -> None:
        started = task_rows.new(run, flow_class.at(beginning.element), via="", parent=None)
        run.keep(started)
        activation: Any = run.activation(started)
        activation.catch()
        activation.merge({name: plain(value) for name, value in beginning.data.items()})
        activation.perform()
        activation.create_next()

    run = run_through(execution(process, [], around), enter, around)
    facts = {"flow": version.class_name, "event": beginning.element}
    journalled(step_of(run, None), "begin_case", None, facts)
    return process


def arm(version: FlowVersion) -> int:
    """Promises the first moment of every timer start; answers how many. Again changes nothing.

    A timer whose FEEL needs a variable has no moment before there is a case: it is left alone.
    """
    promised = 0
    for start in timer_starts(model_of(version.source, version.file)):
        try:
            due = first_moment(start, version)
        except FlowFault:
            continue
        if due is not None:
            _promise(version.pk, start.id, 1, due)
            promised += 1
    return promised


def timer_starts(model: ProcessModel) -> list[Node]:
    """The start events of the process itself that wait for the clock."""
    return [s for s in model.starts(model.id) if s.event is not None and s.event.kind == "timer"]


def first_moment(start: Node, version: FlowVersion) -> datetime | None:
    """Counted from the loading, or from the first day on which the version is valid; a date that
    had passed by then does not come again."""
    since = version.loaded_at
    if version.valid_from is not None:
        since = max(since, datetime.combine(version.valid_from, time(), clock.BEIJING))
    timer = _timer(start)
    if timer.duration is not None:
        return after(since, _text(timer.duration), timer.calendar, first=timer.first)
    if timer.cycle is not None:
        return cycle(_text(timer.cycle)).first(since, timer.calendar)
    due = moment(_text(timer.date or ""))
    return due if due >= since else None


def begin_due(payload: dict[str, Any]) -> None:
    """Job body: begins the case of one moment and promises the next one."""
    version = FlowVersion.objects.get(pk=payload["version"])
    due, number = datetime.fromisoformat(payload["due"]), int(payload["number"])
    if newest(version.key, due.astimezone(clock.BEIJING).date()) != version:
        return
    begin(Beginning(version, payload["element"], due))
    start = compiled(version.class_name).model.nodes[payload["element"]]
    timer = _timer(start)
    if timer.cycle is not None:
        following = cycle(_text(timer.cycle)).next(due, number, timer.calendar)
        if following is not None:
            _promise(version.pk, start.id, number + 1, following)


@transaction.atomic
def begin_by_message(
    name: str, data: Mapping[str, Any] | None = None, *, city: str | None = None
) -> list[Process]:
    """Begins a case of every newest valid flow whose process starts with this message."""
    return [
        begin(Beginning(version, start.id, clock.now(), data or {}))
        for version, start in _waiting_for(name, city)
    ]


def begin(beginning: Beginning) -> Process:
    """Asks the flow's opener."""
    opener = _openers.get(beginning.version.key)
    if opener is None:
        message = f"nobody opens cases of {beginning.version.key!r}: register an opener"
        raise NoOpenerError(message)
    return opener(beginning)


def _waiting_for(name: str, city: str | None) -> list[tuple[FlowVersion, Node]]:
    today = clock.today()
    rows = FlowVersion.objects.all() if city is None else FlowVersion.objects.filter(city=city)
    keys = rows.order_by("key").values_list("key", flat=True).distinct()
    found: list[tuple[FlowVersion, Node]] = []
    for version in filter(None, (newest(key, today) for key in keys)):
        model = compiled(version.class_name).model
        found += [
            (version, start)
            for start in model.starts(model.id)
            if start.event is not None and (start.event.kind, start.event.code) == ("message", name)
        ]
    return found


def _promise(version: int, element: str, number: int, due: datetime) -> None:
    payload = {"version": version, "element": element, "number": number, "due": due.isoformat()}
    place = hashlib.sha256(element.encode()).hexdigest()[:16]  # an id may be longer than a key
    enqueue(JOB_KIND, payload, key=f"{version}:{place}:{number}", run_at=due)


def _timer(start: Node) -> Timer:
    if start.event is None or start.event.timer is None:
        message = f"{start.id} waits for no clock"
        raise ValueError(message)
    return start.event.timer


def _text(text: str) -> Any:
    """A start has no case yet: FEEL in its timer sees no variables."""
    return Variables({}).value(text)
