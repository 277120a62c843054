"""The pool's pages: the list for the bureau, entries by who keeps people and posts."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.applications.errors import ApplicationActError, NotAllowedError
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.experts import selectors, services
from approvals.experts.forms import ExpertForm
from approvals.experts.models import ExpertProfile


@require_safe
@for_people
def pool(request: PersonRequest) -> HttpResponse:
    """The entries of the reader's city."""
    cities = selectors.readable_cities(request.user)
    if not cities:
        raise NotAllowedError(_("专家库供科技局、监督人员和系统管理员查阅。"))
    text = request.GET.get("q", "").strip()[:60]
    closed = request.GET.get("closed") == "1"
    found = selectors.experts_in(cities, text=text, closed=closed)
    page = Paginator(found, selectors.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "text": text,
        "closed": closed,
        "keeps": selectors.pools_kept_by(request.user).exists(),
    }
    return render(request, "experts/pool.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def add(request: PersonRequest) -> HttpResponse:
    """A new entry."""
    kept = selectors.pools_kept_by(request.user).first()
    if kept is None:
        raise NotAllowedError(_("只有系统管理员可以维护专家库，请联系系统管理员。"))
    form = ExpertForm(kept, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.add_expert(kept, actor=request.user, **form.cleaned_data)
            except ApplicationActError as refusal:
                form.add_error(None, refusal.detail)
                status = refusal.status
            else:
                messages.success(request, _("专家已入库。"))
                return redirect("experts:pool")
    return render(request, "experts/add.html", {"form": form, "pool": kept}, status=status)


@require_POST
@for_people
def close(request: PersonRequest, pk: int) -> HttpResponse:
    """Ends an entry, with its reason."""
    kept = selectors.pools_kept_by(request.user)
    profile = get_object_or_404(ExpertProfile, pk=pk, pool__in=kept)
    services.close_expert(
        profile.pk, actor=request.user, reason=request.POST.get("reason", "")[:200]
    )
    messages.success(request, _("专家已出库。"))
    return redirect("experts:pool")
