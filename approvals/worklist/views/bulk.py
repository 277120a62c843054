"""Bulk acts: choose, try out, run, watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import clock
from approvals.applications.views.frame import PersonRequest, for_people, posted_key
from approvals.worklist import listing
from approvals.worklist.bulk import services
from approvals.worklist.bulk.acts import CHOSEN_BY_HAND, MOST, BulkAct, Order
from approvals.worklist.bulk.colleagues import colleagues_of
from approvals.worklist.bulk.desk import Entry, entries_of, outcomes_of
from approvals.worklist.bulk.forms import OrderForm
from approvals.worklist.bulk.sight import in_sight, runs_of
from approvals.worklist.bulk.trial import trial
from approvals.worklist.errors import WorklistRefused
from approvals.worklist.models import BulkLine, BulkRun
from approvals.worklist.views.refusal import telling
from organizations.agencies import positions_by_agency
from organizations.permissions import Permission, cities_where
from organizations.positions import positions
from workflows.models import Task

STALLED = timedelta(seconds=90)
"""Without progress for so long a run offers to go on."""
_SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
@telling
def runs(request: PersonRequest) -> HttpResponse:
    """One's last runs; a POST from the list makes a new one out of the ticked rows, or of
    everything the search finds."""
    if request.method != "POST":
        found = runs_of(request.user).order_by("-pk")[:_SHOWN]
        return render(
            request, "worklist/bulk_list.html", {"runs": found, "acts": dict(BulkAct.choices)}
        )
    asked = listing.from_query(request.user, request.POST)
    everything = "everything" in request.POST
    tasks = asked.tasks(MOST) if everything else _ticked(request, asked)
    run = services.choose(request.user, tasks, key=posted_key(request), origin=asked.query)
    return redirect("worklist:bulk_run", pk=run.pk)


def _ticked(request: PersonRequest, asked: listing.Listing) -> Iterator[Task]:
    """The ticked tasks, as far as this person's posts list them; nonsense is left out."""
    texts = request.POST.getlist("task")[: MOST + 1]
    numbers = {int(one) for one in texts if one.isascii() and one.isdecimal() and len(one) < 19}
    held = (*positions(request.user), *positions_by_agency(request.user))
    offices = {(role, one.organ_id) for one in held for role in one.acting}
    rows = Task.objects.filter(pk__in=numbers).select_related("process").order_by("due_at", "pk")
    return (
        task
        for task in rows
        if (task.role, task.organ_id) in offices or task.owner_id == request.user.pk
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
@telling
def run_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One run: before it starts its form and the dry run, then its progress."""
    run = _own(request, pk)
    if run.state != BulkRun.State.DRAFT and request.method != "POST":
        return render(request, "worklist/bulk_run.html", _progress(run))
    entries = in_sight(entries_of(run))
    form = _form(request, run, entries)
    if request.method == "POST" and form.is_valid():
        services.prepare(request.user, pk, form.order())
        return HttpResponseRedirect(f"{request.path}#trial")
    return _draft(request, run, entries, form, 422 if form.errors else 200)


def _form(request: PersonRequest, run: BulkRun, entries: Sequence[Entry]) -> OrderForm:
    acts: list[BulkAct] = [act for act in CHOSEN_BY_HAND if act != BulkAct.PRINT]
    if cities_where(request.user, Permission.PRINT_DOCUMENT):
        acts = list(CHOSEN_BY_HAND)
    return OrderForm(
        outcomes=outcomes_of(entries),
        colleagues=colleagues_of(request.user),
        acts=acts,
        data=request.POST if request.method == "POST" else None,
        initial={**run.payload, "act": run.act or BulkAct.DECIDE.value},
    )


def _draft(
    request: PersonRequest, run: BulkRun, entries: Sequence[Entry], form: OrderForm, status: int
) -> HttpResponse:
    order = None if form.is_bound else Order.of(run.act, run.payload)
    verdicts = trial(request.user, entries, order) if order is not None else []
    going = sum(verdict.goes for verdict in verdicts)
    context = {
        "run": run,
        "form": form,
        "entries": entries,
        "verdicts": verdicts,
        "order": order,
        "going": going,
        "refused": len(verdicts) - going,
        "back": run.origin,
        "most": MOST,
    }
    return render(request, "worklist/bulk_draft.html", context, status=status)


@require_POST
@for_people
@telling
def start(request: PersonRequest, pk: int) -> HttpResponse:
    """Runs what the dry run let through."""
    try:
        services.start(request.user, pk)
    except WorklistRefused as refused:
        if refused.status != 422:
            raise
        messages.error(request, refused.sentence)
    return redirect("worklist:bulk_run", pk=pk)


@require_POST
@for_people
@telling
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    """Goes on with a run that stands still."""
    services.resume(request.user, pk)
    messages.success(request, _("已安排继续执行，已办理的不会重复办理。"))
    return redirect("worklist:bulk_run", pk=pk)


@require_safe
@for_people
@telling
def progress(request: PersonRequest, pk: int) -> HttpResponse:
    """The part of the page that moves."""
    return render(request, "worklist/_progress.html", _progress(_own(request, pk)))


def _own(request: PersonRequest, pk: int) -> BulkRun:
    run = services.run_for(request.user, pk)
    if run is None:
        raise Http404
    return run


def _progress(run: BulkRun) -> dict[str, Any]:
    entries = in_sight(entries_of(run))
    by_state = Counter(entry.line.state for entry in entries)
    running = run.state == BulkRun.State.RUNNING
    return {
        "run": run,
        "act": BulkAct(run.act).label,
        "entries": entries,
        "total": len(entries),
        "finished": len(entries) - by_state[BulkLine.State.WAITING],
        "done": by_state[BulkLine.State.DONE],
        "refused": by_state[BulkLine.State.REFUSED],
        "running": running,
        "stalled": running and (run.moved_at is None or run.moved_at < clock.now() - STALLED),
        "batch": run.payload.get("batch"),
        "back": run.origin,
    }
