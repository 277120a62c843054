"""The papers of the counter: receipt of filing (D00), acceptance (D01), correction (D02).

Each is issued in the transaction of its act; the slice that knows the act calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from approvals.applications.models import Application, CorrectionOverride, CorrectionRequest
from approvals.applications.selectors import filed_attachments
from approvals.applications.services.course import DECISION_WORKDAYS
from approvals.notices.case_words import in_groups, long_rows, material_rows
from approvals.notices.models import Paper
from approvals.notices.services.issuing import Order, issue_for_case
from journal.services import Actor
from organizations.models import User
from workflows.models import Task

RECEIPT = "receipt"


def receipt(case: Application, _opened: Sequence[Task], by: User) -> None:
    """收件凭证 of the filing, once; what the applicant does later has words of its own."""
    if Paper.objects.filter(application=case, kind=RECEIPT).exists():
        return
    rows = material_rows(case, filed_attachments(case))
    facts = {
        "material_sha256": in_groups(case.submitted_sha256),
        "material_count": len(rows),
        "materials": rows,
    }
    issue_for_case(case, Order(RECEIPT, facts, about="filing"), by=by)


def acceptance(case: Application, *, by: Actor | None, deemed: bool = False) -> Paper | None:
    """受理通知书, by hand or because nobody reacted in time."""
    if case.accepted_at is None:
        return None
    facts: dict[str, Any] = {
        "accepted_on": case.accepted_at,
        "term": _term(case),
        "due_on": case.due_on,
        "provisional": _provisional() if case.due_provisional else "",
        "materials": material_rows(case, filed_attachments(case)),
    }
    key = "acceptance_deemed" if deemed else "acceptance"
    return issue_for_case(case, Order(key, facts, about="acceptance"), by=by)


def _provisional() -> str:
    return "办结日期跨入尚未公布节假日安排的年度，为暂定日期；安排公布后如有变化，另行告知。"


def _term(case: Application) -> int:
    said = case.program.content.get("deadlines", {}).get("decision", {})
    return int(said.get("days", DECISION_WORKDAYS))


def correction(request: CorrectionRequest, *, by: User) -> Paper | None:
    """补正通知书: every defect at once. What is returned after acceptance is no 补正 and has none;
    an organ that has no series for it (a county) tells the applicant in the system alone."""
    case = request.application
    if request.is_return or request.organ is None or request.due_on is None:
        return None
    facts = {
        "correct_by": request.due_on,
        "defect_count": len(request.items),
        "leave": _leave(request),
        "defects": [
            row
            for number, item in enumerate(request.items, start=1)
            for row in long_rows([str(number), item["label"]], item["problem"])
        ],
    }
    order = Order("correction", facts, about=f"correction:{request.pk}", organs=(request.organ,))
    return issue_for_case(case, order, by=by)


def _leave(request: CorrectionRequest) -> str:
    """A second notice about something old says who allowed it (C12)."""
    used = CorrectionOverride.objects.filter(used_by=request).first()
    if used is None:
        return ""
    return f"本次为再次告知，已经批准，理由：{used.reason}"
