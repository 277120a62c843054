"""Registry of what follows a new version of the filed material: letters about it are asked again.

Whoever keeps something that was said about the answers lies above this slice; it registers a
follower in `AppConfig.ready`. A follower runs in the transaction of the act, under the lock of the
case, so it may only write rows and outbox jobs.
"""

from __future__ import annotations

from collections.abc import Callable

from approvals.applications.models import Application

Follower = Callable[[Application], None]
"""Given the case with its new answers and version."""

_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Publishes a follower; registering it twice changes nothing."""
    if follower not in _followers:
        _followers.append(follower)


def announce(case: Application) -> None:
    """Calls every follower, in the order of registration."""
    for follower in _followers:
        follower(case)
