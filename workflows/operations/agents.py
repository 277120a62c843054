"""代理 at the act: an agent's deed is recorded "B for A" (semantics C5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from workflows.errors import WrongState
from workflows.models import Task
from workflows.seating import is_counted

if TYPE_CHECKING:
    from organizations.models import User
    from organizations.positions import Position

FOR = "on_behalf_of"
"""Key in a seat's data and in the journal: the number of the principal."""


def not_twice(task: Task, actor: User, rows: Iterable[Task]) -> None:
    """Nobody decides twice in one step: an agent with a seat of his own beside his principal's
    leaves the principal's to him (I5)."""
    beside = [
        row
        for row in rows
        if row.pk != task.pk and row.element == task.element and row.parent_id == task.parent_id
    ]
    if task.item and any(is_counted(row) and actor.pk in _people(row) for row in beside):
        raise WrongState(
            _("您在本环节已有自己的席位，不能再代他人办理另一席位。"), code="already_counted"
        )


def _people(row: Task) -> tuple[int | None, int | None]:
    return row.owner_id, row.actor_id


def note(task: Task, position: Position | None) -> dict[str, Any]:
    """Writes for whom the seat was used; answers the same words for the journal."""
    if position is None or position.principal_id is None:
        return {}
    task.data[FOR] = position.principal_id
    return {FOR: position.principal_id}
