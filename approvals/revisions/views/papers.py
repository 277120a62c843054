"""The office's papers: the list, one paper, proposing a revocation or a correction."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.applications.errors import WrongStateError
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.revisions import resting, services, sight
from approvals.revisions.forms import PaperText, ReasonForm, TextForm
from approvals.revisions.models import Act, Revision
from documents import files, previews
from documents.models import Document
from documents.rendering.errors import RenderingError
from documents.services import IssueRefused

Along = dict[Document, PaperText]

_PAGE = 25
_LONGEST_SEARCH = 60


@require_safe
@for_people
def paper_list(request: PersonRequest) -> HttpResponse:
    """What waits for a ruling, and the papers of one's organs by number or title."""
    offices = sight.require_office(request.user)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH]
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    found = sight.papers(request.user, offices, words)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found[: _PAGE + 1])
    following = rows[_PAGE - 1].pk if len(rows) > _PAGE else None
    context = {
        "revisions": sight.open_revisions(request.user, offices)[:50],
        "documents": rows[:_PAGE],
        "words": words,
        "first_url": f"?{urlencode({'q': words})}" if after else "",
        "next_url": f"?{urlencode({'q': words, 'after': following})}" if following else "",
    }
    return render(request, "revisions/list.html", context)


@require_safe
@for_people
def paper(request: PersonRequest, pk: int) -> HttpResponse:
    """One paper: its chain, what was proposed, and what one may do."""
    return _page(request, sight.paper_for(request.user, pk), ReasonForm())


def _page(
    request: PersonRequest, document: Document, form: ReasonForm, status: int = 200
) -> HttpResponse:
    rows = Revision.objects.filter(document=document)
    revisions = list(rows.select_related("proposed_by", "ruled_by", "result"))
    waiting = next((one for one in revisions if one.is_open), None)
    valid = document.state == Document.State.VALID
    if waiting is not None:
        waiting.document = document
    context = {
        "document": document,
        "successor": getattr(document, "superseded_by", None),
        "revisions": revisions,
        "waiting": waiting,
        "may_rule": waiting is not None and sight.may_rule(request.user, waiting),
        "is_mine": waiting is not None and waiting.proposed_by_id == request.user.pk,
        "may_propose": valid and waiting is None and sight.may_propose(request.user, document),
        "form": form,
        "resting": _resting(document, waiting) if valid else [],
    }
    return render(request, "revisions/paper.html", context, status=status)


def _resting(document: Document, waiting: Revision | None) -> list[dict[str, Any]]:
    """What follows this paper: whether a correction replaces it, and whether its text is corrected
    along."""
    return [
        {
            "document": paper,
            "cites": resting.cites(paper.content, document.number),
            "corrected": waiting is not None and str(paper.pk) in waiting.along,
        }
        for paper in resting.resting_on(document)
    ]


@require_safe
@for_people
def original(request: PersonRequest, pk: int) -> HttpResponse:
    """The archived PDF, for the office that issued it."""
    document = sight.paper_for(request.user, pk)
    try:
        content = files.read(document)
    except files.PdfMissingError as error:
        context = {"reason": str(error), "back": f"/papers/{pk}/"}
        return render(request, "documents/unavailable.html", context, status=503)
    return files.pdf_response(content, document.pdf_name)


@require_POST
@for_people
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """Proposes the revocation."""
    document = sight.paper_for(request.user, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, document, form, 422)
    reason = form.cleaned_data["reason"]
    services.propose(pk, act=Act.REVOKE, reason=reason, by=request.user)
    messages.success(request, _("已提出撤销，须由另一位有签发权的人员审定。"))
    return redirect("revisions:paper", pk=pk)


@require_http_methods(["GET", "POST"])
@for_people
def correct(request: PersonRequest, pk: int) -> HttpResponse:
    """The paper's text to be corrected; one button shows the new paper, the other proposes it."""
    document = sight.paper_for(request.user, pk)
    if document.state != Document.State.VALID:
        raise WrongStateError(_("该公文已不是有效状态，不能再更正或者撤销。"))
    data = request.POST if request.method == "POST" else None
    form, along = TextForm(document.content, data), _along(document, data)
    if data is None:
        return _edit(request, document, form, along, 200)
    form.fields["reason"].required = "preview" not in request.POST
    if not all([form.is_valid(), *(one.is_valid() for one in along.values())]):
        return _edit(request, document, form, along, 422)
    if "preview" in request.POST:
        return _preview(request, document, form, along)
    try:
        services.propose(
            pk,
            act=Act.SUPERSEDE,
            reason=form.cleaned_data["reason"],
            by=request.user,
            content=form.corrected(),
            along={paper.pk: one.corrected() for paper, one in along.items()},
        )
    except services.TextRefused as refusal:
        form.add_error(None, refusal.detail)
        return _edit(request, document, form, along, 422)
    messages.success(request, _("已提出更正，须由另一位有签发权的人员审定。"))
    return redirect("revisions:paper", pk=pk)


def _along(document: Document, data: QueryDict | None) -> Along:
    """The papers of the same organ that rest on this one, each with a form for its text."""
    return {
        paper: PaperText(paper.content, data, prefix=f"p{paper.pk}")
        for paper in resting.resting_on(document)
        if paper.lead_organ_id == document.lead_organ_id
    }


def _preview(
    request: PersonRequest, document: Document, form: TextForm, along: Along
) -> HttpResponse:
    corrected = {paper.pk: one.corrected() for paper, one in along.items()}
    try:
        pdf = previews.drafts(resting.drafts(document, form.corrected(), corrected))
    except (IssueRefused, RenderingError) as refusal:
        form.add_error(None, str(refusal))
        return _edit(request, document, form, along, 422)
    return files.pdf_response(pdf, _("更正稿.pdf"))


def _edit(
    request: PersonRequest, document: Document, form: TextForm, along: Along, status: int
) -> HttpResponse:
    context = {"document": document, "form": form, "along": along}
    return render(request, "revisions/correct.html", context, status=status)
