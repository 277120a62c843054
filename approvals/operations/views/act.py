"""One page for every operation on a seat: GET shows its form, POST does it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.applications import veils
from approvals.applications.errors import ApplicationActError
from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.operations import acts
from approvals.operations.acts import Operation, Situation
from approvals.operations.forms.base import ActForm
from approvals.reviews import desk
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.views.sight import visible_seat
from workflows.errors import OperationError
from workflows.operations import Step


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def act_page(request: PersonRequest, pk: int, act: str) -> HttpResponse:
    """Who may not see the task learns nothing (404); who may not do this now is told so."""
    task = visible_seat(request.user, pk)
    operation = acts.named(act)
    if operation is None:
        raise Http404
    application = Application.objects.select_related(
        "program", "applicant__applicant", "county", "process"
    ).get(process=task.process_id)
    if task.role in FILING_ROLES:
        return redirect("applications:correct", pk=application.pk)
    situation = Situation(veils.seen(application, task), task, request.user)
    if request.method == "POST":
        return _do(request, operation, situation)
    if not operation.may(situation):
        messages.warning(request, _("这项任务现在不能“%s”。") % operation.label)
        return redirect("reviews:task", pk=pk)
    return _page(request, operation, situation, operation.form(situation))


def _do(request: PersonRequest, operation: Operation, situation: Situation) -> HttpResponse:
    form = operation.form(situation, request.POST)
    if not form.is_valid():
        return _page(request, operation, situation, form, status=422)
    try:
        step = operation.service(
            situation.task.pk,
            actor=request.user,
            key=form.cleaned_data["key"],
            expected_version=form.cleaned_data["version"],
            **form.answers(),
        )
    except OpinionRefused as refusal:
        form.refuse(refusal.problems)
        return _page(request, operation, situation, form, status=422)
    except (OperationError, ApplicationActError) as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        form.add_error(None, str(refusal))
        return _page(request, operation, situation, form, status=refusal.status)
    return _after(request, operation, situation, step)


def _after(
    request: PersonRequest, operation: Operation, situation: Situation, step: Step
) -> HttpResponse:
    if step.blocked:
        messages.warning(request, _("已办理；后续环节正在由流程管理员处理。"))
    else:
        messages.success(request, str(operation.said))
    if operation.leaves:
        return redirect(desk.way_on(request, situation.task))
    return redirect("reviews:task", pk=situation.task.pk)


def _page(
    request: PersonRequest,
    operation: Operation,
    situation: Situation,
    form: ActForm,
    status: int = 200,
) -> HttpResponse:
    context = {
        "operation": operation,
        "task": situation.task,
        "application": situation.application,
        "form": form,
    }
    return render(request, "operations/act.html", context, status=status)
