"""待办: views, search, counts, saved filters, export."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.applications.views.frame import PersonRequest, for_people, new_key
from approvals.worklist import exports, listing
from approvals.worklist.filters import filters_for
from approvals.worklist.handing import LEADERS
from approvals.worklist.language import KEYS
from approvals.worklist.listing import Listing
from approvals.worklist.models import SavedFilter
from approvals.worklist.rows import rows_for
from approvals.worklist.wishes import wishes_of
from workflows.queue import Count, Mark

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_WRITERS = {"xlsx": exports.workbook, "csv": exports.table}


@require_safe
@for_people
def queue_page(request: PersonRequest) -> HttpResponse:
    """One page of one view; the same number of queries at any size."""
    found = listing.from_query(request.user, request.GET)
    listing.keep(request, found)
    saved = filters_for(request.user, found.held)
    counts = found.counts(saved)
    context = {
        "listing": found,
        "tabs": _tabs(found, counts),
        "saved": _saved(saved, counts),
        "count": listing.label(counts.get("search", counts.get(found.tab.key))),
        "wishes": wishes_of(request.user),
        "grammar": [(words[0], words[-1]) for words in KEYS.values()],
        "key": new_key(),
        "leads": any(position.role in LEADERS for position in found.held),
        **(_done(request, found) if found.is_done else _waiting(request, found)),
    }
    return render(request, "worklist/queue.html", context, status=422 if found.faults else 200)


def _waiting(request: PersonRequest, found: Listing) -> dict[str, Any]:
    after = Mark.from_text(request.GET.get("after", ""))
    page = found.page(after=after)
    return {
        "rows": rows_for(page.tasks, request.user),
        "partial": page.partial,
        **_pager(found, after is not None, page.after.as_text() if page.after else ""),
    }


def _done(request: PersonRequest, found: Listing) -> dict[str, Any]:
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    page = found.done(after=after)
    return {
        "done": page.rows,
        "partial": page.partial,
        **_pager(found, after is not None, str(page.after) if page.after else ""),
    }


def _pager(found: Listing, behind: bool, after: str) -> dict[str, str]:
    query = found.query
    further = urlencode({"after": after})
    return {
        "first_url": f"?{query}" if behind else "",
        "next_url": f"?{query}{'&' if query else ''}{further}" if after else "",
    }


def _tabs(found: Listing, counts: dict[str, Count]) -> list[dict[str, Any]]:
    return [
        {
            "label": tab.label,
            "url": f"?{urlencode({'view': tab.key})}",
            "current": tab.key == found.tab.key,
            "count": listing.label(counts.get(tab.key)),
        }
        for tab in found.tabs
    ]


def _saved(saved: list[SavedFilter], counts: dict[str, Count]) -> list[dict[str, Any]]:
    return [
        {
            "filter": one,
            "url": f"?{urlencode({'view': one.view, 'q': one.search})}",
            "count": listing.label(counts.get(str(one.pk))),
        }
        for one in saved
    ]


@require_safe
@for_people
def export(request: PersonRequest, form: str) -> HttpResponse:
    """The same rows as a file: `xlsx` or `csv`. What has been decided is not exported here."""
    found = listing.from_query(request.user, request.GET)
    if form not in _WRITERS or found.is_done:
        raise Http404
    response = HttpResponse(_WRITERS[form](found), content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="tasks.{form}"'
    return response
