"""The minutes as a whole: handed to the chair, confirmed, sent back; and their paper."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.applications.views.acting import acted
from approvals.applications.views.frame import PersonRequest, for_people, posted_key
from approvals.meetings import content, services
from approvals.meetings.agenda import with_policy
from approvals.meetings.forms import ReasonForm
from approvals.meetings.models import AgendaItem, ItemState, Meeting
from approvals.meetings.services.gate import require_chair
from approvals.meetings.sight import items_for, listed, meeting_for
from approvals.meetings.views.gathering import meeting_page
from documents import files, previews
from documents.services import IssueRefused
from workflows.errors import WrongState


@require_POST
@for_people
def submit(request: PersonRequest, pk: int) -> HttpResponse:
    """The recorder hands the minutes to the chair."""
    try:
        services.submit_minutes(pk, actor=request.user, key=posted_key(request))
    except WrongState as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("纪要已提交主持人确认。"))
    return redirect("meetings:meeting", pk=pk)


@require_POST
@for_people
def send_back(request: PersonRequest, pk: int) -> HttpResponse:
    """The chair asks the recorder to mend them."""
    found = meeting_for(request.user, pk)
    require_chair(found, request.user)
    form = ReasonForm(request.POST, label=_("需要修改的内容"))

    def ask_again() -> Meeting:
        reason = form.cleaned_data["reason"]
        return services.send_back(pk, actor=request.user, key=posted_key(request), reason=reason)

    if acted(form, ask_again) is None:
        return meeting_page(request, found, back_form=form, status=422)
    messages.success(request, _("纪要已退回记录人修改。"))
    return redirect("meetings:meeting", pk=pk)


@require_POST
@for_people
def confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """The chair confirms; the items are decided one by one by a job."""
    try:
        services.confirm_minutes(pk, actor=request.user, key=posted_key(request))
    except (WrongState, IssueRefused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("纪要已确认，正在逐项办理；结果见各议题。"))
    return redirect("meetings:meeting", pk=pk)


@require_safe
@for_people
def paper(request: PersonRequest, pk: int) -> FileResponse | HttpResponse:
    """The numbered minutes for who may know of every item; else, and before, a preview of what the
    reader may know of, as if the meeting had had nothing else."""
    found = meeting_for(request.user, pk)
    items = [item for item in listed(items_for(request.user, found)) if item.outcome]
    if not items:
        raise Http404
    document = found.document
    if document is not None and document.pdf_sha256 and len(items) == _decided(found.pk):
        return FileResponse(
            files.open_pdf(document),
            filename=f"{document.number}.pdf",
            content_type="application/pdf",
        )
    with_policy([item.application for item in items])
    try:
        pdf = previews.draft(content.minutes_of(found, items))
    except IssueRefused as refusal:
        problem = {
            "title": _("会议纪要不能生成"),
            "text": str(refusal),
            "way_out": _("请由记录人修改相应议题的文字。"),
        }
        return render(request, "decisions/no_draft.html", problem, status=422)
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"}
    )


def _decided(meeting: int) -> int:
    return AgendaItem.objects.filter(meeting=meeting, state=ItemState.DECIDED).count()
