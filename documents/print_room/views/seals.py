"""The seal register: ask, approve or decline, apply."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from documents.print_room import sealing, selectors
from documents.print_room.errors import Refused
from documents.print_room.models import SealEntry
from documents.views import access
from organizations.permissions import Permission, can, cities_where

_REGISTER = (Permission.READ_REGISTER, Permission.PRINT_DOCUMENT, Permission.KEEP_SEAL)
_MOST = 100
_RIGHT = {
    "approve": Permission.SIGN_DECISION,
    "decline": Permission.SIGN_DECISION,
    "apply": Permission.KEEP_SEAL,
}


@require_GET
@login_required
def seal_register(request: HttpRequest) -> HttpResponse:
    """用印登记 by state; who may approve or apply ticks and presses here."""
    cities = access.cities_of(request, *_REGISTER)
    keeps = bool(cities & cities_where(request.user, Permission.KEEP_SEAL))
    usual = SealEntry.State.APPROVED if keeps else SealEntry.State.ASKED
    state = request.GET.get("state", usual)
    state = state if state in SealEntry.State else ""
    after = access.after(request)
    page = selectors.seal_page(cities, access.person(request), state=state, after=after)
    query = {"state": state}
    context = {
        "entries": page.rows,
        "key": access.new_key(),
        "state": state,
        "states": [*SealEntry.State.choices, ("all", _("全部"))],
        "may_approve": state == "asked"
        and bool(cities & cities_where(request.user, Permission.SIGN_DECISION)),
        "may_apply": state == "approved" and keeps,
        "may_print": bool(cities & cities_where(request.user, Permission.PRINT_DOCUMENT)),
        "first_url": f"?{urlencode(query)}" if after else "",
        "next_url": f"?{urlencode({**query, 'after': page.after})}" if page.after else "",
    }
    return render(request, "print_room/seals.html", context)


@require_POST
@login_required
def ask_for_seal(request: HttpRequest, pk: int) -> HttpResponse:
    """The office asks for the seal on the copies that have none."""
    document = access.printable_document(request, pk)
    try:
        sealing.ask(
            document.pk,
            by=access.person(request),
            key=access.posted_key(request),
            expected=access.shown(request, "version"),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已申请用印，等待批准"))
    return redirect("documents:print_document", pk=document.pk)


@require_POST
@login_required
def act_on_seals(request: HttpRequest, act: str) -> HttpResponse:
    """Approve, decline or apply the ticked entries, each by itself."""
    right = _RIGHT[act]
    cities = access.cities_of(request, *_REGISTER)
    chosen = access.numbers(request.POST.getlist("entry"), _MOST)
    entries = selectors.seal_entries_in(cities, access.person(request), chosen)
    if len(entries) != len(chosen):
        raise Http404
    organs = {row.document.lead_organ for row in entries}
    for answer in [can(request.user, right, one) for one in organs] or [can(request.user, right)]:
        if not answer:
            raise PermissionDenied(answer.reason)
    reason = access.words(request.POST, "reason", 300)
    done, refused = sealing.each(
        {pk: access.shown(request, f"version-{pk}") for pk in chosen},
        act,
        by=access.person(request),
        reason=reason,
        key=access.posted_key(request),
    )
    if done:
        words = {
            "approve": _("已批准 %d 件"),
            "decline": _("已退回 %d 件"),
            "apply": _("已登记用印 %d 件"),
        }
        messages.success(request, words[act] % done)
    elif not chosen:
        messages.warning(request, _("请先选择用印申请"))
    for sentence in refused[:5]:
        messages.error(request, sentence)
    return redirect("documents:seal_register")
