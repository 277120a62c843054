"""The pages of the draw: on the task that names experts, and for whoever looks at it later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.applications.errors import ApplicationActError
from approvals.applications.models import Application
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.experts import gate, selectors, services
from approvals.experts.forms import CommitForm, ReasonForm, ReplaceForm, SeatForm
from approvals.experts.models import Replacement
from approvals.experts.policy import panel_of
from approvals.experts.pooling import specialties_of
from approvals.reviews.views.sight import visible_seat
from workflows.errors import NotVisible, OperationError
from workflows.models import Task


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def draw(request: PersonRequest, pk: int) -> HttpResponse:
    """Shows where the draw stands; a POST promises a secret and freezes the pool."""
    task, application = _naming(request, pk)
    form = _commit_form(request, task, application)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            failed = _refused(form, lambda: _commit(request, pk, said))
            if not failed:
                messages.success(request, _("已作出承诺，专家库快照已冻结；现在可以揭示抽取。"))
                return redirect("experts:draw", pk=pk)
            status = failed
    return _page(request, task, application, form, status)


def _commit(request: PersonRequest, pk: int, said: dict[str, Any]) -> object:
    return services.commit(
        pk,
        actor=request.user,
        key=said["key"],
        expected_version=said["version"],
        size=said["size"],
        specialties=said["specialties"],
    )


@require_POST
@for_people
def reveal(request: PersonRequest, pk: int) -> HttpResponse:
    """Shows the seed and draws."""
    task, application = _naming(request, pk)
    form = SeatForm(request.POST, version=task.process.material_version)
    failed = 422
    if form.is_valid():
        said = form.cleaned_data
        failed = _refused(
            form,
            lambda: services.reveal(
                pk, actor=request.user, key=said["key"], expected_version=said["version"]
            ),
        )
    if failed:
        return _page(request, task, application, None, failed, refused=form)
    messages.success(request, _("抽取完成。"))
    return redirect("experts:draw", pk=pk)


@require_POST
@for_people
def void(request: PersonRequest, pk: int) -> HttpResponse:
    """Gives the open draw up."""
    task, application = _naming(request, pk)
    form = ReasonForm(request.POST, version=task.process.material_version)
    failed = 422
    if form.is_valid():
        said = form.cleaned_data
        failed = _refused(
            form,
            lambda: services.void(
                pk,
                actor=request.user,
                key=said["key"],
                expected_version=said["version"],
                reason=said["reason"],
            ),
        )
    if failed:
        return _page(request, task, application, None, failed, refused=form)
    messages.success(request, _("本次抽取已作废，可以重新开始。"))
    return redirect("experts:draw", pk=pk)


@require_safe
@for_people
def result(request: PersonRequest, pk: int) -> HttpResponse:
    """The case's draws, for bureau and discipline."""
    application = gate.draw_reader(request.user, pk)
    return _result(request, application, None, 200)


@require_POST
@for_people
def replace(request: PersonRequest, pk: int) -> HttpResponse:
    """The next substitute comes for somebody who left."""
    application = gate.draw_reader(request.user, pk)
    form = ReplaceForm(selectors.panel(selectors.draws_of(application)), request.POST)
    failed = 422
    if form.is_valid():
        said = form.cleaned_data
        failed = _refused(
            form,
            lambda: services.replace(
                pk,
                actor=request.user,
                key=said["key"],
                left=said["left"],
                reason=said["reason"],
            ),
        )
    if failed:
        return _result(request, application, form, failed)
    row = Replacement.objects.get(draw__application=pk, left=form.cleaned_data["left"])
    if row.came is not None:
        messages.success(request, _("已按候补顺序递补。"))
    else:
        messages.warning(request, _("已登记退出；候补专家已用尽，席位空缺的请补选。"))
    return redirect("experts:result", pk=pk)


@require_safe
@for_people
def export(request: PersonRequest, pk: int) -> JsonResponse:
    """Everything docs/recompute_draw.py needs; 404 while nothing is revealed."""
    application = gate.draw_reader(request.user, pk)
    found = selectors.exported(application, selectors.draws_of(application))
    if not found["draws"]:
        raise Http404
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="draw.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _naming(request: PersonRequest, pk: int) -> tuple[Task, Application]:
    """The open seat that names experts, and its case."""
    task = visible_seat(request.user, pk)
    application = Application.objects.select_related(
        "program", "applicant", "county", "process"
    ).get(process=task.process_id)
    if gate.naming_field(application, task) is None:
        raise NotVisible
    return task, application


def _refused(form: forms.Form, act: Callable[[], object]) -> int:
    """Does it; 0, or the status of the refusal, put on the form. No sight and no right go on."""
    try:
        act()
    except (OperationError, ApplicationActError) as refusal:
        if refusal.status in (403, 404):
            raise
        form.add_error(None, refusal.detail)
        return refusal.status
    return 0


def _commit_form(request: PersonRequest, task: Task, application: Application) -> CommitForm:
    return CommitForm(
        request.POST or None,
        version=task.process.material_version,
        size=panel_of(application).size,
        offered=specialties_of(application),
    )


def _page(
    request: PersonRequest,
    task: Task,
    application: Application,
    form: forms.Form | None,
    status: int,
    refused: forms.Form | None = None,
) -> HttpResponse:
    draws = selectors.draws_of(application)
    version = task.process.material_version
    opened = next((one for one in draws if one.is_open), None)
    chosen = ",".join(str(entry["user"]) for entry in selectors.panel(draws))
    field = gate.naming_field(application, task)
    exhausted = any(row.came is None for one in draws for row in one.replacements.all())
    begun = any(one.drawn_at is not None for one in draws) and not exhausted
    context = {
        "task": task,
        "application": application,
        "draws": [selectors.shown(one) for one in reversed(draws)],
        "open": opened,
        "form": (form or _commit_form_unbound(task, application))
        if task.is_open and opened is None and not begun
        else None,
        "reveal": SeatForm(version=version),
        "void": ReasonForm(version=version, auto_id="void_%s"),
        "refused": refused,
        "chosen": f"{field.key}={chosen}" if field is not None and chosen else "",
        "acts": task.is_open,
    }
    return render(request, "experts/draw.html", context, status=status)


def _commit_form_unbound(task: Task, application: Application) -> CommitForm:
    return CommitForm(
        version=task.process.material_version,
        size=panel_of(application).size,
        offered=specialties_of(application),
    )


def _result(
    request: PersonRequest, application: Application, form: ReplaceForm | None, status: int
) -> HttpResponse:
    draws = selectors.draws_of(application)
    if not draws:
        raise Http404
    panel = selectors.panel(draws)
    may = gate.may_replace(request.user) and not application.is_closed and bool(panel)
    context = {
        "application": application,
        "draws": [selectors.shown(one) for one in reversed(draws)],
        "form": (form or ReplaceForm(panel)) if may else None,
        "revealed": any(one.drawn_at is not None for one in draws),
    }
    return render(request, "experts/result.html", context, status=status)
