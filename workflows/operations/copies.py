"""抄送 (semantics C15): a seat that reads, with a receipt and without any effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
import journal.services
from workflows import rows as task_rows
from workflows.cases import Beside, World, lock_of_task
from workflows.eligibility import recused
from workflows.errors import NotVisible, WrongState
from workflows.execution import Execution
from workflows.models import Task
from workflows.nodes.seat import COPY
from workflows.operations.acts import Act, Step
from workflows.operations.opening import Then, concluded, opening
from workflows.operations.signers import offered_here, said

if TYPE_CHECKING:
    from organizations.models import User

ROLE = ITEM = ELEMENT = "copy"
"""A copy belongs to no step of the diagram and is counted nowhere."""
READ = "read_at"


@transaction.atomic
def copy_case(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int | None,
    reason: str,
    users: Sequence[int],
    facts: Mapping[str, Any] | None = None,
    then: Then | None = None,
    world: World | None = None,
    beside: Beside | None = None,
) -> Step:
    """Lets colleagues read the case from the actor's seat, open or done. No vote, no clock.

    Raises WrongState: reason_missing, no_users, not_offered, unknown_user, recused_user,
    already_copied.
    """
    act = opening(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload={"operation": "copy_case", "users": list(users), "reason": reason},
        world=world,
        beside=beside,
        state=_any_state,
        right=_sees,
    )
    if act.replayed is not None:
        return act.replayed
    said(reason)
    offered_here(act.task)
    if not users:
        raise WrongState(_("请至少选择一名抄送对象。"), code="no_users")
    _readers(act, users)

    def doing(run: Execution) -> None:
        for number in users:
            row = task_rows.new(run, act.task.flow_task, via="", parent=None)
            row.flow_task_type, row.element, row.item, row.role = COPY, ELEMENT, ITEM, ROLE
            row.owner_id = number
            row.data = {"by": actor.pk, "note": reason, "of": act.task.pk}
            run.activation(row).activate()
            run.keep(row)

    return concluded(act, doing, "copy_case", {"users": list(users), **(facts or {})}, then)


def _any_state(task: Task) -> None:
    """Who has acted may still let others know."""


def _sees(*_asked: Any) -> None:
    """Who sees the task in office may show it to colleagues."""


def _readers(act: Act, users: Sequence[int]) -> None:
    known = Task.objects.filter(process=act.process, flow_task_type=COPY, owner__in=users)
    away, copied = recused(act.process), set(known.values_list("owner_id", flat=True))
    for number in users:
        person = act.world.directory.person(int(number))
        if person is None:
            raise WrongState(_("没有这个人员，或者该账号已停用。"), code="unknown_user")
        if person.pk in copied:
            raise WrongState(_("已抄送给%s。") % person.name, code="already_copied")
        if person.pk in away or act.world.directory.barred(person, act.task, act.process):
            raise WrongState(_("%s应当回避本办件，请另选他人。") % person.name, code="recused_user")
        copied.add(person.pk)


@transaction.atomic
def acknowledge(copy_id: int, *, actor: User) -> Task:
    """The receipt: when the reader first says that he has read. Twice does no harm."""
    own = Task.objects.filter(pk=copy_id, flow_task_type=COPY, owner=actor)
    process = lock_of_task(copy_id) if own.exists() else None
    if process is None:
        raise NotVisible
    copy: Task = own.get()
    if READ not in copy.data:
        copy.data[READ] = clock.now().isoformat()
        copy.save(update_fields=["data"])
        if process.journal_stream:
            data = {"process": process.pk, "task": copy.pk}
            journal.services.record(process.journal_stream, "copy_read", actor=actor, data=data)
    return copy


def copies_for(person: User, size: int = 100) -> list[Task]:
    """What was copied to a person, the newest first; one query."""
    rows = Task.objects.filter(flow_task_type=COPY, owner=person).select_related("process")
    return list(rows.order_by("-pk")[:size])
