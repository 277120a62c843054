"""The status page and the withdrawal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from approvals.applications.answers import answer_sections, file_lines
from approvals.applications.panels import panels_for
from approvals.applications.selectors import (
    case_for,
    filed_attachments,
    is_own,
    live_attachments,
    own_case,
)
from approvals.applications.services import withdraw as withdraw_application
from approvals.applications.services.withdrawal import can_withdraw
from approvals.applications.status import status
from approvals.applications.supervision import record_reading
from approvals.applications.views.frame import (
    PersonRequest,
    for_people,
    new_key,
    posted_key,
)
from approvals.applications.views.pictures import diagram


@require_safe
@for_people
def case(request: PersonRequest, pk: int) -> HttpResponse:
    """Who has the case, since when, the lawful last day, what is needed from the applicant."""
    application = case_for(request.user, pk)
    own = is_own(request.user, application)
    with transaction.atomic():
        record_reading(application, request.user)
    if own and application.is_draft:
        return redirect("applications:check", pk=pk)
    files = live_attachments(application) if own else filed_attachments(application)
    panels = panels_for(application, request.user)
    context: dict[str, Any] = {
        "application": application,
        "own": own,
        "status": status(application),
        "panels": panels,
        "asked": any(panel.asks for panel in panels),
        "picture": diagram(application, with_people=not own),
        "sections": answer_sections(application),
        "files": file_lines(application.program.content, files),
        "withdrawable": own and can_withdraw(application),
    }
    return render(request, "applications/case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks for the reason, then ends the case for good."""
    application = own_case(request.user, pk)
    reason = request.POST.get("reason", "").replace("\x00", "").strip()
    if request.method == "POST" and reason:
        withdraw_application(application, by=request.user, reason=reason, key=posted_key(request))
        messages.success(request, _("申请已撤回。"))
        return redirect("applications:case", pk=pk)
    if not can_withdraw(application):
        return redirect("applications:case", pk=pk)
    missing = request.method == "POST"
    context = {
        "application": application,
        "key": posted_key(request) if missing else new_key(),
        "missing": missing,
    }
    return render(request, "applications/withdraw.html", context, status=422 if missing else 200)
