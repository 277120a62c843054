"""The notification centre (通知): the list, opening a line, one's preferences."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.notifications import kinds, selectors, services, wishes
from approvals.notifications.forms import PreferencesForm
from organizations.models import User

_DIGITS = 18


@require_safe
@login_required
def centre(request: HttpRequest) -> HttpResponse:
    """What I was told, unread first; by kind, or the unread alone."""
    kind, unread = _known(request.GET.get("kind", "")), request.GET.get("unread") == "1"
    after = selectors.Mark.from_text(request.GET.get("after", ""))
    found = selectors.page(_person(request), kind=kind, unread_only=unread, after=after)
    filters = {**({"kind": kind} if kind else {}), **({"unread": "1"} if unread else {})}
    following = {**filters, "after": found.after.as_text()} if found.after else None
    context = {
        "rows": found.rows,
        "kinds": kinds.everything(),
        "kind": kind,
        "unread_only": unread,
        "newest": max((row.pk for row in found.rows), default=0),
        "some_unread": any(row.read_at is None for row in found.rows),
        "filters": urlencode(filters),
        "next_url": f"?{urlencode(following)}" if following else "",
        "first_url": f"{request.path}?{urlencode(filters)}" if after is not None else "",
    }
    return render(request, "notifications/centre.html", context)


@require_safe
@login_required
def open_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks one line as read and leads to what it tells of; without a link shows its words.

    What tells of a case the person no longer sees is a 404 like a line that never was.
    """
    row = services.read(_person(request), pk)
    if row is None:
        raise Http404
    if row.link:
        return redirect(row.link)
    return render(request, "notifications/line.html", {"row": row})


@require_POST
@login_required
def mark_read(request: HttpRequest) -> HttpResponse:
    """Marks the chosen lines, or all up to the newest one on the page, as read."""
    person, kind = _person(request), _known(request.POST.get("kind", ""))
    if request.POST.get("all"):
        done = services.mark_all_read(
            person, up_to=_number(request.POST.get("newest", "")), kind=kind
        )
    else:
        chosen = request.POST.getlist("line")[: selectors.PAGE_SIZE]
        done = services.mark_read(person, [_number(one) for one in chosen])
    if done:
        messages.success(request, _("已将 %(count)s 条通知标为已读。") % {"count": done})
    else:
        messages.info(request, _("没有未读的通知被选中。"))
    filters = {"kind": kind} if kind else {}
    address = reverse("notifications:centre")
    return redirect(f"{address}?{urlencode(filters)}" if filters else address)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """How I want to be told, kind by kind; quiet hours."""
    person = _person(request)
    form = PreferencesForm(person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        wishes.choose(person, form.modes(), form.quiet_hours())
        messages.success(request, _("通知设置已保存。"))
        return redirect("notifications:preferences")
    status = 422 if form.is_bound else 200
    return render(request, "notifications/preferences.html", {"form": form}, status=status)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _known(kind: str) -> str:
    """A kind that there is; "", which means every kind, for anything else."""
    return kind if kind in {one.name for one in kinds.everything()} else ""


def _number(text: str) -> int:
    """A row's number from a form; 0, which no row has, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0
