"""Changing one's own password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from journal.services import record
from organizations.models import User


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """The old password once, the new one twice; every other session of the account ends."""
    user = request.user
    if not isinstance(user, User):  # login_required lets nobody else through
        return redirect("log_in")
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            record("system", "password_changed", actor=user)
        update_session_auth_hash(request, user)
        messages.success(request, _("密码已修改，其他设备上的登录已失效"))
        return redirect("change_password")
    status = 422 if form.errors else 200
    return render(request, "organizations/password.html", {"form": form}, status=status)
