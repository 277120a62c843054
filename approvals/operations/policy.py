"""Which operations a step offers, and to whom: asked by the links and the pages.

An expert judges himself: his seat is neither passed on nor shared (it is replaced by recusal, or by
an administrator's hand-over), nor does one vote send the case back. Where the program says so
(`panel.delegation`) he may consult one colleague of the pool, whose words never decide. The
applicant's own steps have none of this. What the engine refuses
(depth, mixed kinds, who is counted already) it refuses itself, under the lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from approvals.applications.models import Application
from approvals.operations.acts import Situation
from organizations.agencies import agent_scopes
from organizations.models import User
from workflows.directory import APPLICANT_ROLES
from workflows.models import LIVE, Task
from workflows.nodes.seat import SIGNER, WAITS_FOR
from workflows.nodes.signers import AFTER, BEFORE, DELEGATE
from workflows.operations.signers import ADDED

PERSONAL = frozenset({"expert"})


def holds(situation: Situation) -> bool:
    """The seat is open, and this person may act on it now."""
    task, user = situation.task, situation.user
    if not task.is_open or task.role in APPLICANT_ROLES:
        return False
    return task.owner_id in (None, user.pk) or task.owner_id in agent_scopes(user)


def _may_share(situation: Situation) -> bool:
    """Not an expert's seat, nor one that is only consulted."""
    task = situation.task
    shared = task.role not in PERSONAL and task.data.get(SIGNER) != DELEGATE
    return shared and holds(situation)


def may_transfer(situation: Situation) -> bool:
    """Transfer: to a colleague of the same duty; a signer's seat to any of the organ."""
    return _may_share(situation) and bool(successors(situation))


def successors(situation: Situation) -> tuple[User, ...]:
    """To whom the seat may be handed."""
    found = situation.colleagues
    return found.advice if SIGNER in situation.task.data else found.duty


def may_ask_beside(situation: Situation) -> bool:
    """Signers who decide with him: of the same duty."""
    return _may_share(situation) and bool(situation.colleagues.duty)


def may_delegate(situation: Situation) -> bool:
    """Delegation; an expert where his program lets him consult."""
    task = situation.task
    if task.role not in PERSONAL:
        return _may_ask(situation)
    own = SIGNER not in task.data and may_consult(situation.application)
    return own and holds(situation) and bool(situation.colleagues.advice)


def _may_ask(situation: Situation) -> bool:
    return _may_share(situation) and bool(situation.colleagues.advice)


def may_consult(application: Application) -> bool:
    """`panel.delegation` of the program: its experts may consult a colleague (委派, C5)."""
    panel: Mapping[str, Any] = application.program.content.get("panel", {})
    return bool(panel.get("delegation", False))


def may_ask_before(situation: Situation) -> bool:
    """Not when signers after were asked on this seat."""
    return situation.task.data.get(ADDED, BEFORE) == BEFORE and _may_ask(situation)


def may_ask_after(situation: Situation) -> bool:
    """Not when signers before were asked on this seat; who is asked himself answers plainly."""
    task = situation.task
    fits = task.data.get(ADDED, AFTER) == AFTER and SIGNER not in task.data
    return fits and _may_ask(situation)


def may_recall(situation: Situation) -> bool:
    """The seat waits for an answer that this person asked for."""
    task = situation.task
    waiting = task.status in LIVE and task.data.get(WAITS_FOR) == DELEGATE
    return waiting and task.owner_id == situation.user.pk


def may_take_off(situation: Situation) -> bool:
    """He has added somebody in this step who has not acted; one query."""
    return bool(added_by(situation.task, situation.user.pk))


def may_copy(situation: Situation) -> bool:
    """Whoever works or worked on the task in an office; an expert and who is consulted only not."""
    task = situation.task
    if task.role in PERSONAL | APPLICANT_ROLES or task.data.get(SIGNER) == DELEGATE:
        return False
    involved = situation.user.pk in (task.owner_id, task.actor_id)
    return involved or (task.is_open and task.owner_id is None)


def added_by(task: Task, person_id: int) -> list[Task]:
    """The live seats of the step that this person added; one query, none for the applicant."""
    if task.role in APPLICANT_ROLES:
        return []
    rows = Task.objects.filter(
        process=task.process_id, element=task.element, data__by=person_id, status__in=LIVE
    )
    seats = rows.filter(flow_task_type="HUMAN", actor=None).select_related("owner")
    return [row for row in seats.order_by("pk") if row.data.get(SIGNER) != DELEGATE]
