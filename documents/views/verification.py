"""The public check of a document: no log-in, no list, no case data."""

from __future__ import annotations

import hashlib
from typing import IO

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents import codes, limits, selectors
from documents.forms import CodeForm, CompareForm
from documents.models import Document

_CHUNK = 1 << 16


def _slow_down(request: HttpRequest) -> HttpResponse:
    response = render(request, "documents/verify_too_often.html", status=429)
    response["Retry-After"] = "60"
    return response


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form that takes a code."""
    if request.method != "POST":
        return render(request, "documents/verify_form.html", {"form": CodeForm()})
    if limits.is_too_frequent(request):
        return _slow_down(request)
    form = CodeForm(request.POST)
    if form.is_valid():
        code = codes.normalized(form.cleaned_data["code"])
        if code:
            return redirect("documents:verify_code", code=code)
        form.add_error("code", _("验证码应当是 20 位字母和数字，请对照公文末页重新输入"))
    return render(request, "documents/verify_form.html", {"form": form}, status=422)


def _digest(stream: IO[bytes]) -> str:
    hashed = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        hashed.update(chunk)
    return hashed.hexdigest()


def _compared(request: HttpRequest, document: Document, form: CompareForm) -> bool | None:
    """Whether the uploaded file is the one on file; None when the form has faults."""
    if not form.is_valid():
        return None
    upload = form.cleaned_data["pdf"]
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        megabytes = settings.ATTACHMENT_MAX_BYTES // 1024**2
        form.add_error("pdf", _("文件超过 %d MB，不会是本系统生成的公文") % megabytes)
        return None
    return bool(document.pdf_sha256) and _digest(upload) == document.pdf_sha256


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, code: str) -> HttpResponse:
    """What the register says about a code; POST compares an uploaded PDF."""
    if limits.is_too_frequent(request):
        return _slow_down(request)
    document = selectors.document_by_code(code)
    if document is None:
        return render(request, "documents/verify_unknown.html", status=404)
    form, same = CompareForm(), None
    if request.method == "POST":
        form = CompareForm(request.POST, request.FILES)
        same = _compared(request, document, form)
    context = {
        "document": document,
        "code": codes.grouped(document.verify_code),
        "successor": getattr(document, "superseded_by", None),
        "form": form,
        "compared": same is not None,
        "same": same,
    }
    return render(request, "documents/verify_result.html", context, status=_status(form))


def _status(form: CompareForm) -> int:
    return 422 if form.is_bound and form.errors else 200
