"""What an expert does before he votes: the declaration and the scoring sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.applications.errors import ApplicationActError
from approvals.applications.models import Application
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.experts import blind, selectors, services
from approvals.experts.forms import DeclareForm, SheetForm
from approvals.experts.models import Declaration
from approvals.experts.policy import panel_of
from approvals.reviews import steps
from approvals.reviews.views.sight import visible_seat
from workflows.errors import NotVisible, OperationError
from workflows.models import Task


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def declare(request: PersonRequest, pk: int) -> HttpResponse:
    """The declaration; nothing of the material is on this page but the applicant's name."""
    task, application = _vote(request, pk)
    if selectors.declaration_of(application, request.user.pk) is not None:
        return redirect("reviews:task", pk=pk)
    form = DeclareForm(request.POST or None, version=task.process.material_version)

    def act() -> HttpResponse:
        said = form.cleaned_data
        services.declare(
            pk,
            actor=request.user,
            key=said["key"],
            expected_version=said["version"],
            kind=said["kind"],
            ground=said["ground"],
        )
        if said["kind"] == Declaration.Kind.INTEREST:
            messages.success(request, _("已记录，您在本件中回避。"))
            return redirect("/")
        messages.success(request, _("声明已记录，可以开始评审。"))
        return redirect("reviews:task", pk=pk)

    return _answered(request, task, application, form, act, "experts/declare.html")


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """The scoring sheet of an open vote."""
    task, application = _vote(request, pk)
    lines = panel_of(application).sheet
    if not lines or steps.is_consulted(task):
        raise NotVisible
    if selectors.must_declare(application, request.user.pk):
        return redirect("experts:declare", pk=pk)
    last = selectors.sheet_of(task, request.user.pk)
    form = SheetForm(
        lines,
        request.POST or None,
        version=task.process.material_version,
        marks=last.marks if last is not None else {},
    )

    def act() -> HttpResponse:
        said = form.cleaned_data
        row = services.fill_sheet(
            pk,
            actor=request.user,
            key=said["key"],
            expected_version=said["version"],
            marks=form.marks(),
        )
        messages.success(request, _("评分表已保存，加权得分 %(total)s。") % {"total": row.total})
        return redirect("reviews:task", pk=pk)

    return _answered(request, task, application, form, act, "experts/sheet.html")


def _vote(request: PersonRequest, pk: int) -> tuple[Task, Application]:
    """The reader's own open vote and its case."""
    task = visible_seat(request.user, pk)
    if not steps.is_vote(task) or task.owner_id != request.user.pk:
        raise NotVisible
    application = Application.objects.select_related("program", "applicant").get(
        process=task.process_id
    )
    return task, blind.seen_on(application, task)


def _answered(
    request: PersonRequest,
    task: Task,
    application: Application,
    form: forms.Form,
    act: Callable[[], HttpResponse],
    template: str,
) -> HttpResponse:
    """Shows the form, or acts; a refusal comes back with everything that was typed."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return act()
            except (OperationError, ApplicationActError) as refusal:
                if refusal.status in (403, 404):
                    raise
                form.add_error(None, refusal.detail)
                status = refusal.status
    context: dict[str, Any] = {
        "task": task,
        "application": application,
        "form": form,
        "party": application.applicant.name,
    }
    return render(request, template, context, status=status)
