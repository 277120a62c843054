"""Batches: several documents in one run, under a cover list."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from documents import files
from documents import selectors as documents
from documents.models import PrintBatch
from documents.print_room import printing, selectors, sheets
from documents.print_room.errors import Refused
from documents.print_room.models import Copy
from documents.rendering.errors import RenderingError
from documents.views import access
from organizations.permissions import Permission


def _batch(request: HttpRequest, pk: int) -> PrintBatch:
    """The batch, by the rule of a single document."""
    batch = selectors.batch_in(access.known_cities(request), access.person(request), pk)
    if batch is None:
        raise Http404
    access.may_print(request, batch.organ)
    return batch


def _shown(request: HttpRequest, chosen: list[int]) -> dict[int, int]:
    """Copies printed so far of each ticked document, as the list showed them."""
    told = {pk: access.shown(request, f"version-{pk}") for pk in chosen}
    return {pk: version for pk, version in told.items() if version is not None}


@require_POST
@login_required
def make_batch(request: HttpRequest) -> HttpResponse:
    """One batch out of the ticked documents, each by its distribution list."""
    cities = access.cities_of(request, Permission.PRINT_DOCUMENT)
    chosen = access.numbers(request.POST.getlist("document"), printing.LARGEST_BATCH)
    mine = documents.documents_in(cities, access.person(request)).filter(pk__in=chosen)
    if mine.count() != len(chosen):
        raise Http404
    try:
        batch = printing.print_batch(
            chosen,
            by=access.person(request),
            reason=access.words(request.POST, "reason", 300),
            numbered=request.POST.get("numbered") == "1",
            key=access.posted_key(request),
            expected=_shown(request, chosen),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("documents:print_list")
    return redirect("documents:print_batch", pk=batch.pk)


@require_GET
@login_required
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A batch: what it holds, and the merged PDF."""
    batch = _batch(request, pk)
    jobs = list(selectors.jobs_in_batch(batch.pk, access.person(request)))
    numbers: dict[int, list[str]] = {}
    for copy in Copy.objects.filter(job__in=jobs).order_by("n"):
        numbers.setdefault(copy.job_id, []).append(copy.number)
    context = {
        "batch": batch,
        "rows": [(job, sheets.span(numbers.get(job.pk, []))) for job in jobs],
        "copies": sum(job.copies for job in jobs),
    }
    return render(request, "print_room/batch.html", context)


@require_GET
@login_required
def batch_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The batch's copies under their cover list, in one file."""
    batch = _batch(request, pk)
    jobs = list(selectors.jobs_in_batch(batch.pk, access.person(request)))
    try:
        merged = sheets.batch_pdf(batch, jobs)
    except (files.PdfMissingError, RenderingError) as error:
        context = {"reason": str(error), "back": request.path.removesuffix("pdf")}
        return render(request, "documents/unavailable.html", context, status=503)
    return files.pdf_response(merged, f"batch-{batch.pk}.pdf")
