"""The clock's page for every reader of the case, and the acts on it for those who handle it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from approvals.applications.errors import ApplicationActError, KeyReusedError
from approvals.applications.models import Application
from approvals.applications.selectors import case_for, is_own
from approvals.applications.supervision import record_reading
from approvals.applications.views.frame import PersonRequest, for_people, new_key
from approvals.deadlines import acts
from approvals.deadlines.acts import ClockAct
from approvals.deadlines.forms import ClockForm
from approvals.deadlines.page import page_of
from approvals.deadlines.services.gate import may
from workflows.errors import KeyReused, NotAllowed, OperationError


@require_safe
@for_people
def clock_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Every day of the case's term, and why the last day is the last."""
    application = case_for(request.user, pk)
    if application.submitted_at is None:
        raise Http404
    own = is_own(request.user, application)
    with transaction.atomic():
        record_reading(application, request.user)
    context: dict[str, Any] = {
        "application": application,
        "own": own,
        "page": page_of(application, names=not own),
        "links": [] if own else acts.offered(application, request.user),
    }
    return render(request, "deadlines/clock.html", context)


def act_page(act: ClockAct) -> Any:
    """The view of one act: GET asks, POST does it."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @for_people
    def view(request: PersonRequest, pk: int) -> HttpResponse:
        application = case_for(request.user, pk)
        if application.submitted_at is None:
            raise Http404
        if not may(request.user, application, act.right):
            raise NotAllowed
        form = act.form(
            request.POST if request.method == "POST" else None, version=_version(application)
        )
        if request.method == "POST" and form.is_valid():
            return _do(request, act, application, form)
        status = 422 if form.is_bound else 200
        return _show(request, act, application, form, status)

    return view


def _do(
    request: PersonRequest, act: ClockAct, application: Application, form: ClockForm
) -> HttpResponse:
    cleaned = form.cleaned_data
    try:
        act.perform(
            application.pk,
            actor=request.user,
            key=cleaned["key"],
            expected_version=cleaned["version"],
            **form.said(),
        )
    except (ApplicationActError, OperationError) as refusal:
        if refusal.status in {403, 404}:
            raise
        return _refused(request, act, form, refusal)
    messages.success(request, str(act.done))
    return redirect("deadlines:clock", pk=application.pk)


def _refused(
    request: PersonRequest,
    act: ClockAct,
    form: ClockForm,
    refusal: ApplicationActError | OperationError,
) -> HttpResponse:
    """The page again with the reason, what was typed, and the version and key to go on with."""
    application = case_for(request.user, request.resolver_match.kwargs["pk"])  # type: ignore[union-attr]
    typed = request.POST.copy()
    typed["version"] = str(_version(application))
    if isinstance(refusal, (KeyReused, KeyReusedError)):
        typed["key"] = new_key()
    again = act.form(typed, version=_version(application))
    again.add_error(None, refusal.detail)
    return _show(request, act, application, again, refusal.status)


def _show(
    request: PersonRequest, act: ClockAct, application: Application, form: ClockForm, status: int
) -> HttpResponse:
    context = {
        "application": application,
        "act": act,
        "form": form,
        "proposed": application.clock_events.filter(state="proposed").select_related("by").first(),
    }
    return render(request, "deadlines/act.html", context, status=status)


def _version(application: Application) -> int:
    process = application.process
    return process.material_version if process is not None else application.version
