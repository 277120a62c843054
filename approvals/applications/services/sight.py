"""What every operation on a filed case asks first, under the locks: sight, version."""

from __future__ import annotations

from approvals.applications.models import Application
from approvals.applications.selectors import readable_by
from approvals.applications.services.locking import locked
from organizations.models import User
from workflows.cases import lock
from workflows.errors import NotVisible, Stale


def locked_in_sight(application_id: int, actor: User) -> Application:
    """The process, then the case, locked; NotVisible for whoever may not read it, as for a missing
    one. Five statements; in the transaction of the act (`workflows.cases.lock` insists)."""
    found = Application.objects.filter(pk=application_id).values_list("process_id", flat=True)
    process_id = found.first()
    if process_id is None:
        raise NotVisible
    process = lock(process_id)
    case = locked(application_id)
    if process is None or not readable_by(actor).filter(pk=application_id).exists():
        raise NotVisible
    case.process = process
    return case


def require_version(case: Application, expected_version: int) -> None:
    """Raises Stale when the material went on since the person looked (after the key was asked)."""
    current = case.process.material_version if case.process is not None else case.version
    if expected_version != current:
        raise Stale(current)
