"""回避 of one case, for the leaders who rule: what was asked, what holds, whom to order away."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.applications.models import Application
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.operations import recusal as services
from approvals.operations.forms.base import offer
from approvals.operations.forms.recusal import OrderForm, RulingForm
from approvals.operations.rulers import may_rule
from organizations.models import User
from workflows.errors import OperationError
from workflows.models import Recusal
from workflows.recusals import State


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def recusals(request: PersonRequest, pk: int) -> HttpResponse:
    """The recusals of a case; a POST orders one. Who may not rule learns nothing."""
    application = _case(request.user, pk)
    people = _people(application, request.user)
    form = OrderForm(people, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.order_recusal(
                    application,
                    actor=request.user,
                    key=form.cleaned_data["key"],
                    person=form.cleaned_data["person"],
                    reason=form.cleaned_data["reason"],
                )
            except OperationError as refusal:
                if refusal.status == 404:
                    raise Http404 from refusal
                form.add_error(None, refusal.detail)
                status = refusal.status
            else:
                messages.success(request, _("已指令回避。"))
                return redirect("operations:recusals", pk=pk)
    offer(form.fields["person"], _who_is_left(people, application.process_id))
    rows = Recusal.objects.filter(process=application.process_id).order_by("-pk")
    context = {
        "application": application,
        "rows": rows.select_related("user", "asked_by", "ruled_by"),
        "form": form,
    }
    return render(request, "operations/recusals.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def ruling(request: PersonRequest, pk: int) -> HttpResponse:
    """One request: its ground, and the ruling."""
    found = Recusal.objects.select_related("user", "asked_by", "process").filter(pk=pk).first()
    if found is None:
        raise Http404
    application = _case(request.user, _number(found))
    form = RulingForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.rule_recusal(
                    found,
                    actor=request.user,
                    key=form.cleaned_data["key"],
                    grant=form.cleaned_data["ruling"] == "grant",
                    reason=form.cleaned_data["reason"],
                )
            except OperationError as refusal:
                if refusal.status == 404:
                    raise Http404 from refusal
                form.add_error(None, refusal.detail)
                status = refusal.status
            else:
                messages.success(request, _("已作出决定。"))
                return redirect("operations:recusals", pk=application.pk)
    context = {"application": application, "recusal": found, "form": form}
    context["open"] = found.state == State.REQUESTED
    return render(request, "operations/ruling.html", context, status=status)


def _number(found: Recusal) -> int:
    number = Application.objects.filter(process=found.process_id).values_list("pk", flat=True)
    first = number.first()
    if first is None:
        raise Http404
    return int(first)


def _case(user: User, pk: int) -> Application:
    found = Application.objects.select_related("program", "applicant", "county", "process")
    application = found.filter(pk=pk, process__isnull=False).first()
    if application is None or not may_rule(user, application):
        raise Http404
    return application


def _people(application: Application, user: User) -> list[User]:
    """Whom an order may name: also who has left, for the same form sent twice; the service says."""
    process = application.process
    people = services.people_of(process) if process is not None else []
    return [person for person in people if person.pk != user.pk]


def _who_is_left(people: list[User], process_id: int | None) -> list[User]:
    live = Recusal.objects.filter(process=process_id, state=State.IN_FORCE)
    gone = set(live.values_list("user_id", flat=True))
    return [person for person in people if person.pk not in gone]
