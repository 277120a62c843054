"""Taking a task, putting it back, and (demo only) running its term forward."""

from __future__ import annotations

from typing import Protocol

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from approvals.applications.models import Application
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.reviews import desk
from approvals.reviews.following import follow
from approvals.reviews.views.sight import visible_seat
from organizations.models import User
from workflows import operations, timers
from workflows.errors import OperationError
from workflows.models import Task


@require_POST
@for_people
def claim(request: PersonRequest, pk: int) -> HttpResponse:
    """认领: the task is this person's until he puts it back."""
    return _on_seat(request, pk, operations.claim, _("已认领。"))


@require_POST
@for_people
def release(request: PersonRequest, pk: int) -> HttpResponse:
    """Back into the queue of the office."""
    return _on_seat(request, pk, operations.release, _("已退回机构待办。"))


class SeatAct(Protocol):
    """`claim` or `release` of the engine."""

    def __call__(self, task_id: int, *, actor: User) -> Task: ...


def _on_seat(request: PersonRequest, pk: int, act: SeatAct, said: str) -> HttpResponse:
    visible_seat(request.user, pk)
    try:
        act(pk, actor=request.user)
    except OperationError as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.detail)
    else:
        messages.success(request, said)
    return redirect("reviews:task", pk=pk)


@require_POST
@for_people
def run_forward(request: PersonRequest, pk: int) -> HttpResponse:
    """Demo only: fires the step's timer as if its term had ended; journalled with the name."""
    task = visible_seat(request.user, pk)
    timer = timers.armed(task) if task.is_open else None
    if timer is None:
        raise Http404
    with transaction.atomic():
        step = timers.run_forward(timer.pk, request.user)
        if step is not None:
            application = Application.objects.get(process=task.process_id)
            follow(application, step, by=request.user)
    messages.success(request, _("已快进至期满，进入下一环节。"))
    return redirect(desk.way_on(request, task))
