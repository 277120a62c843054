"""A settled process looks for garbage less often, and still finds it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from jobs.processes import YOUNG, settle


@pytest.fixture
def untouched() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


class Ring:
    def __init__(self) -> None:
        self.me = self


def test_what_is_loaded_is_left_alone_and_new_rings_are_collected(untouched: None) -> None:
    settle()
    assert gc.isenabled()
    assert gc.get_threshold()[0] == YOUNG
    assert gc.get_freeze_count() > 1000
    lost = weakref.ref(Ring())
    kept = [Ring() for _number in range(YOUNG + 1)]
    assert lost() is None, f"{len(kept)} objects later the ring is still there"
