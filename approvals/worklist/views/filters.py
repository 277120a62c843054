"""Saved filters and the wishes of one person."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.applications.views.frame import PersonRequest, for_people
from approvals.worklist import filters
from approvals.worklist.errors import WorklistRefused
from approvals.worklist.tabs import tabs_of
from approvals.worklist.views.refusal import telling
from approvals.worklist.wishes import wish, wishes_of
from organizations.models import Organ
from organizations.positions import positions


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
@telling
def filter_list(request: PersonRequest) -> HttpResponse:
    """One's own and the offices' saved filters; a POST keeps a search under a name."""
    view, search = request.POST.get("view", "all"), request.POST.get("q", "").strip()
    name, refused = request.POST.get("name", ""), ""
    if request.method == "POST":
        try:
            filters.save_filter(
                request.user, name=name, view=view[:80], search=search, organ=_organ(request)
            )
        except WorklistRefused as refusal:
            if refusal.status != 422:
                raise
            refused = refusal.sentence
        else:
            messages.success(request, _("已保存常用筛选“%s”。") % name.strip())
            return HttpResponseRedirect(_address(view, search))
    held = positions(request.user)
    labels = {tab.key: tab.label for tab in tabs_of(held, request.user)}
    context = {
        "saved": [
            (one, labels.get(one.view, labels["all"]), _address(one.view, one.search))
            for one in filters.filters_for(request.user, held)
        ],
        "offices": Organ.objects.filter(pk__in={position.organ_id for position in held}),
        "given": {"view": view, "q": search, "name": name},
        "refused": refused,
    }
    return render(request, "worklist/filters.html", context, status=422 if refused else 200)


@require_POST
@for_people
@telling
def change_filter(request: PersonRequest, pk: int) -> HttpResponse:
    """Rename, share or delete; only the owner may."""
    asked = request.POST.get("act", "")
    if asked == "delete":
        filters.delete(request.user, pk)
        messages.success(request, _("已删除。"))
    elif asked == "share":
        found = filters.share(request.user, pk, _organ(request))
        told = _("已共享给%s。") % found.organ.name if found.organ else _("已取消共享。")
        messages.success(request, told)
    else:
        found = filters.rename(request.user, pk, request.POST.get("name", ""))
        messages.success(request, _("已改名为“%s”。") % found.name)
    return redirect("worklist:filters")


def _organ(request: PersonRequest) -> int | None:
    text = request.POST.get("organ", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _address(view: str, search: str) -> str:
    return f"{reverse('worklist:queue')}?{urlencode({'view': view, 'q': search})}"


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def wishes_page(request: PersonRequest) -> HttpResponse:
    """What happens after a decision, and whether single keys act."""
    if request.method == "POST":
        wish(
            request.user,
            opens_next="opens_next" in request.POST,
            uses_keys="uses_keys" in request.POST,
        )
        messages.success(request, _("设置已保存。"))
        return redirect("worklist:queue")
    return render(request, "worklist/wishes.html", {"wishes": wishes_of(request.user)})
