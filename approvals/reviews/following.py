"""What follows every move of a case, whoever caused it: a person, a timer, the applicant."""

from __future__ import annotations

from collections.abc import Callable

from approvals.applications import services as applications
from approvals.applications.models import Application
from approvals.deadlines import services as deadlines
from approvals.reviews import notifications
from organizations.models import User
from workflows.operations import Step

Follower = Callable[[Application, Step, User | None], None]
"""Given the case, the move, and who moved it (None: a timer). In the transaction of the move."""

_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Publishes what an upper slice does after a move; twice changes nothing."""
    if follower not in _followers:
        _followers.append(follower)


def follow(application: Application, step: Step, *, by: User | None) -> None:
    """Closes the case at the diagram's end, sets its clock, tells people what waits for them."""
    if step.verdict:
        applications.record_end(application, verdict=step.verdict, by=by)
    deadlines.follow_move(application, step.opened, ended=bool(step.verdict), by=by)
    notifications.announce(application, step.opened, by)
    for follower in _followers:
        follower(application, step, by)
