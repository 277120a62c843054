"""Plays the machine: how many cases, how many steps, and what was played."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.operations.machine.city import furnished
from tests.operations.machine.machine import Operations


@dataclass(frozen=True, slots=True)
class Told:
    """`runs` cases, `done` operations that were done and `refused` ones."""

    runs: int
    done: int
    refused: int


def played(*, runs: int, steps: int, start: int) -> Told:
    """Runs the machine on one furnished city; a difference raises with the steps that led to it.

    The same `start` plays the same cases on the same code. A case of thirty steps reads well enough: nothing is shrunk, that would take longer than the
    whole. With MACHINE_LOG the count goes to that file while it runs.
    """
    answers: Counter[int] = Counter()
    Operations.city, Operations.answers, Operations.runs = furnished(), answers, 0
    log = os.environ.get("MACHINE_LOG")
    Operations.log = Path(log) if log else None
    phases = (Phase.explicit, Phase.generate)
    how = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=phases, print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(seed(start)(Operations), settings=how)
    return Told(Operations.runs, answers[200], sum(answers.values()) - answers[200])
