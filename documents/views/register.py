"""The register of numbers: the page and the workbook."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from documents import registers, selectors
from documents.views import access
from organizations.permissions import Permission, can

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RIGHTS = (Permission.READ_REGISTER, Permission.PRINT_DOCUMENT)


def _filters(request: HttpRequest) -> tuple[str, int | None]:
    """Organ code and year from the address; nonsense counts as no filter."""
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else None
    return access.words(request.GET, "code", 20), year


@require_GET
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """The register of numbers, voids included."""
    cities = access.cities_of(request, *_RIGHTS)
    code, year = _filters(request)
    after = access.after(request)
    page = selectors.register_page(cities, organ_code=code, year=year, after=after)
    query = {"code": code, "year": year or ""}
    context = {
        "may_print": bool(can(request.user, Permission.PRINT_DOCUMENT)),
        "entries": page.rows,
        "code": code,
        "year": year or "",
        "query": urlencode(query),
        "first_url": f"?{urlencode(query)}" if after else "",
        "next_url": f"?{urlencode({**query, 'after': page.after})}" if page.after else "",
    }
    return render(request, "documents/register.html", context)


@require_GET
@login_required
def register_workbook(request: HttpRequest) -> HttpResponse:
    """The same register as XLSX."""
    cities = access.cities_of(request, *_RIGHTS)
    code, year = _filters(request)
    content = registers.register_workbook(cities, organ_code=code, year=year)
    response = HttpResponse(content, content_type=_XLSX)
    response["Content-Disposition"] = 'attachment; filename="register.xlsx"'
    return response
