"""The page of a blind seat: the material without the applicant, the sheet, the vote."""

from __future__ import annotations

import io

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from approvals.applications.errors import ApplicationActError
from approvals.applications.files.storage import FileDamagedError, read
from approvals.applications.models import Application
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.experts import blind, selectors
from approvals.reviews import desk, steps
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.forms import OpinionForm
from approvals.reviews.selectors import history_for
from approvals.reviews.services import decide_task
from approvals.reviews.views.sight import visible_seat
from approvals.reviews.views.task import after_decision, opinion_form
from workflows.errors import NotVisible, OperationError
from workflows.models import Task
from workflows.nodes.seat import WAITS_FOR


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def page(request: PersonRequest, pk: int) -> HttpResponse:
    """Shows what a blind seat may know; a POST is the vote."""
    task, application = _seat(request, pk)
    if task.is_open and selectors.must_declare(application, request.user.pk):
        return redirect("experts:declare", pk=pk)
    if request.method != "POST":
        form = opinion_form(task, application) if task.is_open else None
        if form is not None:
            chosen = desk.first_choices(application, task, request.user, request.GET)
            form.initial.update(chosen)
        return _page(request, task, application, form)
    form = opinion_form(task, application, request.POST)
    if not form.is_valid():
        return _page(request, task, application, form, status=422)
    try:
        step = decide_task(
            task.pk,
            actor=request.user,
            key=form.cleaned_data["key"],
            expected_version=form.cleaned_data["version"],
            statement=form.statement(),
        )
    except OpinionRefused as refusal:
        form.refuse(refusal.problems)
        return _page(request, task, application, form, status=422)
    except (OperationError, ApplicationActError) as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        form.add_error(None, str(refusal))
        return _page(request, task, application, form, status=refusal.status)
    return after_decision(request, step, task)


@require_safe
@for_people
def file(request: PersonRequest, pk: int, attachment: int) -> HttpResponseBase:
    """A file that does not tell who has applied, under a name that does not either."""
    task, application = _seat(request, pk)
    if task.is_open and selectors.must_declare(application, request.user.pk):
        raise NotVisible
    paper = blind.paper_of(application, attachment)
    if paper is None:
        raise NotVisible
    try:
        content = read(paper.attachment.path, paper.attachment.sha256)
    except FileDamagedError as damaged:
        raise Http404 from damaged
    answer = FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=paper.name,
        content_type=paper.attachment.media_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _seat(request: PersonRequest, pk: int) -> tuple[Task, Application]:
    """The reader's own vote in a program that reviews blind, open or given."""
    task = visible_seat(request.user, pk)
    own = request.user.pk in (task.owner_id, task.actor_id)
    if not steps.is_vote(task) or not own:
        raise NotVisible
    application = Application.objects.select_related("program", "applicant__applicant").get(
        process=task.process_id
    )
    if not blind.is_blind(application.program.content):
        raise NotVisible
    return task, application


def _page(
    request: PersonRequest,
    task: Task,
    application: Application,
    form: OpinionForm | None,
    status: int = 200,
) -> HttpResponse:
    history = history_for(application, request.user, task)
    context = {
        "task": task,
        "application": blind.seen_by(application),
        "material": blind.material_of(application),
        "task_form": steps.form_of(application, task),
        "form": form,
        "waits": WAITS_FOR in task.data,
        "opinions": history.lines,
        "sealed": history.sealed,
        "cards": [one for one in desk.cards_for(application, task, request.user) if one.blind],
        "acts": desk.acts_for(application, task, request.user),
        "due": task.due_at,
        "version": application.version,
        "told": _(
            "本项目实行盲评：申报单位及其人员、地址、联系方式等已隐去，表明身份的附件不提供。"
        ),
    }
    return render(request, "experts/blind.html", context, status=status)
