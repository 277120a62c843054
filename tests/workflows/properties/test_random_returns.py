"""Random sound diagrams, random returns in the middle of them: no token is lost, none comes twice."""

from __future__ import annotations

import os
import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import clock
from tests.workflows.properties import walking
from tests.workflows.properties.generating import Sketch, drawn
from tests.workflows.properties.walking import Walk, around, begun, is_over, prepared, step
from workflows import operations, resuming
from workflows.cases import World
from workflows.models import LIVE, Process, Task
from workflows.operations import returning
from workflows.operations.returning import CannotResume

pytestmark = pytest.mark.django_db
MOST_RETURNS = 8
SUITE, MANY = 25, 150
FAULTS = 400 if os.environ.get("FAULT_SIZE") == "full" else 50


def is_rich(seed: int) -> bool:
    """Splits and enough people to send a case back across them."""
    sketch = drawn(str(seed), 9)
    people = sum("role" in node for node in sketch.top.nodes.values())
    splits = [g for g in sketch.gates if g.kind != "exclusiveGateway" and g.scope is sketch.top]
    return bool(splits) and people > 4


RICH = [seed for seed in range(MANY) if is_rich(seed)]


def returned(walk: Walk, world: World, dice: random.Random) -> Walk:
    """Somebody sends the case back from any open seat to anywhere he may."""
    open_seats = list(Task.objects.filter(process=walk.process, is_open=True).order_by("id"))
    dice.shuffle(open_seats)
    now = walk.now + timedelta(minutes=1)
    for seat in open_seats:
        choices = returning.targets(seat)
        if choices:
            target = dice.choice(choices)
            modes = ["replay", "resume"] if target.may_resume else ["replay"]
            with clock.at(now):
                send_back(seat, target.element, dice.choice(modes), world, walk)
            return walk.on(now)
    return step(walk, world)


def send_back(seat: Task, target: str, mode: str, world: World, walk: Walk) -> None:
    process = Process.objects.get(pk=walk.process)
    key = f"return-{walk.process}-{walk.steps}"
    with suppress(CannotResume), transaction.atomic():
        act = operations.begin(
            seat.pk, actor=seat.owner or world.directory.fresh(seat.role), key=key,
            expected_version=process.material_version, payload={"target": target}, world=world,
        )  # fmt: skip
        items = [{"problem": "复核"}]
        returning.return_to(act, target, mode=mode, reason="核对", items=items, most=99)


def tokens_are_single(walk: Walk, sketch: Sketch) -> None:
    """In a diagram of blocks every node holds one token at most (reminders run beside)."""
    if any("remind" in text for _name, text in sketch.sources()):
        return
    live = Task.objects.filter(process=walk.process, status__in=LIVE).order_by("id")
    held = Counter((row.parent_id, row.element, row.item, row.via) for row in live)
    assert [place for place, count in held.items() if count > 1] == []


def walked_with_returns(seed: str, path: int) -> Walk:
    sketch = drawn(seed, 9)
    key, world = prepared(sketch), around(f"{seed}-{path}")
    walk, left = begun(key, f"{seed}-{path}", world), MOST_RETURNS
    tellers = random.Random(f"returns/{seed}/{path}")
    resuming.register_stale(lambda _process, steps, _since: [s for s in steps if tellers.random() < 0.3])  # fmt: skip
    while not is_over(walk):
        assert walk.steps < walking.MOST_STEPS * 3, "never over"
        if left and tellers.random() < 0.45:
            left -= 1
            walk = returned(walk, world, tellers)
        else:
            walk = step(walk, world)
        tokens_are_single(walk, sketch)
    return walk


@pytest.fixture(autouse=True)
def _nothing_is_stale_afterwards():
    kept = list(resuming._stale)
    yield
    resuming._stale[:] = kept


def ends(walk: Walk) -> bool:
    return Process.objects.get(pk=walk.process).status in {"DONE", "FAILED"}


@settings(
    max_examples=SUITE, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(seed=st.sampled_from(RICH), path=st.integers(0, 50))
def test_a_case_with_returns_still_ends_and_no_token_is_lost_or_doubled(seed, path):
    assert ends(walked_with_returns(str(seed), path))


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(2000, 2000 + FAULTS))
def test_many_diagrams_with_returns_still_end_and_no_token_is_lost_or_doubled(seed):
    for path in range(3):
        assert ends(walked_with_returns(str(seed), path))
