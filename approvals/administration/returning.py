"""The flow administrator sends a case back to a step it has passed (退回, semantics C6).

Alone and with a reason: the diagram then goes its own way again, nothing of it is skipped. What
changes the course that law and diagram prescribe is a mending, by four eyes (`mending`).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from approvals.administration.mending import may_propose
from approvals.applications.models import Application
from approvals.operations import returning
from organizations.models import User
from workflows.errors import NotAllowed
from workflows.models import Task
from workflows.operations import Step
from workflows.operations.mending import mendable
from workflows.operations.returning import Target

Places = list[tuple[Task, list[Target]]]


def places(application: Application) -> Places:
    """The rows from which the case may go back, each with the offices' steps it has passed, the
    nearest first; two queries a row. To the applicant only an office returns: it reads what is
    wrong."""
    if application.process is None or application.is_closed:
        return []
    found = [(row, returning.targets(row)) for row in mendable(application.process)]
    offered = [(row, [one for one in of if not one.is_applicant]) for row, of in found]
    return [(row, of) for row, of in offered if of]


def send_back(
    application: Application,
    *,
    by: User,
    key: str,
    task: int,
    target: str,
    mode: str,
    reason: str,
    points: Sequence[str],
) -> Step:
    """Does it, in the one transaction of a return; journalled on the case with the name.

    Raises NotAllowed (not_flow_admin) and the errors of `operations.returning.return_case`.
    """
    if not may_propose(by, application):
        raise NotAllowed(_("只有本市的流程管理员可以退回办件。"), code="not_flow_admin")
    return returning.return_case(
        task,
        actor=by,
        key=key,
        expected_version=None,
        reason=reason,
        target=target,
        mode=mode,
        items=[{"problem": point} for point in points],
        as_admin=True,
    )
