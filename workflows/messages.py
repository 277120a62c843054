"""A message from outside comes to the case that waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from workflows import propagation
from workflows.cases import World, execution, live_rows, lock, run_through
from workflows.execution import Execution
from workflows.models import Process
from workflows.operations.acts import Step, journalled, step_of
from workflows.values import plain

if TYPE_CHECKING:
    from workflows.directory import Person


@transaction.atomic
def deliver(
    process: Process,
    name: str,
    data: Mapping[str, Any] | None = None,
    *,
    by: Person | None = None,
    world: World | None = None,
) -> Step | None:
    """Wakes the oldest that waits for the message, under the case's lock; None = nobody does."""
    around = world or World()
    locked = lock(process.pk)
    if locked is None:
        return None
    first = execution(locked, live_rows(locked), around)
    found = propagation.waiting(first, "message", name)
    if not found:
        return None
    first.cause = found[0]
    given = {key: plain(value) for key, value in (data or {}).items()}

    def come(run: Execution) -> None:
        propagation.receive(run, run.causing, dict(given))

    run = run_through(first, come, around)
    step = step_of(run, run.cause)
    journalled(step, "deliver_message", by, {"message": name})
    return step
