"""账实核对: what the last reconciliation found, each with its way out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

import clock
from documents.print_room import selectors
from documents.print_room.findings import WAYS_OUT, Kind
from documents.print_room.reconciling import JOB_KIND
from documents.views import access
from jobs.services import enqueue
from organizations.permissions import Permission, cities_where

_RIGHTS = (Permission.PRINT_DOCUMENT, Permission.READ_REGISTER)


@require_GET
@login_required
def discrepancies(request: HttpRequest) -> HttpResponse:
    """The findings of the newest run in the visitor's cities."""
    cities = access.cities_of(request, *_RIGHTS)
    run = selectors.latest_reconciliation()
    after = access.after(request)
    reader = access.person(request)
    page = selectors.discrepancy_page(run, cities, reader, after=after) if run else None
    context = {
        "run": run,
        "rows": [(one, Kind(one.kind).label, WAYS_OUT[Kind(one.kind)]) for one in page.rows]
        if page
        else [],
        "may_print": bool(cities_where(request.user, Permission.PRINT_DOCUMENT)),
        "first_url": "?" if after else "",
        "next_url": f"?after={page.after}" if page and page.after else "",
    }
    return render(request, "print_room/discrepancies.html", context)


@require_POST
@login_required
def reconcile_now(request: HttpRequest) -> HttpResponse:
    """Ask the worker for a run now; once a minute is enough."""
    access.cities_of(request, Permission.PRINT_DOCUMENT)
    minute = clock.now().strftime("%Y-%m-%d %H:%M")
    enqueue(JOB_KIND, {"day": "", "asked": minute}, key=f"asked:{minute}")
    messages.success(request, _("已安排核对，请稍后刷新本页"))
    return redirect("documents:discrepancies")
