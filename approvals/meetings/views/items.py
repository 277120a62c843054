"""Choosing cases for the agenda; one item with its papers, its minutes, its way off the agenda."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import clock
from approvals.applications.models import Application
from approvals.applications.selectors import readable_by
from approvals.applications.views.acting import acted
from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key
from approvals.decisions.services import NoLegalBasis, draft_content
from approvals.meetings import services
from approvals.meetings.agenda import candidates
from approvals.meetings.forms import EntryForm, OffForm
from approvals.meetings.models import AgendaItem, ItemState, Meeting
from approvals.meetings.services.agenda import later_meetings
from approvals.meetings.services.gate import require_open, require_recorder
from approvals.meetings.sight import item_for, may_prepare, meeting_for, require_preparer
from approvals.reviews import steps
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.selectors import history_for
from approvals.worklist.rows import last_day
from documents import previews
from documents.services import IssueRefused
from workflows.errors import Stale, WrongState

_DIGITS = 18


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def choose(request: PersonRequest, pk: int) -> HttpResponse:
    """The cases that wait at a step meant for such a meeting; the ticked ones go on the agenda."""
    found = meeting_for(request.user, pk)
    require_preparer(request.user, found.organ)
    require_open(found)
    problem, ticked = "", _ticked(request)
    if request.method == "POST":
        try:
            services.list_cases(pk, actor=request.user, key=posted_key(request), tasks=ticked)
        except WrongState as refusal:
            problem = refusal.detail
        else:
            messages.success(request, _("已列入议程 %d 件。") % len(ticked))
            return redirect("meetings:meeting", pk=pk)
    context = {
        "meeting": found,
        "rows": [
            {"one": one, "due": last_day(one.task), "ticked": one.task.pk in ticked}
            for one in candidates(found, request.user)
        ],
        "problem": problem,
        "key": posted_key(request) if problem else new_key(),
    }
    return render(request, "meetings/cases.html", context, status=422 if problem else 200)


def _ticked(request: PersonRequest) -> frozenset[int]:
    texts = request.POST.getlist("task")[:200]
    return frozenset(int(one) for one in texts if one.isdecimal() and len(one) <= _DIGITS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def item_page(request: PersonRequest, pk: int, item: int) -> HttpResponse:
    """The papers of one item; the recorder's POST writes its minutes."""
    found, row = _item(request, pk, item)
    if request.method != "POST":
        return _page(request, found, row)
    require_recorder(found, request.user)
    form, status = _entry_form(found, row, request.POST), 422
    if form.is_valid():
        try:
            services.record_item(
                pk,
                actor=request.user,
                key=posted_key(request),
                item=item,
                expected_version=form.cleaned_data["version"],
                entry=form.entry(),
            )
        except OpinionRefused as refusal:
            for name, sentence in refusal.problems.items():
                form.add_error(name if name in form.fields else None, sentence)
        except (WrongState, Stale) as refusal:
            form.add_error(None, refusal.detail)
            status = refusal.status
        else:
            messages.success(request, _("本议题的纪要已保存。"))
            return redirect("meetings:meeting", pk=pk)
    return _page(request, found, row, entry_form=form, status=status)


@require_POST
@for_people
def move(request: PersonRequest, pk: int, item: int) -> HttpResponse:
    """One place up or down."""
    up = request.POST.get("way") == "up"
    services.move_item(pk, actor=request.user, key=posted_key(request), item=item, up=up)
    return redirect("meetings:meeting", pk=pk)


@require_POST
@for_people
def off(request: PersonRequest, pk: int, item: int) -> HttpResponse:
    """Withdraws the item, or puts it off."""
    found, row = _item(request, pk, item)
    if found.recorder_id != request.user.pk:
        require_preparer(request.user, found.organ)
    form = OffForm(later_meetings(found), request.POST)

    def take_off() -> bool:
        given = form.cleaned_data
        asked: dict[str, Any] = {"actor": request.user, "key": posted_key(request), "item": item}
        if given["act"] == "withdraw":
            services.withdraw_item(pk, reason=given["reason"], **asked)
        else:
            services.defer_item(pk, reason=given["reason"], to=given["to"], **asked)
        return True

    if acted(form, take_off) is None:
        return _page(request, found, row, off_form=form, status=422)
    messages.success(request, _("议题已从议程上移出。"))
    return redirect("meetings:meeting", pk=pk)


@require_safe
@for_people
def draft(request: PersonRequest, pk: int, item: int) -> HttpResponse:
    """The 送审稿 of the item's step, for who has the papers."""
    _found, row = _item(request, pk, item)
    if not steps.shows_draft(row.task) or not row.task.is_open:
        raise Http404
    proposed = str(row.task.process.data.get("verdict", ""))
    try:
        pdf = previews.draft(draft_content(row.application, proposed))
    except (IssueRefused, NoLegalBasis) as refusal:
        problem = {"title": _("送审稿不能生成"), "text": str(refusal)}
        return render(request, "decisions/no_draft.html", problem, status=422)
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"}
    )


def _item(request: PersonRequest, pk: int, item: int) -> tuple[Meeting, AgendaItem]:
    found = meeting_for(request.user, pk)
    row = item_for(request.user, found, item)
    cases = Application.objects.select_related(
        "program", "applicant__applicant", "county", "process"
    )
    row.application = cases.get(pk=row.application_id)
    return found, row


def _entry_form(meeting: Meeting, row: AgendaItem, data: Any = None) -> EntryForm:
    form = steps.form_of(row.application, row.task)
    first = {
        "version": row.task.process.material_version,
        "outcome": row.outcome,
        "conclusion": row.conclusion,
        "dissent": row.dissent,
        "abstained": [one.pk for one in row.abstained.all()],
        "recused": [one.pk for one in row.recused.all()],
    }
    people = list(meeting.attendees.order_by("name", "pk"))
    return EntryForm(form, steps.outcomes_of(row.task), people, data=data, initial=first)


def _page(
    request: PersonRequest,
    found: Meeting,
    row: AgendaItem,
    *,
    entry_form: EntryForm | None = None,
    off_form: OffForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user, case = request.user, row.application
    live = found.is_open and row.state == ItemState.LISTED
    records = live and found.recorder_id == user.pk
    takes_off = records or (live and may_prepare(user, found))
    due_today = clock.today() >= found.day
    form = steps.form_of(case, row.task)
    context: dict[str, Any] = {
        "meeting": found,
        "item": row,
        "application": case,
        "opinions": history_for(case, user, None).lines,
        "readable": readable_by(user).filter(pk=case.pk).exists(),
        "proposed": str(row.task.process.data.get("verdict", "")),
        "label": form.outcome(row.outcome).label if row.outcome else "",
        "draft": steps.shows_draft(row.task) and row.task.is_open,
        "moved": live and not row.task.is_open,
        "early": records and not due_today,
        "entry_form": entry_form
        or (_entry_form(found, row) if records and due_today and row.task.is_open else None),
        "off_form": off_form or (OffForm(later_meetings(found)) if takes_off else None),
        "key": posted_key(request) if status != 200 else new_key(),
        "off_key": posted_key(request) if status != 200 else new_key(),
    }
    return render(request, "meetings/item.html", context, status=status)
