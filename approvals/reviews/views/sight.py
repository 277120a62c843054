"""Which seat a reviewer's page may show."""

from __future__ import annotations

from organizations.models import User
from organizations.roles import Role
from workflows import queue
from workflows.errors import NotVisible
from workflows.models import Task


def visible_seat(user: User, pk: int) -> Task:
    """The task, as the queue knows it; an expert sees his own seat only (semantics C0).

    All experts share the pool's post, so the post alone would open every colleague's seat. A seat
    nobody holds yet stays open to the pool. Raises NotVisible.
    """
    task = queue.visible_task(user, pk)
    offered = task.is_open and task.owner_id is None
    if task.role == Role.EXPERT and not offered and user.pk not in (task.owner_id, task.actor_id):
        raise NotVisible
    return task
