"""Asking the applicant and answering in place. A question stops no clock and changes no material;
what must change is returned for correction (C6, C12)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.acts import already_done, remember
from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES, require_member
from approvals.applications.services.locking import locked
from approvals.inquiries.gate import seat_of
from approvals.inquiries.models import Question
from approvals.inquiries.models.question import Target
from approvals.inquiries.terms import days_to_answer
from approvals.notifications.services import notify
from approvals.programs.form_schema import form_of, slots_of
from journal.services import record
from organizations.models import Membership, User
from workflows.calendar import add_workdays
from workflows.errors import NotVisible

KIND = "question"
OPEN_AT_ONCE = 20
"""Open questions of one case: more of them is a return for correction, not a dialogue."""


@transaction.atomic
def ask(
    task_id: int, *, actor: User, key: str, expected_version: int, target: str, text: str
) -> Question:
    """Asks about `case`, `field:<key>` or `slot:<key>`; the same key again answers the first one.

    Raises `workflows.errors.OperationError`, WrongStateError, KeyReusedError.
    """
    seat = seat_of(task_id, actor=actor, key=key, expected_version=expected_version)
    case, payload = seat.application, {"task": task_id, "target": target, "text": text}
    if already_done(case, key, "ask", payload):
        return Question.objects.get(application=case, key=key)
    kind, target_key, label = _target(case, target)
    if not text.strip():
        raise WrongStateError(_("请写明要询问的问题。"))
    if Question.objects.filter(application=case, answered_at=None, withdrawn_at=None).count() >= (
        OPEN_AT_ONCE
    ):
        raise WrongStateError(
            _("该申请已有 %(most)s 个未答复的问题；需要修改材料的，请退回补正。")
            % {"most": OPEN_AT_ONCE}
        )
    question = Question.objects.create(
        application=case,
        key=key,
        task_id=task_id,
        target=kind,
        target_key=target_key,
        label=label,
        text=text.strip(),
        asked_by=actor,
        organ=seat.organ,
        asked_at=clock.now(),
        due_on=add_workdays(clock.today(), days_to_answer(case)).day,
    )
    remember(case, key, "ask", payload)
    told = {"question": question.pk, "about": label or kind, "text": question.text}
    record(case.stream, "question_asked", actor=actor, data=told)
    notify(
        _applicant_people(case),
        kind=KIND,
        title=_("%(organ)s就申请 %(number)s 提出询问，请在线答复")
        % {"organ": seat.organ.name, "number": case.number},
        link=f"/applications/{case.pk}/#questions",
        key=f"question:{question.pk}",
        case=case.stream,
    )
    return question


def _target(case: Application, target: str) -> tuple[str, str, str]:
    """(kind, key, label) of what the question is bound to."""
    kind, _colon, key = target.partition(":")
    content = case.program.content
    known = {
        Target.FIELD: {field.key: field.label for field in form_of(content).fields()},
        Target.SLOT: {slot.key: slot.label for slot in slots_of(content)},
    }
    if kind == Target.CASE and not key:
        return Target.CASE.value, "", ""
    if kind in (Target.FIELD, Target.SLOT) and key in known[Target(kind)]:
        return kind, key, known[Target(kind)][key]
    raise WrongStateError(_("申请表和材料清单中没有“%(key)s”这一项。") % {"key": target})


def _applicant_people(case: Application) -> list[User]:
    held = Membership.objects.valid_on(clock.today()).filter(
        organ=case.applicant_id, role__in=FILING_ROLES
    )
    return list(User.objects.filter(pk__in=held.values("user_id"), is_active=True))


@transaction.atomic
def answer(application: Application, question_id: int, *, by: User, text: str) -> Question:
    """The applicant answers; who asked is told. Sent twice with the same words it is one answer.

    Raises NotAllowedError, WrongStateError, NotVisible.
    """
    case = locked(application.pk)
    require_member(by, case.applicant_id)
    question = Question.objects.filter(application=case, pk=question_id).first()
    if question is None:
        raise NotVisible
    given = text.strip()
    if question.answered_at is not None and question.answer == given:
        return question
    if not question.is_open or case.is_closed:
        raise WrongStateError(_("这个问题已答复或者已撤销，不需要再答复。"))
    if not given:
        raise WrongStateError(_("请填写答复内容。"))
    question.answer, question.answered_by, question.answered_at = given, by, clock.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    told = {"question": question.pk, "answer": given}
    record(case.stream, "question_answered", actor=by, data=told)
    notify(
        [question.asked_by],
        kind=KIND,
        title=_("申请 %(number)s 的询问已有答复") % {"number": case.number},
        link=f"/tasks/{question.task_id}/#questions",
        key=f"answer:{question.pk}",
        case=case.stream,
    )
    return question


@transaction.atomic
def withdraw_question(
    task_id: int, question_id: int, *, actor: User, key: str, expected_version: int
) -> Question:
    """Who could ask may take an unanswered question back; it stays on record."""
    seat = seat_of(task_id, actor=actor, key=key, expected_version=expected_version)
    question = Question.objects.filter(application=seat.application, pk=question_id).first()
    if question is None:
        raise NotVisible
    if question.withdrawn_at is not None:
        return question
    if question.answered_at is not None:
        raise WrongStateError(_("申请人已经答复，问题不能撤销。"))
    question.withdrawn_at = clock.now()
    question.save(update_fields=["withdrawn_at"])
    data = {"question": question.pk}
    record(seat.application.stream, "question_withdrawn", actor=actor, data=data)
    return question
