"""督办 (C9): open, reply, insist, raise, close. Nothing here gives a right to decide."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.applications.services.sight import locked_in_sight
from approvals.notifications.services import notify
from approvals.supervision import idempotency
from approvals.supervision.addressees import addressed
from approvals.supervision.levels import Level
from approvals.supervision.models import (
    TEXT_LENGTH,
    OrderEntry,
    Step,
    Subject,
    SupervisionOrder,
)
from approvals.supervision.sight import may_close, may_reply, order_for
from journal.services import record
from organizations.models import Organ, User
from organizations.permissions import Permission, can
from workflows.errors import NotAllowed, WrongState
from workflows.models import Task

KIND = "supervision"
URGENT = "supervision_red"
LONGEST_DAYS = 366


@transaction.atomic
def open_order(
    *,
    actor: User,
    key: str,
    level: Level,
    organ: Organ,
    demand: str,
    due_on: date,
    application_pk: int | None = None,
    target: str = "",
) -> SupervisionOrder:
    """A supervisor demands a written answer of an organ: about a case, its work or a target.

    Raises NotVisible (a case he does not read), NotAllowed, KeyReused, WrongState (`no_demand`,
    `bad_due`, `not_involved`).
    """
    case = locked_in_sight(application_pk, actor) if application_pk is not None else None
    payload = {
        "level": level.value,
        "organ": organ.pk,
        "demand": demand,
        "due": due_on.isoformat(),
        "case": application_pk,
        "target": target,
    }
    done = idempotency.earlier(key, actor, payload)
    if done is not None and done.order is not None:
        return done.order
    right = can(actor, Permission.SUPERVISE_CASE, organ)
    if not right:
        raise NotAllowed(right.reason)
    _check(case, organ, due_on)
    order = SupervisionOrder(
        city=organ.city,
        level=level,
        subject=_subject(case, target),
        application=case,
        organ=organ,
        target=_cleaned(target)[:200],
        issuer=actor,
        demand=_required(demand, "no_demand", _("请写明督办要求。")),
        due_on=due_on,
    )
    _issue(order, actor)
    idempotency.remember(key, actor, payload, order)
    return order


@transaction.atomic
def reply(order_pk: int, *, actor: User, key: str, reason: str) -> SupervisionOrder:
    """The addressee answers in writing (`reason`); the order then waits for the issuer's check.

    Raises NotVisible, NotAllowed, KeyReused, WrongState (`order_closed`, `no_text`).
    """
    order, replayed = _entered(order_pk, actor, key, {"reply": order_pk, "text": reason})
    if replayed:
        return order
    if not may_reply(actor, order):
        raise NotAllowed(_("只有被督办机构的在岗人员可以答复。"))
    _still_open(order)
    text = _required(reason, "no_text", _("请写明办理情况。"))
    order.answered = True
    order.save(update_fields=["answered"])
    _line(order, Step.REPLIED, actor, text)
    if order.issuer is not None:
        _tell(order, [order.issuer], _("督办已答复：%(what)s"), f"reply:{key}")
    return order


@transaction.atomic
def insist(order_pk: int, *, actor: User, key: str, reason: str, due_on: date) -> SupervisionOrder:
    """The issuer finds the answer wanting: what is missing, and by when.

    Raises NotVisible, NotAllowed, KeyReused, WrongState (`order_closed`, `not_answered`, `no_text`,
    `bad_due`).
    """
    payload = {"insist": order_pk, "text": reason, "due": due_on.isoformat()}
    order, replayed = _of_issuer(order_pk, actor, key, payload)
    if replayed:
        return order
    text = _required(reason, "no_text", _("请写明需要补充或者重报的内容。"))
    _check(None, order.organ, due_on)
    _ask_again(order, Level(order.level), due_on)
    _line(order, Step.INSISTED, actor, text)
    _tell(order, addressed(order), _("督办退回重报：%(what)s"), f"insist:{key}")
    return order


@transaction.atomic
def close_order(order_pk: int, *, actor: User, key: str, reason: str) -> SupervisionOrder:
    """销号: only the issuer (of an automatic order any supervisor of the city), after the check.

    Raises NotVisible, NotAllowed, KeyReused, WrongState (`order_closed`, `not_answered`,
    `no_text`).
    """
    order, replayed = _of_issuer(order_pk, actor, key, {"close": order_pk, "text": reason})
    if replayed:
        return order
    finish(order, actor, _required(reason, "no_text", _("请写明核查意见。")))
    return order


def finish(order: SupervisionOrder, by: User | None, text: str) -> None:
    """Closes a locked order; by nobody: its case has ended."""
    order.closed_at, order.closed_by, order.closing = clock.now(), by, text
    order.save(update_fields=["closed_at", "closed_by", "closing"])
    _line(order, Step.CLOSED, by, text)


def raise_level(order: SupervisionOrder, level: Level, due_on: date, reason: str) -> None:
    """A locked order goes up: silence, or the clock. Its addressee is asked anew."""
    _ask_again(order, level, due_on)
    _line(order, Step.RAISED, None, reason)
    title = _("%(level)s：%(what)s")
    _tell(order, addressed(order), title, f"order:{order.pk}:{level.value}:{due_on}")


def issue_automatic(
    case: Application, organ: Organ, level: Level, demand: str, due_on: date
) -> SupervisionOrder:
    """The clock's own order, for a locked case."""
    order = SupervisionOrder(
        city=case.city,
        level=level,
        subject=Subject.CASE,
        application=case,
        organ=organ,
        demand=demand,
        due_on=due_on,
    )
    _issue(order, None)
    return order


def _issue(order: SupervisionOrder, by: User | None) -> None:
    order.issued_at = order.asked_at = clock.now()
    order.save()
    facts = {"order": order.pk, "level": order.level, "organ": order.organ.key}
    record(
        order.stream,
        "supervision_opened",
        actor=by,
        data={**facts, "subject": order.subject, "due_on": order.due_on.isoformat()},
    )
    _tell(order, addressed(order), _("%(level)s：%(what)s"), f"order:{order.pk}")


def _entered(
    order_pk: int, actor: User, key: str, payload: dict[str, Any]
) -> tuple[SupervisionOrder, bool]:
    """Locks case (if any), then order; sight and key asked under the locks."""
    order = order_for(actor, order_pk)
    if order.application_id is not None:
        locked_in_sight(order.application_id, actor)
    locked = SupervisionOrder.objects.select_for_update().get(pk=order_pk)
    locked.organ, locked.application, locked.issuer = order.organ, order.application, order.issuer
    if idempotency.earlier(key, actor, payload) is not None:
        return locked, True
    idempotency.remember(key, actor, payload, locked)
    return locked, False


def _of_issuer(
    order_pk: int, actor: User, key: str, payload: dict[str, Any]
) -> tuple[SupervisionOrder, bool]:
    """The same for who checks the answer."""
    order, replayed = _entered(order_pk, actor, key, payload)
    if replayed:
        return order, True
    if not may_close(actor, order):
        raise NotAllowed(_("只有督办的发出人可以核查和销号。"))
    _still_open(order)
    if not order.answered:
        raise WrongState(_("被督办机构尚未书面答复，不能核查。"), code="not_answered")
    return order, False


def _ask_again(order: SupervisionOrder, level: Level, due_on: date) -> None:
    order.level, order.due_on, order.asked_at = level, due_on, clock.now()
    order.answered = False
    order.save(update_fields=["level", "due_on", "asked_at", "answered"])


def _line(order: SupervisionOrder, step: Step, by: User | None, text: str) -> None:
    OrderEntry.objects.create(
        order=order, step=step, by=by, at=clock.now(), text=text, level=order.level
    )
    facts = {"order": order.pk, "level": order.level, "text": text}
    record(order.stream, f"supervision_{step.value}", actor=by, data=facts)


def _tell(order: SupervisionOrder, people: list[User], title: str, key: str) -> None:
    words = {"level": order.get_level_display(), "what": subject_words(order)}
    notify(
        people,
        kind=URGENT if order.level == Level.RED else KIND,
        title=title % words,
        link=f"/supervision/{order.pk}/",
        key=key,
        case=order.stream if order.application_id is not None else "",
    )


def subject_words(order: SupervisionOrder) -> str:
    """What is supervised, in a word that may go by mail: a number, an organ, a target."""
    if order.application is not None:
        return str(order.application.number)
    return order.target or order.organ.short_name


def _subject(case: Application | None, target: str) -> Subject:
    if case is not None:
        return Subject.CASE
    return Subject.TARGET if _cleaned(target) else Subject.ORGAN


def _check(case: Application | None, organ: Organ, due_on: date) -> None:
    days = (due_on - clock.today()).days
    if not 0 <= days <= LONGEST_DAYS:
        raise WrongState(_("答复期限应为今天起一年以内的日期。"), code="bad_due")
    if case is not None and organ.pk not in {one.pk for one in organs_of(case)}:
        raise WrongState(
            _("该机构没有办理过这件申请，请选择承办环节所在的机构。"), code="not_involved"
        )


def organs_of(case: Application) -> list[Organ]:
    """The offices that hold or held a seat of the case; two queries."""
    seats = Task.objects.filter(process_id=case.process_id).exclude(role__in=[*FILING_ROLES, ""])
    return list(Organ.objects.filter(pk__in=seats.values("organ_id")).order_by("pk"))


def _still_open(order: SupervisionOrder) -> None:
    if order.closed_at is not None:
        raise WrongState(_("这份督办单已经销号。"), code="order_closed")


def _required(text: str, code: str, sentence: str) -> str:
    cleaned = _cleaned(text)
    if not cleaned:
        raise WrongState(sentence, code=code)
    return cleaned[:TEXT_LENGTH]


def _cleaned(text: str) -> str:
    return text.replace("\x00", "").strip()
