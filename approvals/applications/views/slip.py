"""当场更正: the official at the window mends an obvious slip, one answer at a time (C12)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.applications.errors import ApplicationActError, IncompleteError, NotAllowedError
from approvals.applications.forms.sections import SectionForm, stored_as_posted
from approvals.applications.models import Application
from approvals.applications.selectors import case_for
from approvals.applications.services.slips import fix_slip, fixable, is_accepting
from approvals.applications.views.deferral import posted_version
from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key
from organizations.models import User
from workflows import queue
from workflows.errors import NotVisible
from workflows.models import Task


def accepting_task(user: User, case: Application) -> Task | None:
    """The open step at which this person accepts the case; None when it is not his."""
    waiting = Task.objects.filter(process_id=case.process_id, is_open=True).exclude(role="")
    for task in waiting.order_by("pk"):
        if is_accepting(task):
            try:
                found: Task = queue.visible_task(user, task.pk)
            except NotVisible:
                continue
            return found
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def slip(request: PersonRequest, pk: int) -> HttpResponse:
    """`?field=` chooses the answer; then it is typed anew with the reason."""
    case = case_for(request.user, pk)
    if case.submitted_at is None:
        raise Http404
    task = accepting_task(request.user, case)
    if task is None or case.accepted_at is not None:
        raise NotAllowedError(_("只有受理环节的办理人在受理之前可以当场更正。"))
    choices = fixable(case.program.content)
    wanted = request.POST.get("field") or request.GET.get("field", "")
    chosen = next((pair for pair in choices if pair[1].key == wanted), None)
    if chosen is None:
        return _page(request, case, task, None)
    section, question = chosen
    if request.method != "POST":
        form = SectionForm(section, stored_as_posted(section, case.data), only={question.key})
        return _page(request, case, task, form)
    form = SectionForm(section, request.POST, required=True, only={question.key})
    try:
        fix_slip(
            task.pk,
            actor=request.user,
            key=posted_key(request),
            expected_version=posted_version(request),
            field=question.key,
            value=form.answers()[question.key],
            reason=request.POST.get("reason", ""),
        )
    except IncompleteError as incomplete:
        words = [] if form.errors else [problem.message for problem in incomplete.problems]
        return _page(request, case, task, form, words, status=422)
    except ApplicationActError as refusal:
        if refusal.status != 422:
            raise
        return _page(request, case, task, form, [refusal.detail], status=422)
    messages.success(request, _("已更正，并已告知申请人。"))
    return redirect("reviews:task", pk=task.pk)


def _page(
    request: PersonRequest,
    case: Application,
    task: Task,
    form: SectionForm | None,
    refusals: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "application": case,
        "task": task,
        "choices": fixable(case.program.content),
        "form": form,
        "judged": status != 200,
        "refusals": refusals or [],
        "reason": request.POST.get("reason", ""),
        "key": new_key(),
        "version": case.process.material_version if case.process is not None else case.version,
    }
    return render(request, "applications/slip.html", context, status=status)
