"""The elder mode switch (适老版) as a plain POST: works without JavaScript, needs no account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from approvals.context import ELDER_COOKIE

A_YEAR = 365 * 24 * 3600
"""Seconds the choice is remembered on this device."""


@require_POST
def switch_display(request: HttpRequest) -> HttpResponse:
    """Remembers the wish in a cookie and returns to the page it was made on (this host only)."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = HttpResponseRedirect(back)
    wish = "1" if request.POST.get("elder") == "1" else "0"
    # Not HttpOnly: static/approvals.js switches in place so that a half-filled form is kept.
    response.set_cookie(
        ELDER_COOKIE, wish, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
    )
    return response
