"""Registry of what follows an applicant's own move (filing, resubmission): mails, counters.

The slice that tells reviewers lies above this one; it registers a follower in `AppConfig.ready`.
A follower runs in the transaction of the act, so it may only write rows and outbox jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from approvals.applications.models import Application
from organizations.models import User
from workflows.models import Task

Follower = Callable[[Application, Sequence[Task], User], None]
"""Given the case, the tasks that the move opened, and who moved."""

_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Publishes a follower; registering it twice changes nothing."""
    if follower not in _followers:
        _followers.append(follower)


def announce(application: Application, opened: Sequence[Task], by: User) -> None:
    """Calls every follower, in the order of registration."""
    for follower in _followers:
        follower(application, opened, by)
