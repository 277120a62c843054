"""Check your answers, file, keep the receipt."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.applications.answers import answer_sections, file_lines
from approvals.applications.completeness import (
    CHECK,
    FILES,
    PROFILE,
    eligibility_problems,
    form_problems,
    missing_slots,
)
from approvals.applications.eligibility import self_check
from approvals.applications.errors import IncompleteError, Problem
from approvals.applications.models import Application
from approvals.applications.receipts import receipt_sha256
from approvals.applications.selectors import filed_attachments, live_attachments, own_case
from approvals.applications.services import submit as submit_application
from approvals.applications.views.drafting import section_entries
from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key


@require_safe
@for_people
def check(request: PersonRequest, pk: int) -> HttpResponse:
    """Answers, materials, conditions with their clauses, and the sum, before filing."""
    draft = own_case(request.user, pk)
    if not draft.is_draft:
        return redirect("applications:case", pk=pk)
    return _check_page(request, draft, new_key())


def _check_page(
    request: PersonRequest,
    draft: Application,
    key: str,
    *,
    status: int = 200,
    undeclared: bool = False,
    unpromised: bool = False,
) -> HttpResponse:
    files = live_attachments(draft)
    checked = self_check(draft)
    problems = form_problems(draft, files, promised=True)
    deferrable = missing_slots(draft.program.content, files)
    unmet = eligibility_problems(checked.assessment) if checked.assessment is not None else []
    context: dict[str, Any] = {
        "application": draft,
        "entries": section_entries(draft, "check"),
        "sections": answer_sections(draft),
        "files": file_lines(draft.program.content, files),
        "problems": [(problem, problem_address(draft, problem)) for problem in problems],
        "unmet": unmet,
        "assessment": checked.assessment,
        "result": checked.assessment.as_json() if checked.assessment is not None else None,
        "deferrable": [slot for slot in deferrable if slot.deferrable],
        "unpromised": unpromised,
        "ready": not problems and checked.assessment is not None and not unmet,
        "key": key,
        "undeclared": undeclared,
    }
    return render(request, "applications/check.html", context, status=status)


def problem_address(draft: Application, problem: Problem) -> str:
    """Where a problem is mended."""
    if problem.section == FILES:
        page = reverse("applications:files", args=[draft.pk])
    elif problem.section == CHECK:
        page = ""
    elif problem.section == PROFILE:
        return reverse("applications:profile")
    else:
        page = reverse("applications:edit", args=[draft.pk, problem.section])
    return f"{page}#{problem.anchor}"


@require_POST
@for_people
def submit(request: PersonRequest, pk: int) -> HttpResponse:
    """Files the application; what is missing is shown on the check page, all at once."""
    draft = own_case(request.user, pk)
    if draft.is_draft and request.POST.get("declared") != "yes":
        return _check_page(request, draft, posted_key(request), status=422, undeclared=True)
    promised = request.POST.get("promised") == "yes"
    try:
        filed = submit_application(
            draft, by=request.user, key=posted_key(request), promised=promised
        )
    except IncompleteError:
        return _check_page(request, draft, new_key(), status=422, unpromised=not promised)
    messages.success(request, _("申请已提交，编号 %(number)s。") % {"number": filed.number})
    return redirect("applications:receipt", pk=pk)


@require_safe
@for_people
def receipt(request: PersonRequest, pk: int) -> HttpResponse:
    """The receipt (收件回执), printable, with the hash of what was filed."""
    case = own_case(request.user, pk)
    if case.submitted_at is None:
        raise Http404
    files = filed_attachments(case, version=1)
    context = {
        "application": case,
        "files": file_lines(case.program.content, files),
        "unchanged": case.version == 1 and receipt_sha256(case, files) == case.submitted_sha256,
    }
    return render(request, "applications/receipt.html", context)
