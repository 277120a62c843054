"""What comes back: the applicant's answers and the other organ's reply slip."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from approvals.applications.errors import ApplicationActError
from approvals.applications.selectors import own_case
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.inquiries import papers, selectors, services
from approvals.inquiries.forms import AnswerForm, ReplyForm
from approvals.inquiries.models import Question
from approvals.inquiries.pinning import pins, seal_of
from approvals.notices.views.papers import as_file


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def answer(request: PersonRequest, pk: int, question: int) -> HttpResponse:
    """The applicant answers one question; the form also stands on the status page."""
    case = own_case(request.user, pk)
    asked = get_object_or_404(Question, application=case, pk=question, withdrawn_at=None)
    form = AnswerForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                text = form.cleaned_data["text"]
                services.answer(case, question, by=request.user, text=text)
            except ApplicationActError as refusal:
                if refusal.status in (403, 404):
                    raise
                form.add_error(None, refusal.detail)
                status = refusal.status
            else:
                messages.success(request, _("答复已提交。"))
                return redirect("applications:case", pk=pk)
    context = {"application": case, "question": asked, "form": form}
    return render(request, "inquiries/answer.html", context, status=status)


@require_safe
@for_people
def letters(request: PersonRequest) -> HttpResponse:
    """Letters to one's organs, newest first."""
    page = Paginator(selectors.letters_to(request.user), selectors.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "inquiries/letters.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def letter(request: PersonRequest, pk: int) -> HttpResponse:
    """The letter and its reply slip; nobody but the consulted organ sees it here."""
    found = selectors.letters_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    seen = seal_of(pins(found.application, found.sections))
    form = ReplyForm(request.POST or None, initial={"seen": seen})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                given = {"stance": said["stance"], "text": said["text"], "seen": said["seen"]}
                services.reply(pk, by=request.user, **given)
            except ApplicationActError as refusal:
                if refusal.status in (403, 404):
                    raise
                if refusal.code == "text_changed":
                    form = _opened_again(request, seen)
                form.add_error(None, refusal.detail)
                status = refusal.status
            else:
                messages.success(request, _("回复已提交。"))
                return redirect("inquiries:letter", pk=pk)
    context = {
        "letter": found,
        "paper": papers.of_letter(found),
        "application": found.application,
        "sections": selectors.shown_sections(found),
        "form": form if found.is_open and not found.application.is_closed else None,
    }
    return render(request, "inquiries/letter.html", context, status=status)


def _opened_again(request: PersonRequest, seen: str) -> ReplyForm:
    """The slip as it was filled in, now beside the new text."""
    entered = request.POST.copy()
    entered["seen"] = seen
    form = ReplyForm(entered)
    form.full_clean()
    return form


@require_safe
@for_people
def letter_paper(request: PersonRequest, pk: int) -> FileResponse:
    """The letter as a paper with its slip, for the consulted organ; the case itself stays shut."""
    found = selectors.letters_to(request.user).filter(pk=pk).first()
    paper = papers.of_letter(found) if found is not None else None
    if paper is None:
        raise Http404
    return as_file(paper)
