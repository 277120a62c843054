"""抄送 and its receipt."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.notifications.services import notify
from approvals.operations.services.telling import SEATS
from organizations.models import User
from workflows.models import Task
from workflows.operations import Act, Step, copies


@transaction.atomic
def copy_case(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int | None,
    reason: str,
    users: Sequence[int],
) -> Step:
    """Lets colleagues read the case; they are told, and acknowledge on their page of copies."""

    def then(act: Act, _step: Step) -> None:
        application = Application.objects.select_related("program").get(process=act.process)
        notify(
            User.objects.filter(pk__in=users),
            kind=SEATS,
            title=_("抄送给您的办件：%(number)s") % {"number": application.number},
            link="/copies/",
            case=application.stream,
        )

    return copies.copy_case(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        reason=reason,
        users=users,
        then=then,
    )


def acknowledge(copy_id: int, *, actor: User) -> Task:
    """已阅: the receipt; the engine journals it."""
    return copies.acknowledge(copy_id, actor=actor)
