"""Our engine alone: `begin` and `finish` in one transaction, with lock, right, key and journal."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from benchmarks import diagram
from benchmarks.subjects import whole_act
from workflows import operations


class Subject(whole_act.Subject):
    """The same cases; nobody writes an opinion and nobody is told."""

    def act(self, task: int, step: str) -> Any:
        """One act of the engine."""
        outcome = diagram.STEPS[step][1]
        with transaction.atomic():
            act = operations.begin(
                task,
                actor=self.people[whole_act.ACTORS[step]],
                key=uuid.uuid4().hex,
                expected_version=1,
                payload={"outcome": outcome},
            )
            return operations.finish(act, outcome)
