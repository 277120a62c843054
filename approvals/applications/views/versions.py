"""Any two versions of a case's material side by side, for whoever may read the case."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.applications.changes import between_for
from approvals.applications.selectors import case_for, is_own
from approvals.applications.supervision import record_reading
from approvals.applications.views.frame import PersonRequest, for_people


@require_safe
@for_people
def versions(request: PersonRequest, pk: int) -> HttpResponse:
    """`?from=1&to=3`; without them from the first version to the current one."""
    application = case_for(request.user, pk)
    if application.submitted_at is None:
        raise Http404
    with transaction.atomic():
        record_reading(application, request.user)
    before, after = (_number(request.GET.get(name, "")) for name in ("from", "to"))
    context = {
        "application": application,
        "own": is_own(request.user, application),
        "changes": between_for(application, request.user, before, after),
    }
    return render(request, "applications/versions.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None
