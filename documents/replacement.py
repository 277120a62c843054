"""Registry of those who must follow when a document is replaced by a renumbered or changed one.

The decision that points at a paper lies in a package above; it registers here in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable

from documents.models import Document

Follower = Callable[[Document, Document], None]
"""Given the old and the new document; runs in the transaction of the replacement."""

_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Publishes a follower; registering it twice changes nothing."""
    if follower not in _followers:
        _followers.append(follower)


def tell(old: Document, new: Document) -> None:
    """Calls every follower, in the order of registration."""
    for follower in _followers:
        follower(old, new)
