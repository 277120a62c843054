"""What follows every move of a case, whoever caused it: a person, a timer, the applicant."""

from __future__ import annotations

from approvals.applications import services as applications
from approvals.applications.models import Application
from approvals.deadlines import services as deadlines
from approvals.reviews import notifications
from organizations.models import User
from workflows.operations import Step


def follow(application: Application, step: Step, *, by: User | None) -> None:
    """Closes the case at the diagram's end, sets its clock, tells people what waits for them."""
    if step.verdict:
        applications.record_end(application, verdict=step.verdict, by=by)
    deadlines.follow_move(application, step.opened, ended=bool(step.verdict), by=by)
    notifications.announce(application, step.opened, by)
