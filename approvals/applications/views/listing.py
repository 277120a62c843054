"""My applications (我的申报)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from approvals.applications.selectors import own_applications
from approvals.applications.views.frame import PersonRequest, for_people
from organizations.positions import positions


@require_safe
@for_people
def my_applications(request: PersonRequest) -> HttpResponse:
    """Drafts, corrections and running cases of every organ this person files for."""
    after = request.GET.get("after", "")
    key = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    page = own_applications(positions(request.user), after=key)
    address = reverse("applications:list")
    context = {
        "rows": page.rows,
        "next_url": f"{address}?after={page.after}" if page.after else "",
        "first_url": address if key else "",
    }
    return render(request, "applications/list.html", context)
