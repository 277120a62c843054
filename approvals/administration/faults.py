"""Pages about stuck cases: which there are, where one stands, and the four-eyes mending.

Administrators have no right in a case: they see its number, its course by organ and the fault,
never the applicant's material or an opinion.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.administration import mending, returning, selectors
from approvals.administration.forms import ProposalForm, SendBackForm, title_of
from approvals.administration.models import Mending
from approvals.administration.rights import cities_of, needs
from approvals.administration.wording import fault_detail, fault_words
from approvals.applications.models import Application
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.pictures.course import course_of
from approvals.pictures.figure import case_figure, document_of
from organizations.models import User
from organizations.permissions import Permission
from workflows.errors import OperationError
from workflows.models import FlowVersion, Process, Task
from workflows.operations.mending import is_parked, mendable


@require_safe
@needs(Permission.READ_ADMINISTRATION)
def blocked(request: PersonRequest) -> HttpResponse:
    """Parked cases, seats nobody holds, and proposals that wait for a second person."""
    cities = cities_of(request)
    number = request.GET.get("number", "").replace("\x00", "").strip()
    if number:
        found = selectors.running_case(cities, number=number)
        if found is not None:
            return redirect("administration:case", pk=found.pk)
        messages.warning(request, _("没有找到这一编号的办件。"))
    context = {
        "faults": [(case, *_fault(case)) for case in selectors.blocked_cases(cities)],
        "vacant": selectors.waiting_for_nobody(cities),
        "mendings": selectors.open_mendings(cities),
        "number": number,
    }
    return render(request, "administration/blocked.html", context)


def _fault(case: Application) -> tuple[str, str]:
    reason = case.process.blocked_reason if case.process is not None else ""
    return fault_words(reason) or reason, fault_detail(reason)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def case(request: PersonRequest, pk: int) -> HttpResponse:
    """Where the case stands and what may be done; a POST proposes it."""
    application, process = _case(request, pk)
    rows = mendable(process)
    if request.method != "POST":
        return _page(request, application, process, rows, None)
    if not mending.may_propose(request.user, application):
        raise PermissionDenied(_("只有本市的流程管理员可以提出处置办法。"))
    form = ProposalForm(rows, blocked=bool(process.blocked_reason), data=request.POST)
    if not form.is_valid():
        return _page(request, application, process, rows, form, status=422)
    given = form.cleaned_data
    try:
        mending.propose(
            application, by=request.user, plan=form.plan(), reason=given["reason"], key=given["key"]
        )
    except OperationError as refusal:
        form.add_error(None, refusal.detail)
        return _page(request, application, process, rows, form, status=refusal.status)
    messages.success(request, _("处置办法已提出，等待另一名管理员确认。"))
    return redirect("administration:case", pk=pk)


def _case(request: PersonRequest, pk: int) -> tuple[Application, Process]:
    """Who administers nothing in the case's city learns nothing of it (404)."""
    found = selectors.running_case(cities_of(request), pk=pk)
    if found is None or found.process is None:
        raise Http404
    return found, found.process


def _page(
    request: PersonRequest,
    application: Application,
    process: Process,
    rows: list[Task],
    form: ProposalForm | None,
    status: int = 200,
    back: SendBackForm | None = None,
) -> HttpResponse:
    history = selectors.mendings_of(application)
    waiting = next((one for one in history if one.state == Mending.State.PROPOSED), None)
    may_propose = waiting is None and rows and mending.may_propose(request.user, application)
    blank = ProposalForm(rows, blocked=bool(process.blocked_reason)) if may_propose else None
    words, detail = _fault(application)
    context: dict[str, Any] = {
        "case": application,
        "fault": words,
        "detail": detail,
        "rows": [(title_of(row), row, is_parked(row)) for row in rows],
        "history": [one for one in history if one is not waiting],
        "waiting": waiting,
        "may_confirm": waiting is not None and mending.may_confirm(request.user, waiting),
        "own": waiting is not None and waiting.proposed_by_id == request.user.pk,
        "form": form or blank,
        "back": back or _back_form(request.user, application),
        "picture": case_figure(
            process.flow_class.model,
            course_of(process, with_people=False),
            source=reverse("administration:flow_source", args=[_version(process)]),
            facts=reverse("administration:case_facts", args=[application.pk]),
        ),
    }
    return render(request, "administration/case.html", context, status=status)


def _back_form(user: User, application: Application) -> SendBackForm | None:
    if not mending.may_propose(user, application):
        return None
    places = returning.places(application)
    return SendBackForm(places) if places else None


@require_POST
@for_people
def send_back(request: PersonRequest, pk: int) -> HttpResponse:
    """The flow administrator returns the case to a step it has passed, with the reason (C6)."""
    application, process = _case(request, pk)
    if not mending.may_propose(request.user, application):
        raise PermissionDenied(_("只有本市的流程管理员可以退回办件。"))
    form = SendBackForm(returning.places(application), request.POST)
    status = 422
    if form.is_valid():
        try:
            returning.send_back(application, by=request.user, **form.answers())
        except OperationError as refusal:
            form.add_error(None, refusal.detail)
            status = refusal.status
        else:
            messages.success(request, _("已退回。"))
            return redirect("administration:case", pk=pk)
    return _page(request, application, process, mendable(process), None, status, back=form)


def _version(process: Process) -> int:
    name = process.flow_class.__name__
    return FlowVersion.objects.only("pk").get(class_name=name).pk


@require_safe
@for_people
def case_facts(request: PersonRequest, pk: int) -> HttpResponse:
    """Marks and organs of the case's course, for the viewer; no persons."""
    _application, process = _case(request, pk)
    return JsonResponse(document_of(course_of(process, with_people=False)))


@require_POST
@for_people
def confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """The second person agrees: it is done in this transaction."""
    waiting = _waiting(request, pk)
    if waiting is None:
        messages.warning(request, _("没有等待确认的处置办法。"))
        return redirect("administration:case", pk=pk)
    try:
        step = mending.confirm(waiting, by=request.user)
    except OperationError as refusal:
        messages.warning(request, refusal.detail)
        return redirect("administration:case", pk=pk)
    if step is not None and step.blocked:
        reason = fault_words(step.blocked) or step.blocked
        messages.warning(request, _("已执行，但办件仍然受阻：%(reason)s") % {"reason": reason})
    else:
        messages.success(request, _("已执行，办件已继续。"))
    return redirect("administration:case", pk=pk)


@require_POST
@for_people
def decline(request: PersonRequest, pk: int) -> HttpResponse:
    """Its author withdraws the proposal, or the second person declines it."""
    waiting = _waiting(request, pk)
    if waiting is not None:
        try:
            mending.decline(waiting, by=request.user, reason=request.POST.get("reason", ""))
        except OperationError as refusal:
            messages.warning(request, refusal.detail)
        else:
            messages.success(request, _("处置办法已撤下，办件未作改动。"))
    return redirect("administration:case", pk=pk)


def _waiting(request: PersonRequest, pk: int) -> Mending | None:
    """The proposal that the form showed: what one agrees to is what one has read."""
    application, _process = _case(request, pk)
    if not mending.may_settle(request.user, application):
        raise PermissionDenied(_("只有本市的流程管理员或者安全管理员可以确认。"))
    named = request.POST.get("proposal", "")
    rows = Mending.objects.filter(application=application)
    return rows.filter(pk=int(named)).first() if named.isdecimal() and len(named) < 18 else None
