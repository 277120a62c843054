"""The 送审稿 before a signature, and the applicant's copy of the paper."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals.applications.models import Application
from approvals.applications.selectors import case_for
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.decisions.models import Decision
from approvals.decisions.services import draft_content
from approvals.reviews import steps
from documents import files, previews
from documents.services import IssueRefused
from workflows import queue


@require_safe
@for_people
def draft(request: PersonRequest, pk: int) -> HttpResponse:
    """The page the leader is about to sign, marked 送审稿, for whoever holds the task."""
    task = queue.visible_task(request.user, pk)
    if not steps.shows_draft(task):
        raise Http404
    application = Application.objects.select_related(
        "program", "applicant__applicant", "county", "process"
    ).get(process=task.process_id)
    proposed = str(task.process.data.get("verdict", ""))
    try:
        pdf = previews.draft(draft_content(application, proposed))
    except IssueRefused as refusal:
        problem = {"title": _("送审稿不能生成"), "text": str(refusal)}
        return render(request, "decisions/no_draft.html", problem, status=422)
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"}
    )


@require_safe
@for_people
def paper(request: PersonRequest, pk: int, decision: int) -> FileResponse:
    """The decision's PDF for everybody who may read the case."""
    application = case_for(request.user, pk)
    found = Decision.objects.filter(application=application, pk=decision).select_related("document")
    row = found.first()
    if row is None or not row.document.pdf_sha256:
        raise Http404
    return FileResponse(
        files.open_pdf(row.document),
        as_attachment=True,
        filename=f"{row.document.number}.pdf",
        content_type="application/pdf",
    )
