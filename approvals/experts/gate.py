"""Who may draw, replace and read a draw; the case row is locked for what is written."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from approvals.applications.errors import NotAllowedError
from approvals.applications.models import Application
from approvals.applications.selectors import readable_by
from approvals.applications.services.locking import locked
from approvals.programs.form_schema import Field
from approvals.reviews import steps
from organizations.models import User
from organizations.permissions import Permission
from organizations.positions import positions
from organizations.roles import roles_with
from workflows import operations
from workflows.cases import lock
from workflows.errors import WrongState
from workflows.models import Task

SOURCE = "experts"
"""The people's source of a form that names experts."""
_READERS = frozenset().union(
    *(
        roles_with(right)
        for right in (
            Permission.ACCEPT_APPLICATION,
            Permission.PROPOSE_DECISION,
            Permission.SUPERVISE_CASE,
        )
    )
)
_REPLACERS = roles_with(Permission.ACCEPT_APPLICATION) | roles_with(Permission.PROPOSE_DECISION)


@dataclass(frozen=True, slots=True)
class Seat:
    """The locked case and the seat that names experts."""

    application: Application
    task: Task


def naming_field(application: Application, task: Task) -> Field | None:
    """The field of the step's form that names experts."""
    fields = steps.form_of(application, task).fields
    return next((one for one in fields if one.type == "people" and one.source == SOURCE), None)


def seat_of(task_id: int, *, actor: User, key: str, expected_version: int) -> Seat:
    """Locks the case and asks sight, right, state and version as a decision does.

    Raises `workflows.errors.OperationError`; nothing is written here.
    """
    act = operations.begin(
        task_id,
        actor=actor,
        key=f"experts:{key}",
        expected_version=expected_version,
        payload={"experts": key},
    )
    case = locked(Application.objects.only("pk").get(process_id=act.process.pk).pk)
    if naming_field(case, act.task) is None:
        raise WrongState(_("本环节不确定评审专家。"), code="names_no_experts")
    return Seat(case, act.task)


def locked_case(application_id: int) -> Application:
    """The case, its process locked first."""
    process = Application.objects.values_list("process_id", flat=True).get(pk=application_id)
    if process is not None:
        lock(process)
    return locked(application_id)


def draw_reader(user: User, application_id: int) -> Application:
    """The case for somebody of the bureau or of discipline; Http404 for everybody else, for an
    expert and the applicant too."""
    found = (
        readable_by(user)
        .select_related("program", "applicant", "county", "process")
        .filter(pk=application_id)
        .first()
    )
    if found is None or not any(held.role in _READERS for held in positions(user)):
        raise Http404
    return found


def require_replacer(user: User, application: Application) -> None:
    """Sight and right, asked again at the act: Http404 for whom there is no such case (any more),
    NotAllowedError unless he accepts or proposes at the bureau. Two queries and his posts."""
    if not readable_by(user).filter(pk=application.pk).exists():
        raise Http404
    if not may_replace(user):
        raise NotAllowedError(_("只有受理或者审查人员可以递补专家。"))


def may_replace(user: User) -> bool:
    """Does he accept cases or propose decisions? One query; sight is asked elsewhere."""
    return any(held.role in _REPLACERS for held in positions(user))
