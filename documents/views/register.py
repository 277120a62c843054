"""The register of numbers: the page, the workbook and the printed volumes."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from documents import desk_papers, files, registers
from documents import register_workbook as workbook
from documents.models import Document
from documents.registers import Wanted
from documents.rendering.errors import RenderingError
from documents.views import access
from organizations.permissions import Permission, can

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RIGHTS = (Permission.READ_REGISTER, Permission.PRINT_DOCUMENT)
_LONGEST_SEARCH = 60


def _year(request: HttpRequest) -> int | None:
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else None


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _wanted(request: HttpRequest) -> Wanted:
    """What the address asks for; nonsense does not narrow."""
    state = request.GET.get("state", "")
    return Wanted(
        organ_code=access.words(request.GET, "code", 20),
        year=_year(request),
        words=access.words(request.GET, "q", _LONGEST_SEARCH),
        state=state if state in Document.State else "",
        since=_day(request, "since"),
        until=_day(request, "until"),
    )


def _query(wanted: Wanted) -> dict[str, str]:
    """The same as parameters of an address."""
    asked = {
        "code": wanted.organ_code,
        "year": str(wanted.year or ""),
        "q": wanted.words,
        "state": wanted.state,
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
    }
    return {name: value for name, value in asked.items() if value}


@require_GET
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """The register of numbers, voids included."""
    cities = access.cities_of(request, *_RIGHTS)
    wanted = _wanted(request)
    after = access.after(request)
    page = registers.register_page(cities, access.person(request), wanted, after=after)
    series = registers.series_of(cities)
    query = _query(wanted)
    chosen = [
        row for row in series if (row.organ_code, row.year) == (wanted.organ_code, wanted.year)
    ]
    context = {
        "may_print": bool(can(request.user, Permission.PRINT_DOCUMENT)),
        "entries": page.rows,
        "wanted": wanted,
        "codes": sorted({row.organ_code for row in series}),
        "years": sorted({row.year for row in series}, reverse=True),
        "states": Document.State.choices,
        "query": urlencode(query),
        "volumes": [
            (place, (place - 1) * registers.VOLUME + 1, min(place * registers.VOLUME, row.last))
            for row in chosen
            for place in range(1, -(-row.last // registers.VOLUME) + 1)
        ],
        "first_url": f"?{urlencode(query)}" if after else "",
        "next_url": f"?{urlencode({**query, 'after': page.after})}" if page.after else "",
    }
    return render(request, "documents/register.html", context)


@require_GET
@login_required
def register_workbook(request: HttpRequest) -> HttpResponse:
    """What the page shows, whole, as XLSX."""
    cities = access.cities_of(request, *_RIGHTS)
    reader = access.person(request)
    content = workbook.register_workbook(cities, reader, _wanted(request))
    response = HttpResponse(content, content_type=_XLSX)
    response["Content-Disposition"] = 'attachment; filename="register.xlsx"'
    return response


@require_GET
@login_required
def register_volume(request: HttpRequest) -> HttpResponse:
    """One volume of a series' 年度发文登记簿 as a PDF: `?code=…&year=…&volume=1`."""
    cities = access.cities_of(request, *_RIGHTS)
    wanted, text = _wanted(request), request.GET.get("volume", "1")
    if wanted.year is None or not wanted.organ_code:
        return redirect("documents:register")
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise Http404
    book = registers.volume(
        cities, access.person(request), wanted.organ_code, wanted.year, max(int(text), 1)
    )
    if book is None:
        raise Http404
    try:
        pdf = desk_papers.pdf(book.content)
    except RenderingError as error:
        context = {"reason": str(error), "back": f"../register/?{urlencode(_query(wanted))}"}
        return render(request, "documents/unavailable.html", context, status=503)
    name = f"{wanted.year}年度发文登记簿（{wanted.organ_code}）{book.first}-{book.last}.pdf"
    return files.pdf_response(pdf, name)
