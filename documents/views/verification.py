"""The public check of a document: no log-in, no list, no case data, the same answer to all."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from documents import authenticity, codes, limits, selectors
from documents.forms import CodeForm, CompareForm
from documents.models import Document


@dataclass(frozen=True)
class Compared:
    """What became of an uploaded file."""

    same: bool
    ours: bool
    """Some document of the register is in it, even if not this one."""


def _slow_down(request: HttpRequest) -> HttpResponse:
    response = render(request, "documents/verify_too_often.html", status=429)
    response["Retry-After"] = "60"
    return response


def _unknown(request: HttpRequest) -> HttpResponse:
    """The same page for a code that never was, one mistyped, and a file of somebody else."""
    return render(request, "documents/verify_unknown.html", status=404)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form that takes a code, and the one that takes a file."""
    if request.method != "POST":
        return _form(request, CodeForm(), CompareForm(), 200)
    if limits.is_too_frequent(request):
        return _slow_down(request)
    form = CodeForm(request.POST)
    if form.is_valid():
        code = codes.normalized(form.cleaned_data["code"])
        if code:
            return redirect("documents:verify_code", code=code)
        form.add_error("code", _("验证码应当是 20 位字母和数字，请对照公文末页重新输入"))
    return _form(request, form, CompareForm(), 422)


def _form(
    request: HttpRequest, form: CodeForm, file_form: CompareForm, status: int
) -> HttpResponse:
    context = {"form": form, "file_form": file_form}
    return render(request, "documents/verify_form.html", context, status=status)


def _uploaded(request: HttpRequest, form: CompareForm) -> bytes | None:
    """The file's bytes; None when the form has faults, which it then names."""
    if not form.is_valid():
        return None
    upload = form.cleaned_data["pdf"]
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        megabytes = settings.ATTACHMENT_MAX_BYTES // 1024**2
        form.add_error("pdf", _("文件超过 %d MB，不会是本系统生成的公文") % megabytes)
        return None
    content: bytes = upload.read()
    return content


@require_POST
def check_file(request: HttpRequest) -> HttpResponse:
    """Reads the code out of an uploaded PDF and says whether the file is the one on file."""
    if limits.is_too_frequent(request):
        return _slow_down(request)
    form = CompareForm(request.POST, request.FILES)
    content = _uploaded(request, form)
    if content is None:
        return _form(request, CodeForm(), form, 422)
    report = authenticity.compare(content)
    if report.document is None:
        return _unknown(request)
    return _result(request, report.document, CompareForm(), Compared(report.same, ours=True))


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, code: str) -> HttpResponse:
    """What the register says about a code; POST compares an uploaded PDF."""
    if limits.is_too_frequent(request):
        return _slow_down(request)
    document = selectors.document_by_code(code)
    if document is None:
        return _unknown(request)
    if request.method != "POST":
        return _result(request, document, CompareForm(), None)
    form = CompareForm(request.POST, request.FILES)
    content = _uploaded(request, form)
    if content is None:
        return _result(request, document, form, None, 422)
    report = authenticity.compare(content)
    same = report.same and report.document == document
    return _result(request, document, form, Compared(same, report.document is not None))


def _result(
    request: HttpRequest,
    document: Document,
    form: CompareForm,
    compared: Compared | None,
    status: int = 200,
) -> HttpResponse:
    successor = getattr(document, "superseded_by", None)
    latest = selectors.in_place_of(successor) if successor is not None else None
    context = {
        "document": document,
        "code": codes.grouped(document.verify_code),
        "successor": successor,
        "latest": latest if latest != successor else None,
        "form": form,
        "compared": compared,
    }
    return render(request, "documents/verify_result.html", context, status=status)
