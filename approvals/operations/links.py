"""The links under "其他操作" on the task page: what this person may try now."""

from __future__ import annotations

from django.urls import reverse

from approvals.applications.models import Application
from approvals.operations import acts
from approvals.reviews import desk
from organizations.models import User
from workflows.models import Task


def links(application: Application, task: Task, user: User) -> list[desk.Act]:
    """One link an operation, in its order."""
    return [
        desk.Act(
            str(operation.label),
            reverse("operations:act", args=[task.pk, operation.name]),
            order=operation.order,
        )
        for operation in acts.offered_to(acts.Situation(application, task, user))
    ]
