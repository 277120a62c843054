"""当场更正 (C12): an obvious slip is mended at the window, before acceptance, and told at once.

One plain field at a time, with its reason. What would change an eligibility condition or the sum is
no slip: it is asked for as a correction.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.applications import acts, completeness, telling
from approvals.applications.comparing.values import comparable
from approvals.applications.eligibility import self_check
from approvals.applications.errors import IncompleteError, WrongStateError
from approvals.applications.forms.sections import SectionForm, stored_as_posted
from approvals.applications.forms.values import display
from approvals.applications.models import Application, Cause
from approvals.applications.services.locking import locked
from approvals.applications.services.versions import renew
from approvals.programs.form_schema import Field, Section, form_of
from journal.services import record
from organizations.models import User
from workflows import operations, queue
from workflows.cases import lock_of_task
from workflows.errors import NotVisible
from workflows.models import Task

VERB = "fix_slip"
REASON_LENGTH = 300
ACCEPTING = "accept"
"""The outcome that marks the step at which a case is accepted."""


def is_accepting(task: Task) -> bool:
    """Is this the step that accepts, or asks for corrections, or refuses acceptance?"""
    return ACCEPTING in task.flow_task.outcomes


def fixable(content: dict[str, Any]) -> list[tuple[Section, Field]]:
    """Questions with one plain answer; tables and chosen people are corrected by the applicant."""
    return [
        (section, field)
        for section in form_of(content).sections
        for field in section.fields
        if field.type not in {"table", "people"}
    ]


@transaction.atomic
def fix_slip(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    field: str,
    value: Any,
    reason: str,
) -> Application:
    """Changes one answer as the official read it; journalled, a new version, told to the applicant.

    `value` is the answer as typed or as JSON. Raises the errors of `operations.begin`,
    IncompleteError for an answer the form would not take, and WrongStateError with code
    `not_at_intake`, `not_a_slip`, `reason_missing`, `unchanged` or `weighty_change`.
    """
    queue.visible_task(actor, task_id)
    process = lock_of_task(task_id)
    if process is None:
        raise NotVisible
    case = locked(Application.objects.only("pk").get(process_id=process.pk).pk)
    reason = reason.replace("\x00", "").strip()[:REASON_LENGTH]
    payload = {"actor": actor.pk, "field": field, "value": value, "reason": reason}
    if acts.already_done(case, key, VERB, payload):
        return case
    act = operations.begin(
        task_id, actor=actor, key=key, expected_version=expected_version, payload=payload
    )
    section, question = _slip(case, act.task, field, reason)
    answer = _answer(case, section, question, value)
    before = case.data.get(field)
    case.data = {**case.data, field: answer}
    version = renew(case, act.process, Cause.SLIP, by=actor)
    acts.remember(case, key, VERB, payload)
    told = {
        "field": field,
        "label": question.label,
        "before": before,
        "after": answer,
        "reason": reason,
        "version": version.version,
    }
    record(case.stream, "slip_fixed", actor=actor, data=told)
    _tell(case, question, before, answer, reason)
    return case


def _slip(case: Application, task: Task, field: str, reason: str) -> tuple[Section, Field]:
    if not is_accepting(task) or case.accepted_at is not None or case.is_closed:
        message = _("只有受理环节、受理之前可以当场更正；受理后需要修改的，请退回并列明事项。")
        raise WrongStateError(message, code="not_at_intake")
    found = next((pair for pair in fixable(case.program.content) if pair[1].key == field), None)
    if found is None:
        message = _("这一项不能当场更正，请列入补正事项，由申请人修改。")
        raise WrongStateError(message, code="not_a_slip")
    if not reason:
        raise WrongStateError(_("请写明更正的理由，申请人会看到。"), code="reason_missing")
    return found


def _answer(case: Application, section: Section, question: Field, value: Any) -> Any:
    """The answer as it will be stored; refuses what is wrong, the same, or more than a slip."""
    data = {**case.data, question.key: value}
    problems = completeness.section_problems(section, data, only={question.key})
    if problems:
        raise IncompleteError(problems)
    form = SectionForm(section, stored_as_posted(section, data), only={question.key})
    answer = form.answers()[question.key]
    if comparable(question, answer) == comparable(question, case.data.get(question.key)):
        raise WrongStateError(_("更正后的内容与原来相同，无需更正。"), code="unchanged")
    _require_slight(case, {**case.data, question.key: answer})
    return answer


def _require_slight(case: Application, data: dict[str, Any]) -> None:
    """The conditions and the sum must come out as before."""
    before, kept = self_check(case).assessment, case.data
    case.data = data
    after, unprintable = self_check(case).assessment, completeness.glyph_problems(case)
    case.data = kept
    if unprintable:
        raise IncompleteError(unprintable)
    if _weight(before) != _weight(after):
        message = _("更正会改变资格条件的核对结果或者测算金额，不属于明显笔误；请列入补正事项。")
        raise WrongStateError(message, code="weighty_change")


def _weight(assessment: Any) -> Any:
    if assessment is None:
        return None
    return (assessment.eligible, assessment.amount, [rule.passed for rule in assessment.rules])


def _tell(case: Application, question: Field, before: Any, after: Any, reason: str) -> None:
    words = {
        "label": question.label,
        "before": display(question, before),
        "after": display(question, after),
        "reason": reason,
    }
    telling.tell_applicant(
        case,
        telling.MATERIAL,
        _("申请内容有一处由窗口当场更正（%(number)s）") % {"number": case.number},
        _(
            "“%(label)s”由“%(before)s”更正为“%(after)s”。理由：%(reason)s。如有不符，请联系受理窗口。"
        )
        % words,
    )
