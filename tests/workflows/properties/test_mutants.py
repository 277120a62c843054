"""What makes a sound diagram unsound is found, wherever in it and whatever is around it."""

from __future__ import annotations

import random

import pytest

from tests.workflows.properties.breaking import MUTATIONS, Mutation
from tests.workflows.properties.generating import HANDLERS, Sketch, drawn
from workflows.bpmn import SHORT_ROLES, Bindings, check

BINDINGS = Bindings(roles=SHORT_ROLES, handlers=HANDLERS)
DIAGRAMS = 30
FEWEST = 8
"""So many of the diagrams at least have a place for each mutation."""


def errors(sketch: Sketch) -> set[str]:
    sources = [(name, text.encode()) for name, text in sketch.sources()]
    return {issue.code for issue in check(sources, BINDINGS).issues if issue.severity == "error"}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_an_unsound_mutant_of_a_sound_diagram_is_refused(mutation: Mutation) -> None:
    tried = 0
    for seed in range(DIAGRAMS):
        mutant = mutation(drawn(seed), random.Random(seed))
        if mutant is not None:
            tried += 1
            assert errors(mutant) & MUTATIONS[mutation], f"diagram {seed} is taken"
    assert tried >= FEWEST


def test_the_same_seed_draws_the_same_diagram_and_another_seed_another() -> None:
    texts = [tuple(drawn(seed).sources()) for seed in range(DIAGRAMS)]
    assert texts == [tuple(drawn(seed).sources()) for seed in range(DIAGRAMS)]
    assert len(set(texts)) == DIAGRAMS
