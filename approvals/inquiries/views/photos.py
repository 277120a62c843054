"""A photograph of a site check, shown to whoever may read the case beside its applicant."""

from __future__ import annotations

import io

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from approvals.applications.files.storage import FileDamagedError, read
from approvals.applications.selectors import case_for, is_own
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.inquiries.models import SitePhoto


@require_safe
@for_people
def photo(request: PersonRequest, pk: int, photo: int) -> HttpResponseBase:
    """The picture as it was stored, its hash proved first."""
    case = case_for(request.user, pk)
    if is_own(request.user, case):
        raise Http404
    found = get_object_or_404(SitePhoto, pk=photo, visit__application=case)
    try:
        content = read(found.path, found.sha256)
    except FileDamagedError:
        raise Http404 from None
    answer = FileResponse(io.BytesIO(content), filename=found.name, content_type=found.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
