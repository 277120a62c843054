"""A paper of a case for whom it is meant, and its proof of service."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.applications.selectors import case_for
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.notices.models import Paper
from approvals.notices.rights import may_read, reader_of
from approvals.notices.services.serving import make_service_record
from documents import files
from documents.files import PdfMissingError
from organizations.positions import positions


@require_safe
@for_people
def paper(request: PersonRequest, pk: int, paper: int) -> FileResponse:
    """The PDF; 404 for a stranger, for a kind that is not for this reader, and while it is made."""
    application = case_for(request.user, pk)
    rows = Paper.objects.select_related("document").defer("document__content")
    found = rows.filter(application=application, pk=paper).first()
    if found is None or not may_read(found, reader_of(application, positions(request.user))):
        raise Http404
    return as_file(found)


def as_file(paper: Paper) -> FileResponse:
    """The archived PDF as a download named by its number."""
    try:
        opened = files.open_pdf(paper.document)
    except PdfMissingError as missing:
        raise Http404 from missing
    return FileResponse(
        opened,
        as_attachment=True,
        filename=f"{paper.document.number}.pdf",
        content_type="application/pdf",
    )


@require_POST
@for_people
def serve(request: PersonRequest, pk: int, paper: int) -> HttpResponse:
    """Makes the proof of service of a paper, once."""
    application = case_for(request.user, pk)
    made = make_service_record(application, paper, by=request.user)
    said = _("已出具送达回证：%(number)s。") % {"number": made.document.number}
    messages.success(request, said)
    return redirect("applications:case", pk=pk)
