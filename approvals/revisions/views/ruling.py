"""The second pair of eyes: the new paper, and yes or no; who proposed may take it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.applications.views.frame import PersonRequest, for_people
from approvals.revisions import resting, services, sight
from approvals.revisions.models import Revision
from documents import files, previews
from documents.rendering.errors import RenderingError
from documents.services import IssueRefused


@require_safe
@for_people
def preview(request: PersonRequest, pk: int) -> HttpResponse:
    """The corrected paper as it would be issued, and what goes out anew with it, marked 送审稿."""
    revision = Revision.objects.filter(pk=pk).exclude(content=None).first()
    if revision is None:
        raise sight.NoSuchPaper("")
    document = sight.paper_for(request.user, revision.document_id)
    along = {int(key): content for key, content in revision.along.items()}
    try:
        pdf = previews.drafts(resting.drafts(document, revision.content or {}, along))
    except (IssueRefused, RenderingError) as refusal:
        context = {"reason": str(refusal), "back": f"/papers/{revision.document_id}/"}
        return render(request, "documents/unavailable.html", context, status=503)
    return files.pdf_response(pdf, _("更正稿.pdf"))


@require_POST
@for_people
def rule(request: PersonRequest, pk: int) -> HttpResponse:
    """`confirm`, `refuse` (with a reason) or `withdraw`, as the button says."""
    if "confirm" in request.POST:
        revision = services.confirm(pk, by=request.user)
        messages.success(request, _("已审定并执行，申请人将收到通知。"))
    elif "withdraw" in request.POST:
        revision = services.withdraw(pk, by=request.user)
        messages.success(request, _("已收回。"))
    else:
        revision = services.refuse(pk, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(request, _("已注明不同意，公文保持原状。"))
    return redirect("revisions:paper", pk=revision.document_id)
