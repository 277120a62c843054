"""Urging: the applicant's button, the office's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.applications.models import Application
from approvals.applications.selectors import case_for
from approvals.applications.views.acting import acted
from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key
from approvals.supervision import services
from approvals.supervision.forms import UrgeForm
from approvals.supervision.models import Urge
from approvals.supervision.selectors import urge_lines
from approvals.supervision.urging import refusal_for_seat, side_of
from workflows.errors import NotAllowed, WrongState
from workflows.models import Task

_DIGITS = 9


@require_POST
@for_people
def urge_case(request: PersonRequest, pk: int) -> HttpResponse:
    """The applicant reminds the office that has his case."""
    try:
        services.urge_case(
            pk,
            actor=request.user,
            key=posted_key(request),
            expected_version=_version(request),
            reason=request.POST.get("reason", ""),
        )
    except WrongState as refusal:
        messages.warning(request, refusal.detail)
    else:
        messages.success(request, _("已催办，承办机构将收到提醒。"))
    return redirect("applications:case", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def urge_seat(request: PersonRequest, pk: int) -> HttpResponse:
    """The office or a supervisor reminds the holder of one seat."""
    task = _task(pk)
    application = case_for(
        request.user, Application.objects.values_list("pk", flat=True).get(process=task.process_id)
    )
    if side_of(request.user, application) is None:
        raise NotAllowed(_("只有承办机关的经办人员和监督人员可以催办。"))
    form = UrgeForm(request.POST if request.method == "POST" else None)

    def urge() -> list[Urge]:
        return services.urge_seat(
            pk,
            actor=request.user,
            key=posted_key(request),
            expected_version=_version(request),
            reason=form.cleaned_data["reason"],
        )

    if acted(form, urge) is not None:
        messages.success(request, _("已催办。"))
        return redirect("supervision:urge_seat", pk=pk)
    context = {
        "task": task,
        "application": application,
        "form": form,
        "refusal": None if form.errors else _refusal(application, task, request),
        "lines": [line for line in urge_lines(application, 20) if line.urge.task_id == pk],
        "key": posted_key(request) if form.is_bound else new_key(),
        "version": task.process.material_version,
    }
    status = 422 if form.is_bound else 200
    return render(request, "supervision/urge.html", context, status=status)


def _task(pk: int) -> Task:
    found = Task.objects.select_related("owner", "organ", "process").filter(pk=pk)
    task: Task | None = found.exclude(role="").filter(process__application__isnull=False).first()
    if task is None:
        raise Http404
    return task


def _refusal(application: Application, task: Task, request: PersonRequest) -> str:
    if not task.is_open:
        return _("这项任务已办结，无需催办。")
    found = refusal_for_seat(application, task, request.user)
    return found.sentence if found is not None else ""


def _version(request: PersonRequest) -> int:
    """What the page was drawn with; 0, which no material has, for anything else."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0
