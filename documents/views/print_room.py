"""The print room: what is to print, one document, batches."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents import files, printing, selectors, services
from documents.forms import PrintForm
from documents.models import Document
from documents.rendering.errors import RenderingError
from documents.views import access
from organizations.permissions import Permission

_SHELF_NAMES = {
    "to_print": gettext_lazy("待打印"),
    "printed": gettext_lazy("已打印"),
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
    page = selectors.document_page(cities, shelf=shelf, words=words, after=after)
    query = {"shelf": shelf, "q": words}
    context = {
        "shelves": [(key, name, key == shelf) for key, name in _SHELF_NAMES.items()],
        "shelf": shelf,
        "shelf_name": _SHELF_NAMES[shelf],
        "words": words,
        "documents": page.rows,
        "first_url": f"?{urlencode(query)}" if after else "",
        "next_url": f"?{urlencode({**query, 'after': page.after})}" if page.after else "",
    }
    return render(request, "documents/print_list.html", context)


def _show(request: HttpRequest, document: Document, form: PrintForm, status: int) -> HttpResponse:
    jobs = document.print_jobs.select_related("printed_by", "batch").order_by("-pk")[:50]
    context = {"document": document, "form": form, "print_jobs": jobs}
    return render(request, "documents/print_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One document with the very PDF; POST records a printing."""
    document = access.printable_document(request, pk)
    reprint = document.copies_printed > 0
    if request.method != "POST":
        return _show(request, document, PrintForm(reprint=reprint), 200)
    form = PrintForm(request.POST, reprint=reprint)
    if not form.is_valid():
        return _show(request, document, form, 422)
    try:
        job = printing.print_document(
            document.pk,
            copies=form.cleaned_data["copies"],
            reason=form.cleaned_data.get("reason", ""),
            by=access.person(request),
        )
    except printing.PrintRefusedError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _show(request, document, form, 422)
    messages.success(request, _("已登记打印 %(n)d 份，请打开文件打印") % {"n": job.copies})
    return redirect("documents:print_document", pk=document.pk)


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


def _chosen(request: HttpRequest) -> list[int]:
    """The ticked documents; nonsense is left out, doubles count once."""
    ticked = request.POST.getlist("document")[: printing.LARGEST_BATCH + 1]
    return sorted(
        {int(one) for one in ticked if one.isascii() and one.isdecimal() and len(one) < 19}
    )


@require_POST
@login_required
def make_batch(request: HttpRequest) -> HttpResponse:
    """One batch out of the ticked documents."""
    cities = access.cities_of(request, Permission.PRINT_DOCUMENT)
    chosen = _chosen(request)
    mine = selectors.documents_in(cities).filter(pk__in=chosen).values_list("pk", flat=True)
    if len(mine) != len(chosen):
        raise Http404
    try:
        batch = printing.print_batch(
            chosen, reason=access.words(request.POST, "reason", 300), by=access.person(request)
        )
    except printing.PrintRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("documents:print_list")
    return redirect("documents:print_batch", pk=batch.pk)


@require_GET
@login_required
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A batch: what it holds, and the merged PDF."""
    batch = access.printable_batch(request, pk)
    jobs = batch.print_jobs.select_related("document").order_by("document_id")
    context = {"batch": batch, "print_jobs": jobs}
    return render(request, "documents/print_batch.html", context)


@require_GET
@login_required
def batch_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The batch's documents under their cover list, in one file."""
    batch = access.printable_batch(request, pk)
    try:
        merged = printing.merged_pdf(batch)
    except (files.PdfMissingError, RenderingError) as error:
        context = {"reason": str(error), "back": request.path.removesuffix("pdf")}
        return render(request, "documents/unavailable.html", context, status=503)
    response = HttpResponse(merged, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="batch-{batch.pk}.pdf"'
    return response


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
