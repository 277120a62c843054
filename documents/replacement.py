"""Registry of those who must follow when a document is replaced by a renumbered or changed one.

The decision that points at a paper lies in a package above; it registers here in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from documents.models import Document
from journal.services import Actor


@dataclass(frozen=True, slots=True)
class Replacement:
    """One document in the place of another: why, and who did it."""

    old: Document
    new: Document
    reason: str
    by: Actor
    along: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Corrected content of papers that rest on `old`, by their key: they go out anew with it."""


Follower = Callable[[Replacement], None]
"""Runs in the transaction of the replacement."""

_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Publishes a follower; registering it twice changes nothing."""
    if follower not in _followers:
        _followers.append(follower)


def tell(change: Replacement) -> None:
    """Calls every follower, in the order of registration."""
    for follower in _followers:
        follower(change)
