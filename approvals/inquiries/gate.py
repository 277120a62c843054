"""Who may inquire: whoever could decide the task at this moment; the case row is locked for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.applications.services.locking import locked
from organizations.models import Organ, User
from organizations.roles import Role
from workflows import operations
from workflows.errors import NotAllowed
from workflows.models import Task

NOT_ASKING = FILING_ROLES | {Role.EXPERT.value}
"""An expert speaks to the panel only: a question of his would lift the blind."""


@dataclass(frozen=True, slots=True)
class Seat:
    """The locked case and the seat that inquires."""

    application: Application
    task: Task
    organ: Organ


def seat_of(task_id: int, *, actor: User, key: str, expected_version: int) -> Seat:
    """Locks the case and asks sight, right, state and version as a decision does.

    Raises `workflows.errors.OperationError`; nothing is written here.
    """
    act = operations.begin(
        task_id,
        actor=actor,
        key=f"inquiry:{key}",
        expected_version=expected_version,
        payload={"inquiry": key},
    )
    task = act.task
    if task.role in NOT_ASKING or task.organ is None:
        raise NotAllowed(_("本环节不能向外询问，请联系受理人员。"), code="may_not_inquire")
    case = locked(Application.objects.only("pk").get(process_id=act.process.pk).pk)
    return Seat(case, task, task.organ)
