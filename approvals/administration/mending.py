"""Stuck cases: one administrator proposes with a reason, another one confirms, then it is done.

Retry, skip and move change the course that law and diagram prescribe, so nobody does it alone: the
flow administrator proposes; another flow administrator or the security administrator of the same
city confirms. Both acts are journalled on the case, the second in the transaction of the mending.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

import clock
from approvals.administration.models import Mending, Way
from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.reviews.following import follow
from journal.services import record
from organizations.conflicts import conflict
from organizations.models import User
from organizations.permissions import Permission, cities_where
from workflows import operations
from workflows.errors import KeyReused, NotAllowed, NotVisible, WrongState
from workflows.models import Process, Task
from workflows.operations import Step
from workflows.operations import mending as engine

OPEN = Mending.State.PROPOSED
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed: `task` and `flow` (with an outcome) of a skip, `task` and `target` of a
    move; a retry needs neither."""

    way: Way
    task: int | None = None
    flow: str = ""
    target: str = ""
    outcome: str = ""


def may_propose(user: User, application: Application) -> bool:
    """The flow administrator of the case's city without a tie to the applicant."""
    return _holds(user, application, Permission.MANAGE_FLOW)


def may_settle(user: User, application: Application) -> bool:
    """The flow administrators and the security administrator of the case's city."""
    second = (Permission.MANAGE_FLOW, Permission.MANAGE_SECURITY)
    return any(_holds(user, application, one) for one in second)


def may_confirm(user: User, mending: Mending) -> bool:
    """One of them, but never who proposed it."""
    return mending.proposed_by_id != user.pk and may_settle(user, mending.application)


def _holds(user: User, application: Application, permission: Permission) -> bool:
    in_city = application.city in cities_where(user, permission)
    return in_city and bool(conflict(user, application.applicant))


@transaction.atomic
def propose(application: Application, *, by: User, plan: Plan, reason: str, key: str) -> Mending:
    """Writes the proposal down; the same key again answers the same proposal.

    Raises NotAllowed (no right), WrongState (does not fit, or another proposal waits), KeyReused.
    """
    if not may_propose(by, application):
        raise NotAllowed(_("只有本市的流程管理员可以提出处置办法。"), code="not_flow_admin")
    earlier = Mending.objects.filter(key=key).first()
    if earlier is not None:
        return _same(earlier, application, by)
    words = reason.strip()[:LONGEST_REASON]
    if not words:
        raise WrongState(_("请写明处置理由。"), code="reason_missing")
    process = _running(application)
    task = None if plan.way == Way.RETRY else _fitting_task(application, process, plan)
    if plan.way == Way.RETRY and not process.blocked_reason:
        raise WrongState(_("该办件没有停在流程故障处。"), code="not_blocked")
    made = Mending(
        application=application,
        task=task,
        way=plan.way,
        element=task.element if task is not None else "",
        flow=plan.flow,
        outcome=plan.outcome,
        target=plan.target,
        fault=process.blocked_reason,
        reason=words,
        key=key,
        proposed_by=by,
        proposed_at=clock.now(),
    )
    _save(made)
    record(application.stream, "mending_proposed", actor=by, data=_told(made))
    return made


def _same(earlier: Mending, application: Application, by: User) -> Mending:
    if earlier.application_id != application.pk or earlier.proposed_by_id != by.pk:
        raise KeyReused
    return earlier


def _save(made: Mending) -> None:
    """One open proposal a case; the database says so when two people press at once."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(
            _("该办件已有一项处置办法等待确认，请先确认或者撤销。"), code="already_proposed"
        ) from error


def _running(application: Application) -> Process:
    if application.process is None or application.is_closed:
        raise WrongState(_("该办件已办结。"), code="process_ended")
    process: Process = application.process
    return process


def _fitting_task(application: Application, process: Process, plan: Plan) -> Task:
    """The row must be there and the way out possible, as it will be asked again at the act."""
    task = next((row for row in engine.mendable(process) if row.pk == plan.task), None)
    if task is None or (plan.way == Way.SKIP and not engine.is_parked(task)):
        raise WrongState(_("办件已不在这一环节，请刷新后重试。"), code="not_here")
    offered = skips(task) if plan.way == Way.SKIP else moves(task)
    if (plan.flow if plan.way == Way.SKIP else plan.target) not in offered:
        raise WrongState(_("所选去向不适用于这一环节。"), code="unknown_target")
    return task


def skips(task: Task) -> dict[str, str]:
    """The arrows of a parked step by id, named by their label and where they lead."""
    nodes = task.flow_task.flow_class.model.nodes
    named = {}
    for flow in engine.exits(task):
        target = nodes[flow.target].name or flow.target
        named[flow.id] = f"{flow.name} → {target}" if flow.name else f"→ {target}"
    return named


def moves(task: Task) -> dict[str, str]:
    """Nodes a token may be put on, by id; the applicant's own steps are left out, since they live
    from a request for correction that only a reviewer's return writes."""
    model = task.flow_task.flow_class.model
    if task.role in FILING_ROLES:
        return {}
    return {
        node.id: node.name or node.id
        for node in engine.targets(task)
        if model.role_of(node) not in FILING_ROLES
    }


@transaction.atomic
def confirm(mending: Mending, *, by: User) -> Step | None:
    """Does what was proposed; None when it was done before.

    Raises NotAllowed (no right, or the same person), WrongState (settled otherwise, or the case has
    moved on meanwhile: decline it then).
    """
    locked = _locked(mending)
    if locked.state == Mending.State.DONE:
        return None
    if locked.state != OPEN:
        raise WrongState(_("该处置办法已撤销或者未获同意。"), code="settled")
    if locked.proposed_by_id == by.pk:
        raise NotAllowed(_("提出人不能自行确认，须由另一名管理员确认。"), code="four_eyes")
    if not may_confirm(by, locked):
        raise NotAllowed(_("只有本市的流程管理员或者安全管理员可以确认。"), code="no_right")
    application = locked.application
    step = _done(locked, _running(application), by)
    _settle(locked, Mending.State.DONE, by, step.blocked)
    record(application.stream, "mending_confirmed", actor=by, data=_told(locked))
    follow(application, step, by=by)
    return step


def _done(mending: Mending, process: Process, by: User) -> Step:
    if mending.way == Way.RETRY or mending.task_id is None:
        return operations.retry(process, by)
    facts = {"mending": mending.pk, "proposed_by": mending.proposed_by_id, "reason": mending.reason}
    if mending.way == Way.SKIP:
        return engine.skip(
            mending.task_id, flow=mending.flow, outcome=mending.outcome, by=by, facts=facts
        )
    return engine.move(mending.task_id, target=mending.target, by=by, facts=facts)


@transaction.atomic
def decline(mending: Mending, *, by: User, reason: str = "") -> Mending:
    """Takes the proposal away: its author withdraws it, a second person declines it."""
    locked = _locked(mending)
    if locked.state != OPEN:
        return locked
    own = locked.proposed_by_id == by.pk
    if not own and not may_confirm(by, locked):
        raise NotAllowed(_("只有本市的流程管理员或者安全管理员可以确认。"), code="no_right")
    state = Mending.State.WITHDRAWN if own else Mending.State.DECLINED
    _settle(locked, state, by, reason.strip()[:200])
    record(locked.application.stream, f"mending_{state.value}", actor=by, data=_told(locked))
    return locked


def _locked(mending: Mending) -> Mending:
    rows = Mending.objects.select_for_update(of=("self",))
    found = rows.select_related("application__process", "application__applicant").filter(
        pk=mending.pk
    )
    locked = found.first()
    if locked is None:
        raise NotVisible
    return locked


def _settle(mending: Mending, state: Mending.State, by: User, answer: str) -> None:
    mending.state = state
    mending.settled_by, mending.settled_at, mending.answer = by, clock.now(), answer[:200]
    mending.save(update_fields=["state", "settled_by", "settled_at", "answer"])


def _told(mending: Mending) -> dict[str, Any]:
    names = ("way", "element", "flow", "outcome", "target", "fault", "reason", "answer")
    told = {name: getattr(mending, name) for name in names}
    told |= {"mending": mending.pk, "proposed_by": mending.proposed_by_id}
    return {name: str(value) if name == "way" else value for name, value in told.items() if value}
