"""Review flags: the supervisors' list, and closing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key
from approvals.supervision import selectors, services
from approvals.supervision.forms import FlagForm
from organizations.permissions import Permission, cities_where
from workflows.errors import NotAllowed, WrongState


@require_safe
@for_people
def flag_list(request: PersonRequest) -> HttpResponse:
    """What a supervisor must look at."""
    return _page(request)


@require_POST
@for_people
def close_flag(request: PersonRequest, pk: int) -> HttpResponse:
    """He has looked at it and says what came of it."""
    form = FlagForm(request.POST)
    try:
        services.close_flag(
            pk,
            actor=request.user,
            key=posted_key(request),
            reason=request.POST.get("reason", ""),
        )
    except WrongState as refusal:
        form.add_error(None, refusal.detail)
        return _page(request, failed=pk, form=form, status=422)
    messages.success(request, _("核查提示已处理。"))
    return redirect("supervision:flags")


def _page(
    request: PersonRequest, *, failed: int = 0, form: FlagForm | None = None, status: int = 200
) -> HttpResponse:
    if not cities_where(request.user, Permission.SUPERVISE_CASE):
        raise NotAllowed(_("只有监督人员和科技局负责人可以查看核查提示。"))
    closed = request.GET.get("state") == "closed"
    text = request.GET.get("after", "")
    after = int(text) if text.isdecimal() and len(text) <= 18 else None
    rows, following = selectors.flag_page(request.user, closed=closed, after=after)
    kept = "state=closed&" if closed else ""
    context = {
        "rows": rows,
        "closed": closed,
        "failed": failed,
        "form": form,
        "key": new_key(),
        "supervises": True,
        "tab": "flags",
        "next_url": f"?{kept}after={following}" if following else "",
        "first_url": request.path if after else "",
    }
    return render(request, "supervision/flags.html", context, status=status)
