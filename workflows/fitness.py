"""A registry: what a seat asks of a person beside his post (an expert's entry in the pool).

Filled by upper packages in `AppConfig.ready`; a role nobody has registered asks nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflows.models import Process

Unfit = Callable[["Process", Collection[int]], frozenset[int]]
"""Given a case and people by number; those who may not be given its seats."""

_unfit: dict[str, Unfit] = {}


def register(role: str, unfit: Unfit) -> None:
    """Publishes what the seats of a role ask; one role has one rule."""
    _unfit[role] = unfit


def unfit(role: str, process: Process, people: Collection[int]) -> frozenset[int]:
    """Who of these people is not fit for a seat of the role; what it costs the rule says."""
    rule = _unfit.get(role)
    return rule(process, people) if rule is not None and people else frozenset()
