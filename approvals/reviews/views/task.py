"""One task: the material beside the opinion; the diagram's outcomes are the buttons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import clock
from approvals.applications.eligibility import self_check
from approvals.applications.errors import ApplicationActError
from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.programs.form_schema import form_of, slots_of
from approvals.reviews import desk, steps
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.forms import Condition, OpinionForm, correctables
from approvals.reviews.people import people_for
from approvals.reviews.services import decide_task
from approvals.reviews.sheet import sheet_of
from approvals.reviews.views.sight import visible_seat
from workflows.errors import OperationError
from workflows.models import Task
from workflows.operations import Step


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def task_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Shows the task; a POST decides it. The applicant's own tasks live on his correction page."""
    task = visible_seat(request.user, pk)
    application = Application.objects.select_related(
        "program", "applicant__applicant", "county", "process"
    ).get(process=task.process_id)
    if task.role in FILING_ROLES:
        return redirect("applications:correct", pk=application.pk)
    if first := desk.stop_before(application, task, request.user):
        return redirect(first)
    if request.method != "POST":
        words = desk.first_words(application, task, request.user, request.GET)
        form = opinion_form(task, application, text=words) if task.is_open else None
        if form is not None:
            form.initial.update(desk.first_choices(application, task, request.user, request.GET))
        return _page(request, task, application, form)
    return _decide(request, task, application)


def _decide(request: PersonRequest, task: Task, application: Application) -> HttpResponse:
    form = opinion_form(task, application, request.POST)
    if not form.is_valid():
        return _page(request, task, application, form, status=422)
    cleaned = form.cleaned_data
    try:
        step = decide_task(
            task.pk,
            actor=request.user,
            key=cleaned["key"],
            expected_version=cleaned["version"],
            statement=form.statement(),
        )
    except OpinionRefused as refusal:
        form.refuse(refusal.problems)
        return _page(request, task, application, form, status=422)
    except (OperationError, ApplicationActError) as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        form.add_error(None, str(refusal))
        current = visible_seat(request.user, task.pk)
        return _page(request, current, application, form, status=refusal.status)
    return after_decision(request, step, task)


def after_decision(request: PersonRequest, step: Step, task: Task) -> HttpResponse:
    """Says that the opinion is recorded and leads on."""
    if step.blocked:
        messages.warning(request, _("意见已记录；后续环节正在由流程管理员处理。"))
    else:
        messages.success(request, _("意见已提交。"))
    return redirect(desk.way_on(request, task))


def opinion_form(
    task: Task, application: Application, data: Any = None, text: str = ""
) -> OpinionForm:
    """The step's form as the program has it; `data` is what was posted."""
    content = application.program.content
    task_form = steps.form_of(application, task)
    sources = {entry.source for entry in task_form.fields if entry.type == "people"}
    return OpinionForm(
        task_form,
        outcomes=steps.outcomes_of(task),
        version=task.process.material_version,
        people={source: people_for(application, source) for source in sources},
        conditions=() if steps.is_one_of_many(task) else conditions_of(application),
        targets=correctables(form_of(content), slots_of(content)),
        text=text,
        data=data,
    )


def conditions_of(application: Application) -> list[Condition]:
    """The program's conditions; what the eligibility check found is offered as a first wording."""
    assessment = self_check(application).assessment
    if assessment is None:
        return []
    return [
        Condition(rule.id, rule.clause, rule.requirement, "" if rule.passed else rule.message)
        for rule in assessment.rules
    ]


def _page(
    request: PersonRequest,
    task: Task,
    application: Application,
    form: OpinionForm | None,
    status: int = 200,
) -> HttpResponse:
    with transaction.atomic():
        sheet = sheet_of(task, application, request.user)
    context: dict[str, Any] = {
        "task": task,
        "application": application,
        "task_form": steps.form_of(application, task),
        "form": form if sheet.may_act or (form is not None and form.is_bound) else None,
        "draft_url": reverse("decisions:draft", args=[task.pk]) if steps.shows_draft(task) else "",
        "now": clock.now(),
        "cards": desk.cards_for(application, task, request.user),
        "acts": desk.acts_for(application, task, request.user),
        **sheet.as_context(),
    }
    return render(request, "reviews/task.html", context, status=status)
