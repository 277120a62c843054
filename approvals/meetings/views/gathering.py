"""The list of meetings, one meeting with its agenda, and making, changing, cancelling one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import clock
from approvals.applications.views.acting import acted
from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key
from approvals.meetings import selectors, services
from approvals.meetings.forms import CallForm, ReasonForm
from approvals.meetings.models import ItemState, Kind, Meeting, State
from approvals.meetings.sight import may_prepare, meeting_for, prepares_at, require_preparer
from approvals.worklist.models import BulkRun
from approvals.worklist.views.bulk import STALLED
from organizations.models import Organ
from organizations.positions import positions
from workflows.errors import NotAllowed

_DIGITS = 18


@require_safe
@for_people
def meeting_list(request: PersonRequest) -> HttpResponse:
    """The meetings that concern one, the latest first."""
    state = request.GET.get("state", "")
    state = state if state in State else ""
    text = request.GET.get("after", "")
    after = int(text) if text.isdecimal() and len(text) <= _DIGITS else None
    page = selectors.page_of(request.user, state=state, after=after)
    kept = {"state": state} if state else {}
    context = {
        "rows": page.rows,
        "state": state,
        "states": State.choices,
        "prepares": bool(prepares_at(positions(request.user))),
        "next_url": f"?{urlencode({**kept, 'after': page.after})}" if page.after else "",
        "first_url": f"{request.path}?{urlencode(kept)}" if after else "",
    }
    return render(request, "meetings/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def new(request: PersonRequest) -> HttpResponse:
    """Calls a meeting of the organ whose meetings one prepares."""
    organ = _organ(request)
    form = CallForm(organ, request.POST if request.method == "POST" else None)

    def make() -> Meeting:
        return services.make_meeting(
            actor=request.user,
            key=posted_key(request),
            organ=organ,
            kind=Kind(form.cleaned_data["kind"]),
            call=form.call(),
        )

    made = acted(form, make, _FIELDS)
    if made is None:
        return _call_page(request, form, organ, None)
    messages.success(request, _("会议已安排，参会人员已收到通知。"))
    return redirect("meetings:cases", pk=made.pk)


_FIELDS = {
    "bad_day": "day",
    "other_year": "day",
    "no_place": "place",
    "unknown_chair": "chair",
    "chair_records": "recorder",
    "unknown_person": "attendees",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def change(request: PersonRequest, pk: int) -> HttpResponse:
    """Another day, place or other people."""
    found = meeting_for(request.user, pk)
    require_preparer(request.user, found.organ)
    form = CallForm(found.organ, request.POST if request.method == "POST" else None, found)

    def change_it() -> Meeting:
        return services.change_meeting(
            pk, actor=request.user, key=posted_key(request), call=form.call()
        )

    if acted(form, change_it, _FIELDS) is None:
        return _call_page(request, form, found.organ, found)
    messages.success(request, _("会议安排已修改，参会人员已收到通知。"))
    return redirect("meetings:meeting", pk=pk)


def _call_page(
    request: PersonRequest, form: CallForm, organ: Organ, meeting: Meeting | None
) -> HttpResponse:
    context = {
        "form": form,
        "organ": organ,
        "meeting": meeting,
        "key": posted_key(request) if form.is_bound else new_key(),
    }
    return render(request, "meetings/call.html", context, status=422 if form.is_bound else 200)


@require_safe
@for_people
def meeting(request: PersonRequest, pk: int) -> HttpResponse:
    """The agenda as one sees it, and what one may do now."""
    return meeting_page(request, meeting_for(request.user, pk))


@require_POST
@for_people
def cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """The meeting does not take place."""
    found, form = meeting_for(request.user, pk), ReasonForm(request.POST)

    def call_off() -> Meeting:
        reason = form.cleaned_data["reason"]
        return services.cancel_meeting(
            pk, actor=request.user, key=posted_key(request), reason=reason
        )

    if acted(form, call_off) is None:
        require_preparer(request.user, found.organ)
        return meeting_page(request, found, cancel_form=form, status=422)
    messages.success(request, _("会议已取消，议题留待下次会议。"))
    return redirect("meetings:meeting", pk=pk)


def meeting_page(
    request: PersonRequest,
    found: Meeting,
    *,
    cancel_form: ReasonForm | None = None,
    back_form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """One meeting; after a refused form the form with what was typed."""
    user, rows = request.user, selectors.rows_of(request.user, found)
    waiting = [row for row in rows if row.item.state == ItemState.LISTED]
    prepares, records = may_prepare(user, found), found.recorder_id == user.pk
    chairs = found.chair_id == user.pk and found.state == State.SUBMITTED
    run = found.run
    context: dict[str, Any] = {
        "meeting": found,
        "rows": rows,
        "attendees": found.attendees.order_by("name", "pk"),
        "edits": prepares and found.is_open,
        "records": records and found.is_open,
        "can_record": records and found.is_open and clock.today() >= found.day,
        "submits": records and found.is_open and waiting and all(r.item.outcome for r in waiting),
        "chairs": chairs,
        "has_minutes": any(row.item.outcome for row in rows),
        "run": run,
        "stalled": run is not None
        and run.owner_id == user.pk
        and run.state == BulkRun.State.RUNNING
        and (run.moved_at is None or run.moved_at < clock.now() - STALLED),
        "cancel_form": cancel_form or (ReasonForm() if prepares and found.is_open else None),
        "back_form": back_form or (ReasonForm(label=_("需要修改的内容")) if chairs else None),
        "key": posted_key(request) if status == 422 else new_key(),
    }
    return render(request, "meetings/meeting.html", context, status=status)


def _organ(request: PersonRequest) -> Organ:
    """The organ of the address, or the first whose meetings one prepares."""
    organs = prepares_at(positions(request.user))
    rows = Organ.objects.filter(pk__in=organs).order_by("pk")
    asked = request.GET.get("organ", "")
    if asked.isdecimal() and len(asked) <= _DIGITS:
        rows = rows.filter(pk=int(asked))
    found = rows.first()
    if found is None:
        raise NotAllowed(_("只有受理和审查人员可以为本机构安排会议。"))
    return found
