"""A supervisor gives leave for a second request for corrections (C12)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.applications.errors import ApplicationActError
from approvals.applications.rights import require_supervisor
from approvals.applications.selectors import case_for
from approvals.applications.services import allow_second_request
from approvals.applications.services.requesting import unused_override
from approvals.applications.views.deferral import posted_version
from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def second_request(request: PersonRequest, pk: int) -> HttpResponse:
    """What was asked so far, and the reason why the applicant may be asked once more."""
    case = case_for(request.user, pk)
    if case.submitted_at is None:
        raise Http404
    require_supervisor(request.user, case.applicant)
    refusal: ApplicationActError | None = None
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        try:
            allow_second_request(
                case,
                actor=request.user,
                key=posted_key(request),
                expected_version=posted_version(request),
                reason=reason,
            )
        except ApplicationActError as error:
            if error.status != 422:
                raise
            refusal = error
        else:
            messages.success(request, _("已批准再次补正，办理人可以再告知一次。"))
            return redirect("applications:second_request", pk=pk)
    context = {
        "application": case,
        "corrections": case.corrections.select_related("organ").order_by("pk"),
        "override": unused_override(case),
        "refusal": refusal,
        "reason": reason,
        "possible": case.accepted_at is None and not case.is_closed,
        "key": new_key(),
        "version": case.process.material_version if case.process is not None else case.version,
    }
    status = 200 if refusal is None else refusal.status
    return render(request, "applications/second_request.html", context, status=status)
