"""The organisation's profile: told once, reused in every application."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from approvals.applications.forms.registration import ProfileForm
from approvals.applications.rights import filing_organs
from approvals.applications.views.frame import PersonRequest, for_people
from organizations.applicants import change_profile


@require_safe
@for_people
def profiles(request: PersonRequest) -> HttpResponse:
    """Every organ this person files for."""
    context = {"organs": filing_organs(request.user)}
    return render(request, "applications/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def edit(request: PersonRequest, organ_pk: int) -> HttpResponse:
    """Contact, account and legal representative; name and code are changed by the registry."""
    organ = next((o for o in filing_organs(request.user) if o.pk == organ_pk), None)
    if organ is None:
        raise Http404
    if request.method != "POST":
        form = ProfileForm.of(organ.applicant)
    else:
        form = ProfileForm(request.POST)
        if form.is_valid():
            change_profile(organ.applicant, by=request.user, **form.cleaned_data)
            messages.success(request, _("单位信息已保存。"))
            return redirect("applications:profile")
    context = {"organ": organ, "form": form}
    status = 422 if form.errors else 200
    return render(request, "applications/profile_edit.html", context, status=status)
