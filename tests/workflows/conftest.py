"""Every test of the engine starts without compiled classes: tests reuse keys and versions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workflows.flows import forget


@pytest.fixture(autouse=True)
def _no_compiled_flows() -> Iterator[None]:
    forget()
    yield
    forget()
