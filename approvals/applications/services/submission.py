"""Filing: right, completeness, eligibility, characters, number, start of the flow; one commit."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications import acts, completeness, filing, moves
from approvals.applications.completeness import missing_slots
from approvals.applications.eligibility import assess_application
from approvals.applications.errors import IncompleteError, Problem, WrongStateError
from approvals.applications.models import Application, Attachment, Cause
from approvals.applications.numbering import take_number
from approvals.applications.receipts import receipt_sha256
from approvals.applications.rights import require_member
from approvals.applications.services.deferral import promise
from approvals.applications.services.drafting import require_draft
from approvals.applications.services.locking import locked
from approvals.applications.services.versions import freeze
from approvals.programs.facts import FactsError
from approvals.programs.rules import Assessment
from approvals.programs.selectors import is_open
from organizations.models import User
from workflows import operations
from workflows.models import Task

VERB = "submit"


@transaction.atomic
def submit(application: Application, *, by: User, key: str, promised: bool = False) -> Application:
    """Files the application and starts its flow; the same key again answers the same case.

    `promised`: the applicant declares to hand in later what may be deferred (容缺, C14) and is
    missing; without anything missing the declaration says nothing and is not kept.

    Raises NotAllowedError, KeyReusedError, WrongStateError (filed already, call closed) and
    IncompleteError with every problem at once.
    """
    draft = locked(application.pk)
    require_member(by, draft.applicant_id)
    payload = {"promised": True} if promised else {}
    if acts.already_done(draft, key, VERB, payload):
        return draft
    require_draft(draft)
    _require_open(draft)
    attachments = list(Attachment.objects.filter(application=draft, removed_at=None))
    assessment = _complete(draft, attachments, promised=promised)
    _freeze(draft, assessment, attachments)
    freeze(draft, Cause.FILED, by=by, files=attachments)
    acts.remember(draft, key, VERB, payload)
    deferred = missing_slots(draft.program.content, attachments)
    if deferred:
        promise(draft, deferred, by=by)
    draft.process = operations.start(
        draft.program.flow_key,
        city=draft.city,
        county=draft.county,
        party=draft.applicant,
        by=by,
        data=_variables(draft, assessment),
        journal_stream=draft.stream,
        facts={
            "act": VERB,
            "number": draft.number,
            "sha256": draft.submitted_sha256,
            "amount": _amount_text(assessment),
            **({"promised": [slot.key for slot in deferred]} if deferred else {}),
        },
    )
    draft.save(update_fields=["process"])
    moves.announce(draft, list(Task.objects.filter(process=draft.process, is_open=True)), by)
    return draft


def _require_open(draft: Application) -> None:
    if not is_open(draft.program, clock.today()):
        raise WrongStateError(_("该项目当前不在申报期内，草稿已保留，请在申报期内提交。"))


def _complete(draft: Application, attachments: list[Attachment], *, promised: bool) -> Assessment:
    """The assessment of an application that may be filed; IncompleteError otherwise."""
    problems = completeness.form_problems(draft, attachments, promised=promised)
    if problems:
        raise IncompleteError(problems)
    try:
        assessment = assess_application(draft)
    except FactsError as error:
        raise IncompleteError([_unreadable(fault.path) for fault in error.faults]) from error
    problems = completeness.eligibility_problems(assessment)
    if problems or not assessment.eligible:
        raise IncompleteError(problems)
    reserved = filing.problems_at_filing(draft)
    if reserved:
        raise IncompleteError(reserved)
    return assessment


def _unreadable(path: str) -> Problem:
    message = _("此项缺失或无法用于资格核对，请补充填写。")
    return Problem(completeness.CHECK, "conditions", path, message)


def _freeze(draft: Application, assessment: Assessment, attachments: list[Attachment]) -> None:
    """Number, time, facts and the hash of exactly what was filed."""
    now = clock.now()
    draft.number = take_number(draft.program, now.year)
    draft.submitted_at = now
    draft.amount = assessment.amount
    draft.facts = assessment.as_json()
    draft.submitted_sha256 = receipt_sha256(draft, attachments)
    draft.save(update_fields=["number", "submitted_at", "amount", "facts", "submitted_sha256"])


def _amount_text(assessment: Assessment) -> str | None:
    return None if assessment.amount is None else format(assessment.amount, "f")


def _variables(draft: Application, assessment: Assessment) -> dict[str, Any]:
    """What the flow branches on (docs/flows.md); form data stay in the application."""
    route = draft.program.content.get("route", {})
    variables: dict[str, Any] = {
        "application": draft.pk,
        "direct": draft.applicant.applicant.direct_sponsor_id is not None,
        "departments": list(route.get("departments", ())),
    }
    amount = _amount_text(assessment)
    return variables if amount is None else variables | {"amount": amount}
