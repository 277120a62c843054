"""The archive package of a case, for the archive of its city."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from approvals.applications.errors import NotAllowedError
from approvals.applications.selectors import case_for
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.archive.package import archive_case
from approvals.archive.panels import may_archive


@require_POST
@for_people
def package(request: PersonRequest, pk: int) -> HttpResponse:
    """Packs the case and hands the file out; the journal keeps its digest."""
    application = case_for(request.user, pk)
    if not may_archive(request.user, application):
        raise NotAllowedError(_("只有档案管理员可以归档。"))
    content = archive_case(application, by=request.user)
    response = HttpResponse(content, content_type="application/zip")
    header = content_disposition_header(as_attachment=True, filename=f"{application.number}.zip")
    if header:
        response["Content-Disposition"] = header
    return response
