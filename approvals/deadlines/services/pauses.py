"""What stops the clock by somebody's act: special procedures (art. 45) and suspensions (C15)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.deadlines.models import ClockEvent, Procedure
from approvals.deadlines.rules import decision_rule
from approvals.deadlines.services.gate import HANDLE, cleaned, entered
from approvals.deadlines.services.recomputing import recompute
from approvals.deadlines.services.telling import tell_applicant
from approvals.deadlines.statutory import Kind
from journal.services import record
from organizations.models import User
from workflows.errors import WrongState
from workflows.operations import suspending

AHEAD_DAYS = 60
"""A special procedure may be announced that long before it begins."""
LONGEST_DAYS = 366
"""No announced length beyond a year."""


@transaction.atomic
def special_procedure(
    application_pk: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    reason: str,
    procedure: str,
    starts_on: date,
    expected_on: date,
) -> ClockEvent:
    """Begins a hearing, inspection, appraisal or the like: its days are not counted from
    `starts_on` (included) until it is ended; the applicant is told in writing how long it takes.

    Raises the refusals of the gate; WrongState `unknown_procedure`, `bad_days`, `no_legal_basis`,
    `already_paused`.
    """
    payload = {
        "procedure": procedure,
        "starts_on": starts_on.isoformat(),
        "expected_on": expected_on.isoformat(),
        "reason": reason,
    }
    case, replayed = entered(
        application_pk,
        actor=actor,
        key=key,
        verb="special_procedure",
        payload=payload,
        expected_version=expected_version,
        right=HANDLE,
    )
    if replayed:
        return ClockEvent.objects.get(key=key)
    if procedure not in Procedure.values:
        raise WrongState(_("请选择程序的种类。"), code="unknown_procedure")
    _check_days(starts_on, expected_on)
    row = _pause(
        case,
        ClockEvent.Kind.SPECIAL_PROCEDURE,
        actor,
        key,
        reason=cleaned(reason),
        procedure=procedure,
        at=starts_on,
        expected=expected_on,
    )
    _tell_special(case, row)
    return row


@transaction.atomic
def suspend(
    application_pk: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    reason: str,
    legal_basis: str,
    expected_on: date | None = None,
) -> ClockEvent:
    """Stops the clock from tomorrow until it is resumed; reason and legal basis are obligatory.

    The engine stands still too: nobody acts and no timer fires meanwhile.

    Raises the refusals of the gate; WrongState `basis_missing`, `bad_days`, `no_legal_basis`,
    `already_paused`.
    """
    expected = expected_on.isoformat() if expected_on is not None else None
    payload = {"reason": reason, "legal_basis": legal_basis, "expected_on": expected}
    case, replayed = entered(
        application_pk,
        actor=actor,
        key=key,
        verb="suspend",
        payload=payload,
        expected_version=expected_version,
        right=HANDLE,
    )
    if replayed:
        return ClockEvent.objects.get(key=key)
    basis = legal_basis.replace("\x00", "").strip()[:200]
    if not basis:
        raise WrongState(_("请写明中止办理的法律依据。"), code="basis_missing")
    if expected_on is not None:
        _check_days(clock.today(), expected_on)
    row = _pause(
        case,
        ClockEvent.Kind.SUSPENSION,
        actor,
        key,
        reason=cleaned(reason),
        legal_basis=basis,
        at=clock.today(),
        expected=expected_on,
    )
    if case.process is not None and case.process.suspended_at is None:
        suspending.suspend(case.process, by=actor, reason=row.reason)
    _tell_suspended(case, row)
    return row


@transaction.atomic
def end_special_procedure(
    application_pk: int, *, actor: User, key: str, expected_version: int, reason: str = ""
) -> ClockEvent:
    """The procedure is over today; tomorrow is counted again. WrongState `not_paused`."""
    return _end(
        application_pk,
        ClockEvent.Kind.SPECIAL_PROCEDURE,
        actor=actor,
        key=key,
        expected_version=expected_version,
        reason=reason,
    )


@transaction.atomic
def resume(
    application_pk: int, *, actor: User, key: str, expected_version: int, reason: str
) -> ClockEvent:
    """恢复办理: tomorrow is counted again. WrongState `not_paused`, `reason_missing`."""
    return _end(
        application_pk,
        ClockEvent.Kind.SUSPENSION,
        actor=actor,
        key=key,
        expected_version=expected_version,
        reason=cleaned(reason),
    )


def _tell_special(case: Application, row: ClockEvent) -> None:
    words = {
        "what": row.get_procedure_display(),
        "start": row.at.isoformat(),
        "end": row.expected.isoformat() if row.expected else "",
        "basis": row.legal_basis,
        "reason": row.reason,
    }
    body = _(
        "自%(start)s起进行%(what)s，预计至%(end)s结束，所需时间不计入办理期限（%(basis)s）。事由：%(reason)s"
    )
    tell_applicant(case, _("特别程序所需时间告知"), body % words)


def _tell_suspended(case: Application, row: ClockEvent) -> None:
    words = {"basis": row.legal_basis, "reason": row.reason}
    body = _("本办件现已中止办理，中止期间不计入办理期限（%(basis)s）。事由：%(reason)s") % words
    tell_applicant(case, _("中止办理告知"), body)


def _check_days(starts_on: date, expected_on: date) -> None:
    today = clock.today()
    if not today <= starts_on <= today + timedelta(days=AHEAD_DAYS):
        raise WrongState(
            _("开始日期应为今日或者%(days)s日以内，不能追溯。") % {"days": AHEAD_DAYS},
            code="bad_days",
        )
    if not starts_on <= expected_on <= starts_on + timedelta(days=LONGEST_DAYS):
        raise WrongState(
            _("预计结束日期不能早于开始日期，最长不超过一年。"),
            code="bad_days",
        )


def _pause(
    case: Application, kind: ClockEvent.Kind, actor: User, key: str, **values: Any
) -> ClockEvent:
    basis = decision_rule(case.program.content).pauses.get(Kind(kind.value))
    if basis is None:
        raise WrongState(
            _("本项目的规定没有列明此项可以中止计算期限，期限照常计算。"), code="no_legal_basis"
        )
    if case.clock_events.filter(until=None).exclude(kind=ClockEvent.Kind.EXTENSION).exists():
        raise WrongState(_("已有尚未结束的中止或特别程序，请先将其结束。"), code="already_paused")
    row = ClockEvent.objects.create(
        application=case,
        kind=kind,
        by=actor,
        key=key,
        recorded_at=clock.now(),
        told_to_applicant_at=clock.now(),
        **{"legal_basis": basis, **values},
    )
    told = {
        "event": row.pk,
        "procedure": row.procedure,
        "at": row.at.isoformat(),
        "expected": row.expected.isoformat() if row.expected else None,
        "reason": row.reason,
        "legal_basis": row.legal_basis,
    }
    record(case.stream, f"{kind.value}_begun", actor=actor, data=told)
    recompute(case.pk, cause=kind.value, by=actor, tell=False)
    return row


def _end(
    application_pk: int,
    kind: ClockEvent.Kind,
    *,
    actor: User,
    key: str,
    expected_version: int,
    reason: str,
) -> ClockEvent:
    case, replayed = entered(
        application_pk,
        actor=actor,
        key=key,
        verb=f"end_{kind.value}",
        payload={"reason": reason},
        expected_version=expected_version,
        right=HANDLE,
    )
    rows = ClockEvent.objects.filter(application=case, kind=kind).order_by("-pk")
    if replayed:
        return rows.exclude(until=None).latest("settled_at")
    row = rows.filter(until=None).first()
    if row is None:
        raise WrongState(_("没有尚未结束的中止或特别程序。"), code="not_paused")
    today = clock.today()
    # one that is ended before it began takes no day
    row.until = today if today >= row.at else row.at - timedelta(days=1)
    row.settled_by, row.settled_at = actor, clock.now()
    row.settled_reason = reason.replace("\x00", "").strip()[:500]
    row.save(update_fields=["until", "settled_by", "settled_at", "settled_reason"])
    told = {"event": row.pk, "until": row.until.isoformat(), "reason": row.settled_reason}
    record(case.stream, f"{kind.value}_ended", actor=actor, data=told)
    if (
        kind == ClockEvent.Kind.SUSPENSION
        and case.process is not None
        and case.process.suspended_at
    ):
        suspending.resume(case.process, by=actor, reason=reason)
    recompute(case.pk, cause=f"{kind.value}_ended", by=actor)
    return row
