"""延长期限 (C15, 行政许可法 art. 42): once, proposed by one person, approved by another."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.deadlines.models import ClockEvent
from approvals.deadlines.rules import decision_rule
from approvals.deadlines.services.gate import APPROVE, HANDLE, cleaned, entered
from approvals.deadlines.services.recomputing import recompute
from approvals.deadlines.services.telling import tell_applicant
from approvals.notices.services.issuing import Order, issue_for_case
from journal.services import record
from organizations.models import User
from organizations.roles import Role
from workflows.errors import NotAllowed, WrongState
from workflows.models import Task

State = ClockEvent.State


@transaction.atomic
def propose_extension(
    application_pk: int, *, actor: User, key: str, expected_version: int, reason: str, days: int
) -> ClockEvent:
    """The handler asks for more days; nothing moves before somebody else has approved.

    Raises the refusals of the gate; WrongState `no_extension`, `bad_days`, `already_extended`,
    `already_proposed`, `term_over`.
    """
    case, replayed = entered(
        application_pk,
        actor=actor,
        key=key,
        verb="propose_extension",
        payload={"reason": reason, "days": days},
        expected_version=expected_version,
        right=HANDLE,
    )
    if replayed:
        return ClockEvent.objects.get(key=key)
    rule = decision_rule(case.program.content)
    if rule.extension == 0:
        raise WrongState(_("本项目的规定不允许延长期限。"), code="no_extension")
    if not 1 <= days <= rule.extension:
        raise WrongState(_("延长日数应为1至%(most)s。") % {"most": rule.extension}, code="bad_days")
    _refuse_second(case)
    _refuse_late(case)
    row = ClockEvent.objects.create(
        application=case,
        kind=ClockEvent.Kind.EXTENSION,
        state=State.PROPOSED,
        at=clock.today(),
        days=days,
        reason=cleaned(reason),
        legal_basis=rule.extension_basis,
        by=actor,
        recorded_at=clock.now(),
        key=key,
    )
    told = {"event": row.pk, "days": days, "reason": row.reason}
    record(case.stream, "extension_proposed", actor=actor, data=told)
    return row


def _refuse_second(case: Application) -> None:
    states = set(
        case.clock_events.filter(kind=ClockEvent.Kind.EXTENSION).values_list("state", flat=True)
    )
    if State.IN_FORCE in states:
        raise WrongState(_("期限只能延长一次，本办件已经延长。"), code="already_extended")
    if State.PROPOSED in states:
        raise WrongState(_("已有延长申请待批准。"), code="already_proposed")


def _refuse_late(case: Application) -> None:
    """What has run out cannot be made longer; while the clock stands still it has not run out."""
    if case.due_on is not None and case.due_on < clock.today():
        raise WrongState(_("法定办结日期已过，不能再延长。"), code="term_over")


SETTLED = ("state", "settled_by", "settled_at", "settled_reason", "told_to_applicant_at")
"""What a ruling writes."""


@transaction.atomic
def confirm_extension(
    application_pk: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    approve: bool,
    reason: str = "",
) -> ClockEvent:
    """A leader who handles nothing in the case approves or refuses; the applicant is told why.

    Raises the refusals of the gate; NotAllowed `four_eyes`; WrongState `nothing_proposed`,
    `term_over`, `reason_missing` (a refusal needs one).
    """
    case, replayed = entered(
        application_pk,
        actor=actor,
        key=key,
        verb="confirm_extension",
        payload={"approve": approve, "reason": reason},
        expected_version=expected_version,
        right=APPROVE,
    )
    extensions = ClockEvent.objects.filter(application=case, kind=ClockEvent.Kind.EXTENSION)
    rows = extensions.order_by("-pk")
    if replayed:
        return rows.exclude(settled_at=None).latest("settled_at")
    row = rows.filter(state=State.PROPOSED).first()
    if row is None:
        raise WrongState(_("没有待批准的延长申请。"), code="nothing_proposed")
    if is_handler(actor, case) or row.by_id == actor.pk:
        raise NotAllowed(_("延长期限须由承办人以外的负责人批准。"), code="four_eyes")
    if approve:
        _refuse_late(case)
    row.settled_reason = reason.replace("\x00", "").strip()[:500] if approve else cleaned(reason)
    row.state = State.IN_FORCE if approve else State.REFUSED
    row.settled_by, row.settled_at = actor, clock.now()
    row.told_to_applicant_at = clock.now() if approve else None
    row.save(update_fields=SETTLED)
    told = {"event": row.pk, "days": row.days, "reason": row.settled_reason}
    verb = "extension_confirmed" if approve else "extension_refused"
    record(case.stream, verb, actor=actor, data=told)
    if approve:
        _tell_approved(case, row, actor)
    return row


def _tell_approved(case: Application, row: ClockEvent, actor: User) -> None:
    reckoning = recompute(case.pk, cause="extension", by=actor, tell=False)
    words = {
        "days": row.days,
        "basis": row.legal_basis,
        "reason": row.reason,
        "due": reckoning.due.isoformat() if reckoning.due else _("恢复计算后另行告知"),
    }
    body = _(
        "经批准，办理期限延长%(days)s个工作日（%(basis)s），法定办结日期：%(due)s。理由：%(reason)s"
    )
    tell_applicant(case, _("延长期限告知"), body % words)
    facts = {
        "reason": row.reason,
        "approver": "科技局负责人",
        "days": row.days,
        "due_on": reckoning.due,
        "due_later": "" if reckoning.due else "办理期限目前暂停计算，恢复计算后另行告知办结日期。",
        "extension_basis": row.legal_basis,
    }
    issue_for_case(case, Order("extension", facts, about=f"extension:{row.pk}"), by=actor)


def is_handler(user: User, case: Application) -> bool:
    """Holds or held a seat of the case, other than the leader's own signature."""
    seats = Task.objects.filter(process_id=case.process_id).exclude(role=Role.BUREAU_LEADER.value)
    mine = seats.filter(actor=user) | seats.filter(owner=user, is_open=True)
    return bool(mine.exists())
