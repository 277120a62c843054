"""The administrator's read-only pages: people and organs of the cities he looks after."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

import clock
from organizations import selectors
from organizations.kinds import Kind
from organizations.models import Organ, User
from organizations.permissions import Permission, cities_where
from organizations.selectors import Page

LONGEST_SEARCH = 60


@require_GET
@login_required
def people_list(request: HttpRequest) -> HttpResponse:
    """Who has an account, and which posts."""
    cities = _cities(request)
    words = _words(request)
    page = selectors.people(cities, words=words, after=_after(request))
    context = {
        "people": page.rows,
        "words": words,
        "today": clock.today(),
        "next_url": _next_url(page, {"q": words}),
        "first_url": request.path if _after(request) else "",
    }
    return render(request, "organizations/people.html", context)


@require_GET
@login_required
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One account with its posts, past ones too; 404 outside the reader's cities."""
    found = selectors.person(_cities(request), pk)
    if found is None:
        raise Http404
    context = {"person": found, "today": clock.today()}
    return render(request, "organizations/person.html", context)


@require_GET
@login_required
def organ_list(request: HttpRequest) -> HttpResponse:
    """The organs, their validity and their successors."""
    cities = _cities(request)
    words, kind = _words(request), request.GET.get("kind", "")
    page = selectors.organs(cities, kind=kind, words=words, after=_after(request))
    context = {
        "organs": page.rows,
        "words": words,
        "kind": kind,
        "kinds": Kind.choices,
        "today": clock.today(),
        "next_url": _next_url(page, {"q": words, "kind": kind}),
        "first_url": request.path if _after(request) else "",
    }
    return render(request, "organizations/organs.html", context)


def _cities(request: HttpRequest) -> frozenset[str]:
    """The cities whose administration this person may read; 403 when there is none."""
    for permission in (Permission.READ_ADMINISTRATION, Permission.MANAGE_PEOPLE):
        cities = cities_where(request.user, permission)
        if cities:
            return cities
    label = Permission.READ_ADMINISTRATION.label
    raise PermissionDenied(_("您没有“%(right)s”的权限") % {"right": label})


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]


def _after(request: HttpRequest) -> str:
    return request.GET.get("after", "").replace("\x00", "")[:200]


def _next_url(page: Page[User] | Page[Organ], filters: dict[str, str]) -> str:
    if not page.after:
        return ""
    kept = {name: value for name, value in filters.items() if value}
    return "?" + urlencode({**kept, "after": page.after})
