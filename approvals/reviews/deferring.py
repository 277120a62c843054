"""容缺受理 by the official who accepts (C14), and what an open item forbids until it is cured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.applications.completeness import missing_slots
from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.applications.rights import may_supervise
from approvals.applications.selectors import filed_attachments
from approvals.applications.services.curing import open_items
from approvals.applications.services.deferral import DEFERRAL, Deferral, Promise, defer
from approvals.applications.services.locking import locked
from approvals.applications.services.slips import ACCEPTING, is_accepting
from approvals.programs.form_schema import slots_of
from approvals.reviews import desk, steps
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from organizations.models import User
from workflows import operations
from workflows.models import Task
from workflows.nodes.seat import SIGNER
from workflows.nodes.signers import PARALLEL
from workflows.operations import Step
from workflows.seating import decides_alone

REFUSING = "not_accept"
DECIDING = frozenset({"approve", "sign"})
"""Outcomes that take a decision, at a step that proposes the verdict or signs the paper."""
VERDICT = "verdict"
"""The variable in which a diagram keeps what is proposed (docs/flows.md)."""


@transaction.atomic
def accept_with_deferred(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    statement: Statement,
    items: Sequence[Deferral],
    commitment: Promise | None = None,
) -> Step:
    """Accepts the case without the named items; `statement` is what an acceptance says anyway.

    Raises the errors of `decide_task`, and WrongStateError of `deferral.defer` (its codes) or with
    code `not_at_intake`. Nothing is done when anything is refused.
    """
    said = _said(statement, items, commitment)
    act = operations.begin(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload=said.as_payload(),
    )
    if act.replayed is not None:
        return act.replayed
    case = locked(Application.objects.only("pk").get(process_id=act.process.pk).pk)
    if not is_accepting(act.task) or case.accepted_at is not None:
        message = _("只有受理环节、受理之前可以容缺受理。")
        raise WrongStateError(message, code="not_at_intake")
    if not decides_alone(act.task):
        message = _("本环节还有加签人未办理；请先减签或者等待其意见，再容缺受理。")
        raise WrongStateError(message, code="signers_are_asked")
    defer(case, items, commitment, by=actor)
    return decide_task(
        task_id, actor=actor, key=key, expected_version=expected_version, statement=said
    )


def _said(statement: Statement, items: Sequence[Deferral], commitment: Promise | None) -> Statement:
    """With the items and the promise: part of what the key is bound to, kept with the opinion and
    as a variable of the process, which says for ever that the case was accepted so."""
    promise = (
        {"signatory": commitment.signatory, "signed_on": commitment.signed_on.isoformat()}
        if commitment is not None
        else None
    )
    told = {"items": [item.as_row() for item in items], "promise": promise}
    return replace(statement, outcome=ACCEPTING, values={**statement.values, DEFERRAL: told})


def is_deciding(task: Task, outcome: str) -> bool:
    """Would this outcome decide the case or sign its paper?"""
    verdict = task.flow_task.element.attributes.get("result") == VERDICT
    return outcome in DECIDING and (verdict or steps.shows_draft(task))


def objection(application: Application, task: Task, outcome: str) -> str:
    """What must not be done now; asks the database only where something may be deferred. Who only
    gives advice (signers before and after, who is consulted) decides nothing."""
    if task.data.get(SIGNER, PARALLEL) != PARALLEL:
        return ""
    if outcome == REFUSING and application.accepted_at is not None:
        return _("本申请已于 %(day)s 受理，不能再作不予受理；不符合条件的，在拟定意见时提出。") % {
            "day": application.accepted_at.isoformat()
        }
    if outcome == ACCEPTING and is_accepting(task):
        return _without_missing(application)
    process = application.process
    if process is None or not is_deciding(task, outcome) or DEFERRAL not in process.data:
        return ""
    waiting = open_items(application)
    if not waiting:
        return ""
    named = "、".join(f"{item.label}（{item.due_on.isoformat()}）" for item in waiting)
    return _("容缺材料尚未补齐，不能作出决定：%(named)s。") % {"named": named}


def _without_missing(application: Application) -> str:
    """A plain acceptance needs every required material that is not deferred."""
    slots = slots_of(application.program.content)
    if not any(slot.required and slot.deferrable for slot in slots):
        return ""
    missing = missing_slots(application.program.content, filed_attachments(application))
    deferred = {item.slot for item in open_items(application)} if missing else set()
    named = "、".join(slot.label for slot in missing if slot.key not in deferred)
    if not named:
        return ""
    return _("还缺“%(named)s”：请办理容缺受理，或者一次性告知补正。") % {"named": named}


def acts_on_material(application: Application, task: Task, user: User) -> Sequence[desk.Act]:
    """What may be done about the material beside deciding; at most two queries, for supervisors."""
    found = []
    before = application.accepted_at is None and not application.is_closed
    if task.is_open and before and is_accepting(task):
        slip = reverse("applications:slip", args=[application.pk])
        found.append(desk.Act(_("当场更正明显笔误"), slip, order=60))
        if any(slot.deferrable for slot in slots_of(application.program.content)):
            address = reverse("reviews:defer", args=[task.pk])
            found.append(desk.Act(_("容缺受理"), address, order=55))
    if before and application.version > 1 and may_supervise(user, application.applicant):
        leave = reverse("applications:second_request", args=[application.pk])
        found.append(desk.Act(_("批准再次补正"), leave, order=65))
    if application.process is not None and DEFERRAL in application.process.data:
        items = reverse("applications:deferred", args=[application.pk])
        found.append(desk.Act(_("查看容缺事项"), items, order=70))
    return found


def register_all() -> None:
    """Called once at start-up."""
    desk.register_objection(objection)
    desk.register_acts(acts_on_material)
