"""催办 (C8): a reminder and nothing else; no state, no clock, no right changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES, may_supervise
from approvals.applications.selectors import is_own
from approvals.applications.services.sight import locked_in_sight, require_version
from approvals.deadlines.services.gate import HANDLE, may
from approvals.notifications.services import notify
from approvals.reviews.notifications import addressees
from approvals.supervision import idempotency
from approvals.supervision.models import Side, Urge
from approvals.supervision.progress import Progress, progress_of
from approvals.supervision.rules import has_passed, rules_of
from journal.services import record
from organizations.models import User
from workflows.calendar import add_workdays, workdays_between
from workflows.errors import AlreadyDecided, NotAllowed, NotVisible, WrongState
from workflows.models import Task

KIND = "urge"
TEXT_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nobody may urge now: a code, a sentence, and the day from which he may, if known."""

    code: str
    sentence: str
    again_on: date | None = None


@transaction.atomic
def urge_case(
    application_pk: int, *, actor: User, key: str, expected_version: int, reason: str = ""
) -> list[Urge]:
    """The applicant reminds whoever has his case: every seat that is open at an office.

    At most once in five working days, only after half of the term (`rules`), never while the case
    waits for himself. Raises NotVisible, NotAllowed, KeyReused, Stale, WrongState
    (`nothing_open`, `waits_for_applicant`, `too_early`, `urged_lately`).
    """
    case = locked_in_sight(application_pk, actor)
    payload = {"case": application_pk, "reason": reason}
    if idempotency.earlier(key, actor, payload) is not None:
        return []
    if not is_own(actor, case):
        raise NotAllowed(_("只有申请单位可以催办本单位的申请；工作人员请在任务页面催办。"))
    require_version(case, expected_version)
    tasks = open_tasks(case)
    _stop(refusal_for_applicant(case, tasks))
    idempotency.remember(key, actor, payload)
    seats = [task for task in tasks if task.role not in FILING_ROLES]
    return [_told(case, task, actor, Side.APPLICANT, reason) for task in seats]


@transaction.atomic
def urge_seat(
    task_pk: int, *, actor: User, key: str, expected_version: int, reason: str = ""
) -> list[Urge]:
    """The office that handles the case, or a supervisor, reminds the holders of one seat.

    Once per working day and seat. Raises NotVisible, NotAllowed, KeyReused, Stale, AlreadyDecided,
    WrongState (`task_closed`, `own_seat`, `waits_for_applicant`, `urged_today`).
    """
    task = Task.objects.filter(pk=task_pk).exclude(role="").first()
    case = Application.objects.filter(process=task.process_id).first() if task else None
    if task is None or case is None:
        raise NotVisible
    case = locked_in_sight(case.pk, actor)
    payload = {"task": task_pk, "reason": reason}
    if idempotency.earlier(key, actor, payload) is not None:
        return []
    side = side_of(actor, case)
    if side is None:
        raise NotAllowed(_("只有承办机关的经办人员和监督人员可以催办。"))
    require_version(case, expected_version)
    seat = _open_seat(task_pk)
    _stop(refusal_for_seat(case, seat, actor))
    idempotency.remember(key, actor, payload)
    return [_told(case, seat, actor, side, reason)]


def side_of(actor: User, case: Application) -> Side | None:
    """Supervisor of the city, or somebody of the office that handles the case; else None."""
    if is_own(actor, case):
        return None
    if may_supervise(actor, case.applicant):
        return Side.SUPERVISOR
    return Side.OWNER if may(actor, case, HANDLE) else None


def open_tasks(case: Application) -> list[Task]:
    """Every open human task of the case, the applicant's too; one query."""
    rows = Task.objects.filter(process_id=case.process_id, is_open=True).exclude(role="")
    return list(rows.select_related("owner", "organ").order_by("pk"))


def refusal_for_applicant(
    case: Application, tasks: Sequence[Task], progress: Progress | None = None
) -> Refusal | None:
    """Why the applicant may not urge today; None = he may."""
    if all(task.role in FILING_ROLES for task in tasks):
        return Refusal("nothing_open", _("目前没有等待办理的环节，无需催办。"))
    known = progress or progress_of(case, tasks)
    if known.waits_for_applicant:
        return _waiting_for_applicant()
    rules = rules_of(case.program.content)
    if (
        known.used is None
        or known.limit is None
        or not has_passed(known.used, known.limit, rules.urge_after)
    ):
        return Refusal("too_early", _("办理时限过半后才可以催办。"))
    last = case.urges.filter(side=Side.APPLICANT).order_by("-at").first()
    if last is None:
        return None
    day = last.at.astimezone(clock.BEIJING).date()
    if workdays_between(day, clock.today()) >= rules.urge_every:
        return None
    again = add_workdays(day, rules.urge_every).day
    words = {"days": rules.urge_every, "day": again.isoformat()}
    return Refusal(
        "urged_lately",
        _("每%(days)s个工作日可催办一次，%(day)s起可再次催办。") % words,
        again,
    )


def refusal_for_seat(case: Application, seat: Task, actor: User) -> Refusal | None:
    """Why this seat may not be urged today by the office or a supervisor; None = it may."""
    if seat.role in FILING_ROLES or progress_of(case, open_tasks(case)).waits_for_applicant:
        return _waiting_for_applicant()
    if seat.owner_id == actor.pk:
        return Refusal("own_seat", _("这项任务由您本人办理，无需催办。"))
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    today = case.urges.filter(task=seat, at__gte=midnight).exclude(side=Side.APPLICANT)
    if today.exists():
        return Refusal("urged_today", _("今天已经催办过这项任务，每个工作日只能催办一次。"))
    return None


def _waiting_for_applicant() -> Refusal:
    sentence = _("正在等待申请人补正或者说明，办理时限未在计算，不能催办。")
    return Refusal("waits_for_applicant", sentence)


def _stop(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise WrongState(refusal.sentence, code=refusal.code)


def _open_seat(task_pk: int) -> Task:
    """The seat, read again under the lock."""
    seat: Task = Task.objects.select_related("owner", "organ", "actor").get(pk=task_pk)
    if seat.outcome or (seat.actor is not None and not seat.is_open):
        raise AlreadyDecided(seat.actor.name if seat.actor else "", seat.finished)
    if not seat.is_open:
        raise WrongState(_("这项任务已关闭，无需催办。"), code="task_closed")
    return seat


def _told(case: Application, seat: Task, actor: User, side: Side, reason: str) -> Urge:
    text = reason.replace("\x00", "").strip()[:TEXT_LENGTH]
    urge = Urge.objects.create(
        application=case, task=seat, by=actor, side=side, text=text, at=clock.now()
    )
    told = addressees(seat)
    notify(
        [person for person in told if person.pk != actor.pk],
        kind=KIND,
        title=_("催办：%(step)s（%(number)s）") % {"step": seat.title, "number": case.number},
        body=text,
        link=f"/tasks/{seat.pk}/",
        key=urge.notification_key,
        case=case.stream,
    )
    facts = {"task": seat.pk, "step": seat.title, "side": side.value, "told": len(told)}
    record(case.stream, "urged", actor=actor, data=facts)
    return urge
