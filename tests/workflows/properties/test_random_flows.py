"""Random sound diagrams, random ways through them: accepted, ended, and nothing lives outside the rows."""

from __future__ import annotations

import os

import pytest

from tests.workflows.properties.generating import HANDLERS, drawn
from tests.workflows.properties.walking import history, prepared, walked
from workflows.bpmn import SHORT_ROLES, Bindings, check

pytestmark = pytest.mark.django_db
BINDINGS = Bindings(roles=SHORT_ROLES, handlers=HANDLERS)
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


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(1000, 1000 + MANY))
def test_many_random_cases_end_and_their_histories_need_no_memory(seed):
    every_way(seed, 12, LONG)
