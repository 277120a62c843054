"""Registration of a new applicant (注册)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.applications.forms.registration import RegistrationForm
from approvals.applications.services.registration import register_enterprise
from organizations.errors import RuleError


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Shows and takes the form; afterwards the person logs in by the applicants' door."""
    if request.user.is_authenticated:
        return redirect("applications:profile")
    form = RegistrationForm(request.POST) if request.method == "POST" else RegistrationForm()
    if form.is_bound and form.is_valid():
        try:
            register_enterprise(form.cleaned_data)
        except RuleError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("注册成功，请登录后申报。"))
            return redirect("/login/applicant/")
    status = 422 if form.errors else 200
    return render(request, "applications/register.html", {"form": form}, status=status)
