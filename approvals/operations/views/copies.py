"""抄送给我的: cases to read, with a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.applications.models import Application
from approvals.applications.selectors import readable_by
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.operations import services
from organizations.models import User
from workflows.errors import NotVisible
from workflows.models import Task
from workflows.operations.copies import READ, copies_for


@dataclass(frozen=True, slots=True)
class Copy:
    """One line."""

    pk: int
    case: Application
    by: str
    note: str
    sent_at: datetime
    read_at: datetime | None


@require_safe
@for_people
def copies_page(request: PersonRequest) -> HttpResponse:
    """The newest hundred; cases one may no longer read are left out."""
    return render(request, "operations/copies.html", {"copies": lines(request.user)})


def lines(user: User) -> list[Copy]:
    """Four queries at any number of copies."""
    rows = copies_for(user)
    if not rows:
        return []
    cases = {
        case.process_id: case
        for case in readable_by(user)
        .filter(process__in={row.process_id for row in rows})
        .select_related("program", "applicant")
        .defer("data", "facts", "program__content")
    }
    names = dict(
        User.objects.filter(pk__in={row.data["by"] for row in rows}).values_list("pk", "name")
    )
    return [_line(row, cases[row.process_id], names) for row in rows if row.process_id in cases]


def _line(row: Task, case: Application, names: dict[int, str]) -> Copy:
    read = row.data.get(READ)
    return Copy(
        row.pk,
        case,
        names.get(row.data["by"], ""),
        row.data["note"],
        row.created,
        datetime.fromisoformat(read) if read else None,
    )


@require_POST
@for_people
def acknowledge(request: PersonRequest, pk: int) -> HttpResponse:
    """已阅; somebody else's copy is like a missing one."""
    try:
        services.acknowledge(pk, actor=request.user)
    except NotVisible as refusal:
        raise Http404 from refusal
    messages.success(request, _("已登记为已阅。"))
    return redirect("operations:copies")
