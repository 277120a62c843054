"""What is to print, and one document with the whole life of its paper."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents import files, services
from documents.models import Document, PrintJob
from documents.print_room import acts, printing, sealing, selectors
from documents.print_room.errors import Refused
from documents.print_room.findings import Kind
from documents.print_room.forms import PrintForm, SpoilForm
from documents.print_room.models import Copy
from documents.print_room.sheets import job_pdf
from documents.rendering.errors import RenderingError
from documents.views import access
from organizations.permissions import Permission

_SHELF_NAMES = {
    "to_print": gettext_lazy("待打印"),
    "online": gettext_lazy("网上送达"),
    "printed": gettext_lazy("已打印"),
    "to_deliver": gettext_lazy("待送达"),
    "waiting": gettext_lazy("生成中"),
    "failed": gettext_lazy("生成失败"),
    "closed": gettext_lazy("已变更、撤销或作废"),
}
_LONGEST_SEARCH = 60
_LONGEST_REASON = 300


@require_GET
@login_required
def document_list(request: HttpRequest) -> HttpResponse:
    """One shelf of the print room."""
    cities = access.cities_of(request, Permission.PRINT_DOCUMENT)
    shelf = request.GET.get("shelf", "to_print")
    if shelf not in selectors.SHELVES:
        shelf = "to_print"
    words = access.words(request.GET, "q", _LONGEST_SEARCH)
    after = access.after(request)
    page = selectors.document_page(
        cities, access.person(request), shelf=shelf, words=words, after=after
    )
    query = {"shelf": shelf, "q": words}
    context = {
        "shelves": [(key, name, key == shelf) for key, name in _SHELF_NAMES.items()],
        "shelf": shelf,
        "shelf_name": _SHELF_NAMES[shelf],
        "batchable": shelf in {"to_print", "online"},
        "words": words,
        "documents": page.rows,
        "key": access.new_key(),
        "first_url": f"?{urlencode(query)}" if after else "",
        "next_url": f"?{urlencode({**query, 'after': page.after})}" if page.after else "",
    }
    return render(request, "print_room/list.html", context)


def _show(request: HttpRequest, document: Document, form: PrintForm, status: int) -> HttpResponse:
    copies = selectors.copies_of(document)
    people = ("asked_by", "approved_by", "applied_by")
    live = [copy for copy in copies if copy.spoiled_at is None]
    context = {
        "document": document,
        "form": form,
        "key": access.new_key(),
        "copies": copies,
        "live": len(live),
        "sealable": sealing.may_bear_seal(document)
        and any(copy.seal_entry_id is None for copy in live),
        "deliverable": any(copy.delivery_id is None and copy.purpose != "file" for copy in live),
        "print_jobs": selectors.print_jobs_of(document),
        "seal_entries": document.seal_entries.select_related(*people).order_by("-pk"),
        "deliveries": document.deliveries.select_related("handed_by").order_by("-pk"),
        "discrepancies": [
            (Kind(one.kind).label, one.detail) for one in selectors.discrepancies_of(document)
        ],
    }
    return render(request, "print_room/document.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One document with the very PDF and its paper; POST records a printing."""
    document = access.printable_document(request, pk)
    again = acts.is_known(request.POST.get("key", ""))
    form = PrintForm(
        request.POST if request.method == "POST" else None,
        lines=printing.lines_of(document),
        reprint=document.copies_printed > 0 and not (again and "reason" not in request.POST),
        numbered=Copy.objects.filter(document=document, numbered=True).exists(),
    )
    if request.method != "POST":
        return _show(request, document, form, 200)
    if not form.is_valid():
        return _show(request, document, form, 422)
    try:
        job = printing.print_document(
            document.pk,
            by=access.person(request),
            lines=form.wanted(),
            numbered=form.cleaned_data["numbered"],
            reason=form.cleaned_data.get("reason", ""),
            key=access.posted_key(request),
            expected=access.shown(request, "version"),
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        document.refresh_from_db()
        return _show(request, document, form, 422)
    told = _("已登记打印 %(n)d 份，请打开“本次打印文件”送打印机") % {"n": job.copies}
    messages.success(request, told)
    return redirect("documents:print_document", pk=document.pk)


def job_of(request: HttpRequest, pk: int) -> PrintJob:
    """One printing, by the rule of its document."""
    job = selectors.job_in(access.known_cities(request), access.person(request), pk)
    if job is None:
        raise Http404
    access.may_print(request, job.document.lead_organ)
    return job


@require_GET
@login_required
def job_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Every copy of one printing, numbered and marked, ready for the printer."""
    job = job_of(request, pk)
    try:
        pdf = job_pdf(job)
    except (files.PdfMissingError, RenderingError) as error:
        context = {"reason": str(error), "back": f"/print/{job.document_id}/"}
        return render(request, "documents/unavailable.html", context, status=503)
    return files.pdf_response(pdf, f"{job.document.number}-打印{job.pk}.pdf")


@require_http_methods(["GET", "POST"])
@login_required
def spoil_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a spoiled copy; its replacement gets the next number."""
    copy = selectors.copy_in(access.known_cities(request), access.person(request), pk)
    if copy is None:
        raise Http404
    access.may_print(request, copy.document.lead_organ)
    form = SpoilForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            renewed = printing.spoil(
                copy.pk,
                reason=form.cleaned_data["reason"],
                by=access.person(request),
                key=access.posted_key(request),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            words = {"old": copy.number, "new": renewed.number}
            messages.success(request, _("第%(old)s份已作废，补打的一份是第%(new)s份") % words)
            return redirect("documents:print_document", pk=copy.document_id)
    context = {"copy": copy, "document": copy.document, "form": form, "key": access.new_key()}
    status = 422 if request.method == "POST" else 200
    return render(request, "print_room/spoil.html", context, status=status)


@require_POST
@login_required
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the PDF again after a failure."""
    document = access.printable_document(request, pk)
    services.retry_rendering(document, by=access.person(request))
    messages.success(request, _("已重新安排生成，请稍后刷新"))
    return redirect("documents:print_document", pk=document.pk)


@require_POST
@login_required
def renumber(request: HttpRequest, pk: int) -> HttpResponse:
    """作废重编: the number is void with its reason, the same text goes out under the next one."""
    document = access.printable_document(request, pk)
    reason = access.words(request.POST, "reason", _LONGEST_REASON)
    if not reason:
        messages.error(request, _("请写明作废原因；原因将留在发文登记簿中。"))
        return redirect("documents:print_document", pk=document.pk)
    try:
        renewed = services.void_and_renumber(document, reason=reason, by=access.person(request))
    except services.NotVoidableError:
        messages.warning(request, _("该公文已不是有效状态，没有再次作废。"))
        return redirect("documents:print_document", pk=document.pk)
    told = {"old": document.number, "new": renewed.number}
    messages.success(request, _("%(old)s已作废，新文号为%(new)s。") % told)
    return redirect("documents:print_document", pk=renewed.pk)


@require_GET
@login_required
def document_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The archived PDF for the office; the same bytes that were hashed."""
    document = access.printable_document(request, pk)
    try:
        content = files.read(document)
    except files.PdfMissingError as error:
        context = {"reason": str(error), "back": f"/print/{document.pk}/"}
        return render(request, "documents/unavailable.html", context, status=503)
    return files.pdf_response(content, document.pdf_name)
