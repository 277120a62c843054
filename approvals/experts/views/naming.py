"""The panel of a case for the bureau: who sits, which place is empty, whom to name for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.applications.errors import ApplicationActError
from approvals.applications.models import Application
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.experts import gate, selectors, services
from approvals.experts.forms import NamingForm
from approvals.experts.services import naming
from workflows.errors import OperationError
from workflows.operations.replacing import EmptyPlace


@dataclass(frozen=True, slots=True)
class Vacancy:
    """An empty place and its form; `by_draw`: only the next substitute may come."""

    place: EmptyPlace
    by_draw: bool
    form: NamingForm | None

    @property
    def number(self) -> int:
        """As people count seats."""
        return self.place.number + 1


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def panel(request: PersonRequest, pk: int) -> HttpResponse:
    """Shows the panel; a POST names somebody for an empty place."""
    application = gate.draw_reader(request.user, pk)
    seats = selectors.seats_of_panel(application)
    if not seats:
        raise Http404
    vacancies = [_vacancy(request, application, place) for place in naming.empty_of(application)]
    status = 200
    if request.method == "POST":
        gate.require_replacer(request.user, application)
        status = _name(request, application, vacancies)
        if status == 302:
            messages.success(request, _("已补选，评审任务已送达该专家。"))
            return redirect("experts:panel", pk=pk)
    context = {"application": application, "seats": seats, "vacancies": vacancies}
    context["weighted"] = any(seat.weight is not None for seat in seats)
    return render(request, "experts/panel.html", context, status=status)


def _name(request: PersonRequest, application: Application, vacancies: list[Vacancy]) -> int:
    """302 when it is done, else the status of the page with what was refused."""
    place = request.POST.get("place", "")
    form = next((one.form for one in vacancies if one.form and one.place.name == place), None)
    if form is None:
        messages.warning(request, _("该席位已经补选，或者评审已经结束。"))
        return 422
    if not form.is_valid():
        return 422
    said: dict[str, Any] = form.cleaned_data
    try:
        services.name_replacement(
            application.pk,
            actor=request.user,
            key=said["key"],
            place=place,
            person=said["person"],
            reason=said["reason"],
        )
    except (OperationError, ApplicationActError) as refusal:
        if refusal.status in (403, 404):
            raise
        form.add_error(None, refusal.detail)
        return refusal.status
    return 302


def _vacancy(request: PersonRequest, application: Application, place: EmptyPlace) -> Vacancy:
    due, people = naming.whom_to_name(application, place)
    if not gate.may_replace(request.user):
        return Vacancy(place, due, None)
    mine = request.method == "POST" and request.POST.get("place") == place.name
    return Vacancy(place, due, NamingForm(place.name, people, request.POST if mine else None))
