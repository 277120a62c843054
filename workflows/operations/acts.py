"""What an operation is given and what it answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import journal.services
from journal.models import Stream
from workflows.cases import World
from workflows.execution import Execution
from workflows.models import OperationRecord, Process, Task
from workflows.values import VariablesEncoder

if TYPE_CHECKING:
    from organizations.models import User
    from organizations.positions import Position
    from workflows.directory import Person


@dataclass(frozen=True)
class Step:
    """The answer: what was completed, what is open now, and where the case stands.

    `blocked` is not empty when the next step could not be taken; what the person did is recorded
    all the same ("recorded; the next step is being looked at").
    """

    process: Process
    completed: Task | None
    opened: list[Task]
    phase: str
    verdict: str
    blocked: str = ""

    def answer(self) -> dict[str, Any]:
        """As it is kept for a repeated request."""
        return {
            "completed": self.completed.pk if self.completed else None,
            "opened": [task.pk for task in self.opened],
            "phase": self.phase,
            "verdict": self.verdict,
            "blocked": self.blocked,
        }


@dataclass
class Act:
    """A person's act between `begin` and `finish`; the case is locked meanwhile.

    `replayed` is the earlier answer when the same key came before: then nothing is to be done.
    """

    task: Task
    process: Process
    actor: User
    position: Position | None
    replayed: Step | None = None
    run: Execution | None = field(default=None, repr=False)
    world: World = field(default_factory=World, repr=False)
    key: str = ""
    payload_hash: str = ""
    head: Stream | None = field(default=None, repr=False)
    """The case's journal as it was read under the lock."""


def step_of(run: Execution, completed: Task | None) -> Step:
    """The answer of a pass that is written."""
    process = run.process
    opened = [task for task in run.opened if task.is_open]
    return Step(process, completed, opened, process.phase, process.verdict, process.blocked_reason)


def replay(record: OperationRecord, process: Process) -> Step:
    """The earlier answer again."""
    answer = record.answer
    numbers = [*answer["opened"], answer["completed"]]
    rows = {row.pk: row for row in Task.objects.filter(pk__in=[n for n in numbers if n])}
    return Step(
        process,
        rows.get(answer["completed"]),
        [rows[number] for number in answer["opened"]],
        answer["phase"],
        answer["verdict"],
        answer["blocked"],
    )


def fingerprint(*parts: Any) -> str:
    """SHA-256 of the canonical JSON: the same request has the same one."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, cls=VariablesEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def journalled(
    step: Step,
    verb: str,
    actor: Person | None,
    facts: Mapping[str, Any] | None = None,
    head: Stream | None = None,
) -> None:
    """One entry an act on the case's stream; a process without a stream is not journalled."""
    process = step.process
    if not process.journal_stream:
        return
    data: dict[str, Any] = {"process": process.pk}
    if step.completed is not None:
        task = step.completed
        data |= {"task": task.pk, "element": task.element, "outcome": task.outcome}
        data |= {"item": task.item} if task.item else {}
    data["opened"] = [task.element for task in step.opened]
    data |= {"phase": step.phase, "verdict": step.verdict, "blocked": step.blocked}
    kept = {name: value for name, value in data.items() if value not in ("", [])}
    journal.services.record(
        process.journal_stream, verb, actor=actor, data={**kept, **(facts or {})}, head=head
    )
