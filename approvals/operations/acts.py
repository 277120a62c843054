"""Registry of the operations on a seat: one page serves them all, this says which there are.

A module adds its operation in `AppConfig.ready` with `register(Operation(...))`; the page
`tasks/<pk>/acts/<name>/` then shows its form and does its service, and the task page links to it
while `may` says so. What may be done is asked again by the service, under the lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise

from approvals.applications.models import Application
from organizations.models import User
from workflows.eligibility import Colleagues, colleagues
from workflows.models import Task
from workflows.operations import Step

if TYPE_CHECKING:
    from approvals.operations.forms.base import ActForm

Words = str | Promise


@dataclass(frozen=True)
class Situation:
    """A person before a task: what forms and predicates are asked with."""

    application: Application
    task: Task
    user: User

    @cached_property
    def colleagues(self) -> Colleagues:
        """Who could be given a seat of the step; read once for all operations."""
        return colleagues(self.task, without=self.user.pk)


Service = Callable[..., Step]
"""Does the operation in one transaction: `service(task_id, *, actor, key, expected_version,
**answers)`, `answers` are the form's (`ActForm.answers`).

Raises `workflows.errors.OperationError`, or `approvals.reviews.errors.OpinionRefused` with
sentences by field.
"""


class FormMaker(Protocol):
    """Makes the form, bound when `data` is given."""

    def __call__(self, situation: Situation, data: Mapping[str, Any] | None = None) -> ActForm: ...


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `name` is the last word of its address."""

    name: str
    label: Words
    """The link on the task page and the page's title."""
    form: FormMaker
    service: Service
    may: Callable[[Situation], bool]
    said: Words
    """What the person is told when it is done."""
    help: Words = ""
    """One or two sentences on the page: what happens, who decides, which term runs."""
    order: int = 100
    danger: bool = False
    """The button asks once more."""
    leaves: bool = False
    """Afterwards the person does not see the task any more."""


_operations: dict[str, Operation] = {}


def register(operation: Operation) -> None:
    """Publishes an operation; one name has one operation."""
    known = _operations.get(operation.name)
    if known is not None and known is not operation:
        message = f"the operation {operation.name!r} is registered twice"
        raise ValueError(message)
    _operations[operation.name] = operation


def named(name: str) -> Operation | None:
    """The operation of this name."""
    return _operations.get(name)


def offered_to(situation: Situation) -> list[Operation]:
    """What this person may try on this task now, in order."""
    found = [operation for operation in _operations.values() if operation.may(situation)]
    return sorted(found, key=lambda operation: (operation.order, operation.name))
