"""What a seat sends out: a question, a letter, the record of a visit. One page shape for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.applications.errors import ApplicationActError
from approvals.applications.files.refusal import FileRefusedError
from approvals.applications.models import Application
from approvals.applications.views.frame import PersonRequest, for_people, posted_key
from approvals.inquiries import selectors, services
from approvals.inquiries.forms import ConsultationForm, QuestionForm, SiteCheckForm
from approvals.inquiries.gate import NOT_ASKING
from approvals.inquiries.services.site_checks import inspected
from approvals.reviews.views.sight import visible_seat
from approvals.reviews.views.task import conditions_of
from workflows.errors import NotVisible, OperationError
from workflows.models import Task


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def ask(request: PersonRequest, pk: int) -> HttpResponse:
    """A question to the applicant."""
    task, application = _asking(request, pk)
    form = QuestionForm(application, request.POST or None, version=task.process.material_version)

    def send() -> None:
        said = form.cleaned_data
        services.ask(
            pk,
            actor=request.user,
            key=said["key"],
            expected_version=said["version"],
            target=said["target"],
            text=said["text"],
        )

    return _sent(request, task, form, send, "inquiries/ask.html", _("问题已发给申请人。"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def consult(request: PersonRequest, pk: int) -> HttpResponse:
    """A letter to another organ."""
    task, application = _asking(request, pk)
    organs = selectors.organs_to_consult(application, task.organ_id or 0)
    form = ConsultationForm(
        application, organs, request.POST or None, version=task.process.material_version
    )

    def send() -> None:
        said = form.cleaned_data
        services.consult(
            pk,
            actor=request.user,
            key=said["key"],
            expected_version=said["version"],
            organ=said["organ"],
            text=said["text"],
            sections=said["sections"],
        )

    return _sent(request, task, form, send, "inquiries/consult.html", _("征求意见函已发出。"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def site_check(request: PersonRequest, pk: int) -> HttpResponse:
    """The record of a visit, with photographs."""
    task, application = _asking(request, pk)
    form = SiteCheckForm(
        conditions_of(application),
        request.POST or None,
        request.FILES or None,
        version=task.process.material_version,
    )

    def send() -> None:
        said = form.cleaned_data
        services.record_site_check(
            pk,
            actor=request.user,
            key=said["key"],
            expected_version=said["version"],
            visit=form.visit(),
            photos=inspected(said["photos"]),
        )

    return _sent(request, task, form, send, "inquiries/site_check.html", _("核查记录已保存。"))


@require_POST
@for_people
def withdraw_question(request: PersonRequest, pk: int, question: int) -> HttpResponse:
    """Takes an unanswered question back."""
    task, _application = _asking(request, pk)
    services.withdraw_question(
        pk,
        question,
        actor=request.user,
        key=posted_key(request),
        expected_version=task.process.material_version,
    )
    messages.success(request, _("问题已撤销。"))
    return redirect("reviews:task", pk=pk)


def _asking(request: PersonRequest, pk: int) -> tuple[Task, Application]:
    """The seat and its case; the applicant's own tasks and an expert's seat ask nobody."""
    task = visible_seat(request.user, pk)
    if task.role in NOT_ASKING or task.organ is None:
        raise NotVisible
    application = Application.objects.select_related("program", "applicant", "process").get(
        process=task.process_id
    )
    return task, application


def _sent(
    request: PersonRequest,
    task: Task,
    form: forms.Form,
    send: Callable[[], None],
    template: str,
    said: str,
) -> HttpResponse:
    """Shows the form, or sends it; a refusal comes back with everything that was typed."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                send()
            except FileRefusedError as refusal:
                form.add_error(None, refusal.message)
            except (OperationError, ApplicationActError) as refusal:
                if refusal.status in (403, 404):
                    raise
                form.add_error(None, refusal.detail)
                status = refusal.status
            else:
                messages.success(request, said)
                return redirect("reviews:task", pk=task.pk)
    application = Application.objects.select_related("program", "applicant").get(
        process=task.process_id
    )
    context: dict[str, Any] = {"task": task, "application": application, "form": form}
    return render(request, template, context, status=status)
