"""常用意见: the page of one's own and one's office's wordings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.applications.errors import ApplicationActError
from approvals.applications.rights import FILING_ROLES
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.inquiries import selectors, services
from approvals.inquiries.forms import WordingForm
from organizations.models import Organ
from organizations.positions import positions


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def wordings(request: PersonRequest) -> HttpResponse:
    """Lists them, and keeps another one."""
    organs = list(
        Organ.objects.filter(
            pk__in=[
                held.organ_id for held in positions(request.user) if held.role not in FILING_ROLES
            ]
        )
    )
    form = WordingForm(
        organs, request.POST or None, initial={"organ": organs[0] if organs else None}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                services.keep_wording(
                    said["organ"],
                    by=request.user,
                    title=said["title"],
                    text=said["text"],
                    shared=said["shared"],
                )
            except ApplicationActError as refusal:
                form.add_error(None, refusal.detail)
                status = refusal.status
            else:
                messages.success(request, _("常用意见已保存。"))
                return redirect("inquiries:wordings")
    context = {"form": form if organs else None, "rows": selectors.wordings_for(request.user)}
    return render(request, "inquiries/wordings.html", context, status=status)


@require_POST
@for_people
def remove_wording(request: PersonRequest, pk: int) -> HttpResponse:
    """Removes one; what is not one's own stays."""
    services.remove_wording(pk, by=request.user)
    messages.success(request, _("常用意见已删除。"))
    return redirect("inquiries:wordings")
