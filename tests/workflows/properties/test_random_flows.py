"""Random sound diagrams, random ways through them: accepted, ended, and nothing lives outside the rows."""

from __future__ import annotations

import os
import re
from itertools import count
from typing import Any

import pytest

from tests.workflows.properties import walking
from tests.workflows.properties.generating import HANDLERS, drawn
from tests.workflows.properties.walking import around, history, prepared, walked
from workflows.bpmn import SHORT_ROLES, Bindings, check
from workflows.cases import World

pytestmark = pytest.mark.django_db
BINDINGS = Bindings(roles=SHORT_ROLES, handlers=HANDLERS)
KINDS = {
    "userTask", "manualTask", "serviceTask", "exclusiveGateway", "parallelGateway", "inclusiveGateway",
    "subProcess", "callActivity", "boundaryEvent", "intermediateCatchEvent", "timerEventDefinition",
    "errorEventDefinition", "multiInstanceLoopCharacteristics", "loopCardinality", "completionCondition",
    "conditionExpression", "cancelActivity", "isSequential", "approval:mode",
}  # fmt: skip
DIAGRAMS, PATHS = 30, 10
MANY, LONG = (200, 30) if os.environ.get("FAULT_SIZE") == "full" else (50, 12)


def every_way(seed: int, size: int, paths: int) -> None:
    """Accepts the diagram and walks it; the same walk twice, once without any memory."""
    sketch = drawn(seed, size)
    sources = [(name, text.encode()) for name, text in sketch.sources()]
    errors = [
        issue.as_text() for issue in check(sources, BINDINGS).issues if issue.severity == "error"
    ]
    assert errors == []
    key = prepared(sketch)
    for path in range(paths):
        told = history(walked(key, f"{seed}-{path}"))
        assert told["status"] in {"DONE", "FAILED"}
        assert history(walked(key, f"{seed}-{path}", forgetful=True)) == told


@pytest.mark.parametrize("seed", range(DIAGRAMS))
def test_a_random_case_ends_and_its_history_needs_no_memory(seed):
    every_way(seed, 9, PATHS)


def test_the_random_diagrams_have_every_kind_of_block():
    found: set[tuple[str, str]] = set()
    for seed in range(DIAGRAMS):
        texts = "".join(text for _name, text in drawn(seed).sources())
        found.update(re.findall(r"<bpmn:(\w+)|(cancelActivity|isSequential|approval:mode)=", texts))
    assert {first or second for first, second in found} >= KINDS


def test_a_handler_that_remembers_is_found_out(monkeypatch):
    """The comparison sees what lives outside the rows: here a counter in a worker's memory."""

    def remembering(seed: str) -> World:
        world, counted = around(seed), count()
        handlers = dict.fromkeys(world.handlers, lambda call: {"n": next(counted) % 10})
        return World(world.directory, handlers, outcome_required=False)

    monkeypatch.setattr(walking, "around", remembering)
    differ = 0
    for seed in range(DIAGRAMS):
        key = prepared(drawn(seed))
        told: list[Any] = [
            history(walked(key, str(seed), forgetful=lost)) for lost in (False, True)
        ]
        differ += told[0] != told[1]
    assert differ > 0


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(1000, 1000 + MANY))
def test_many_random_cases_end_and_their_histories_need_no_memory(seed):
    every_way(seed, 12, LONG)
