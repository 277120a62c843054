"""What follows 容缺受理: handing in, extension for force majeure, the end of the term (C14)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications import acts, telling
from approvals.applications.errors import WrongStateError
from approvals.applications.models import (
    Application,
    Attachment,
    Cause,
    CreditNote,
    DeferredItem,
)
from approvals.applications.rights import require_member, require_supervisor
from approvals.applications.services.course import record_end
from approvals.applications.services.deferral import OVERDUE, watch
from approvals.applications.services.locking import locked
from approvals.applications.services.sight import locked_in_sight, require_version
from approvals.applications.services.versions import renew
from approvals.notifications.services import notify
from jobs import registry
from journal.services import record
from organizations.models import User
from workflows import operations
from workflows.calendar import Due, is_workday
from workflows.cases import lock

HAND_IN = "hand_in_deferred"
EXTEND = "extend_deferred"
NOT_ACCEPTED = "not_accepted"
HOLD_DAYS = 365
"""How long a broken promise bars another, in days, when the program says nothing else."""
REASON_LENGTH = 500
LONGEST_EXTENSION = timedelta(days=366)


def open_items(case: Application) -> list[DeferredItem]:
    """What is still to be handed in, by last day; one query."""
    waiting = case.deferred_items.filter(cured_at=None, cancelled_at=None)
    return list(waiting.order_by("due_on", "pk"))


def handed(case: Application, items: list[DeferredItem]) -> dict[str, bool]:
    """By slot: did a file come after the notice? One query."""
    live = Attachment.objects.filter(
        application=case, slot__in=[item.slot for item in items], removed_at=None
    )
    came = list(live.values_list("slot", "uploaded_at"))
    return {
        item.slot: any(slot == item.slot and at >= item.told_at for slot, at in came)
        for item in items
    }


@transaction.atomic
def hand_in(
    application: Application, *, actor: User, key: str, expected_version: int
) -> list[DeferredItem]:
    """The applicant hands in what he has uploaded; items with a new file are cured.

    Raises NotVisible, NotAllowedError, KeyReusedError, Stale, and WrongStateError with code
    `nothing_deferred` or `nothing_uploaded`.
    """
    case = locked_in_sight(application.pk, actor)
    require_member(actor, case.applicant_id)
    payload = {"actor": actor.pk}
    if acts.already_done(case, key, HAND_IN, payload):
        return list(case.deferred_items.all())
    waiting = [] if case.is_closed else open_items(case)
    if not waiting:
        raise WrongStateError(_("目前没有待补齐的容缺材料。"), code="nothing_deferred")
    require_version(case, expected_version)
    came = handed(case, waiting)
    ready = [item for item in waiting if came[item.slot]]
    if not ready:
        message = _("请先上传所列材料，再提交补齐。")
        raise WrongStateError(message, code="nothing_uploaded")
    acts.remember(case, key, HAND_IN, payload)
    process = case.process
    assert process is not None  # noqa: S101 - a filed case has one
    version = renew(case, process, Cause.DEFERRED, by=actor)
    for item in ready:
        item.cured_at, item.cured_version = clock.now(), version.version
        item.save(update_fields=["cured_at", "cured_version"])
    slots = [item.slot for item in ready]
    told = {"slots": slots, "version": version.version, "still_open": len(waiting) - len(ready)}
    record(case.stream, "deferred_cured", actor=actor, data=told)
    _tell_official(case, ready)
    return ready


def _tell_official(case: Application, items: list[DeferredItem]) -> None:
    takers = {item.told_by for item in items if item.told_by is not None}
    title = _("容缺材料已补齐（%(number)s）") % {"number": case.number}
    body = "、".join(item.label for item in items)
    if takers:
        link = f"/applications/{case.pk}/"
        notify(takers, kind=telling.DEFERRAL, title=title, body=body, link=link, case=case.stream)


@transaction.atomic
def extend_deferred(
    item_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    due_on: date,
    reason: str,
    ground: str = "force_majeure",
) -> DeferredItem:
    """A supervisor gives more time, for force majeure and nothing else; once an item.

    Raises NotVisible, NotAllowedError, KeyReusedError, Stale, and WrongStateError with code
    `not_open`, `only_force_majeure`, `already_extended`, `reason_missing` or `not_later`.
    """
    found = DeferredItem.objects.filter(pk=item_id).values_list("application_id", flat=True)
    case = locked_in_sight(found.first() or 0, actor)
    item = DeferredItem.objects.select_for_update().get(pk=item_id)
    require_supervisor(actor, case.applicant)
    reason = reason.replace("\x00", "").strip()[:REASON_LENGTH]
    payload = {"actor": actor.pk, "item": item_id, "due_on": due_on.isoformat(), "reason": reason}
    if acts.already_done(case, key, EXTEND, payload):
        return item
    require_version(case, expected_version)
    _require_extension(case, item, due_on, reason, ground)
    acts.remember(case, key, EXTEND, payload)
    item.extended_from, item.due_on = item.due_on, due_on
    item.extended_by, item.extension_reason = actor, reason
    item.save(update_fields=["extended_from", "due_on", "extended_by", "extension_reason"])
    watch(item)
    told = {
        "slot": item.slot,
        "from": item.extended_from.isoformat(),
        "to": due_on.isoformat(),
        "ground": ground,
        "reason": reason,
    }
    record(case.stream, "deferred_extended", actor=actor, data=told)
    telling.tell_applicant(
        case,
        telling.DEFERRAL,
        _("容缺材料补齐期限延长至 %(day)s（%(number)s）")
        % {"day": due_on.isoformat(), "number": case.number},
        _("“%(label)s”因不可抗力延期。理由：%(reason)s") % {"label": item.label, "reason": reason},
    )
    return item


def _require_extension(
    case: Application, item: DeferredItem, due_on: date, reason: str, ground: str
) -> None:
    if case.is_closed or not item.is_open:
        raise WrongStateError(_("该事项已补齐或已取消，不能延期。"), code="not_open")
    if ground != "force_majeure":
        message = _("容缺期限只因不可抗力延长。")
        raise WrongStateError(message, code="only_force_majeure")
    if item.extended_from is not None:
        raise WrongStateError(_("该事项已经延期一次，不能再延。"), code="already_extended")
    if not reason:
        raise WrongStateError(_("请写明不可抗力的情形。"), code="reason_missing")
    latest = clock.today() + LONGEST_EXTENSION
    if not item.due_on < due_on <= latest or not is_workday(due_on):
        message = _("新的期限应是原期限 %(day)s 之后、一年以内的工作日。")
        raise WrongStateError(message % {"day": item.due_on.isoformat()}, code="not_later")


@transaction.atomic
def end_overdue(item_id: int) -> bool:
    """At 24:00 of the last day: the acceptance is cancelled, the case ends as not accepted, and the
    broken promise is noted. False when the item was cured, extended, or the case ended before."""
    found = DeferredItem.objects.filter(pk=item_id).values_list(
        "application_id", "application__process_id"
    )
    application_id, process_id = found.first() or (None, None)
    process = lock(process_id) if process_id is not None else None
    if process is None or application_id is None:
        return False
    case = locked(application_id)
    case.process = process
    item = DeferredItem.objects.select_for_update().get(pk=item_id)
    over = clock.now() >= Due(item.due_on, item.due_provisional).moment
    if case.is_closed or not item.is_open or not over:
        return False
    reason = _("容缺材料“%(label)s”逾期未补齐，受理已撤销。") % {"label": item.label}
    operations.cancel(
        process,
        by=None,
        verdict=NOT_ACCEPTED,
        reason=reason,
        phase=NOT_ACCEPTED,
        facts={"act": OVERDUE, "slot": item.slot, "due_on": item.due_on.isoformat()},
    )
    case.deferred_items.filter(cured_at=None, cancelled_at=None).update(cancelled_at=clock.now())
    _note(case, reason)
    record_end(case, verdict=NOT_ACCEPTED)
    return True


def _note(case: Application, reason: str) -> None:
    days = int(case.program.content.get("deferral", {}).get("hold_days", HOLD_DAYS))
    note = CreditNote.objects.create(
        applicant=case.applicant,
        application=case,
        ground=reason,
        noted_at=clock.now(),
        holds_until=clock.today() + timedelta(days=days),
    )
    told = {"number": case.number, "ground": reason, "holds_until": note.holds_until.isoformat()}
    record(case.stream, "acceptance_cancelled", data=told)
    record(f"organ:{case.applicant.city}/{case.applicant.key}", "credit_note", data=told)


def _job(payload: dict[str, Any]) -> None:
    end_overdue(int(payload["item"]))


def register_job() -> None:
    """Called once at start-up."""
    registry.register(OVERDUE, _job)
