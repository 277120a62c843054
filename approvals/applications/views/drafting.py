"""Beginning a draft and filling its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import clock
from approvals.applications import drafts
from approvals.applications.completeness import file_problems, section_problems
from approvals.applications.errors import DraftConflictError, NotAllowedError
from approvals.applications.forms.sections import (
    SectionForm,
    stored_as_posted,
    with_row_change,
)
from approvals.applications.models import Application
from approvals.applications.rights import filing_organs
from approvals.applications.selectors import live_attachments, own_case
from approvals.applications.services import create_draft, discard_draft, save_draft
from approvals.applications.services.drafting import require_draft
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.programs.form_schema import Section, form_of
from approvals.programs.selectors import program_for


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def new(request: PersonRequest, city: str, code: str) -> HttpResponse:
    """Chooses the organ when there are several, then makes the draft."""
    program = program_for(city, code, clock.today())
    if program is None:
        raise Http404
    organs = [organ for organ in filing_organs(request.user) if organ.city == program.city]
    if request.method == "POST":
        if not organs:
            raise NotAllowedError(_("当前账号不是本市任何申报单位的经办人，不能申报。"))
        chosen = next((o for o in organs if str(o.pk) == request.POST.get("organ")), None)
        if chosen is None and len(organs) == 1:
            chosen = organs[0]
        if chosen is not None:
            draft = create_draft(program, chosen, request.user)
            return redirect(_first_page(draft))
        messages.error(request, _("请选择申报单位。"))
    drafts_open = Application.objects.filter(
        program=program, applicant__in=organs, submitted_at=None, closed_at=None
    ).select_related("applicant")
    context = {"program": program, "organs": organs, "drafts": drafts_open}
    return render(request, "applications/new.html", context)


def _first_page(draft: Application) -> str:
    section = form_of(draft.program.content).sections[0]
    return reverse("applications:edit", args=[draft.pk, section.key])


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """One line of the section list: its address and state (`done`, `faulty` or empty)."""

    title: str
    url: str
    state: str
    current: bool


def section_entries(draft: Application, current: str) -> list[SectionEntry]:
    """The pages of a draft with their state; one query for the files."""
    content = draft.program.content
    entries = []
    for section in form_of(content).sections:
        url = reverse("applications:edit", args=[draft.pk, section.key])
        state = _state(bool(section_problems(section, draft.data)), _is_begun(section, draft.data))
        entries.append(SectionEntry(section.title, url, state, section.key == current))
    files = live_attachments(draft)
    missing = bool(file_problems(content, files))
    address = reverse("applications:files", args=[draft.pk])
    state = _state(missing, bool(files))
    entries.append(SectionEntry(_("附件材料"), address, state, current == "files"))
    check = reverse("applications:check", args=[draft.pk])
    entries.append(SectionEntry(_("核对并提交"), check, "", current == "check"))
    return entries


def _state(faulty: bool, begun: bool) -> str:
    if not faulty:
        return "done"
    return "faulty" if begun else ""


def _is_begun(section: Section, data: dict[str, Any]) -> bool:
    return any(data.get(field.key) not in ("", None, []) for field in section.fields)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def edit(request: PersonRequest, pk: int, section: str) -> HttpResponse:
    """One section: shown, saved on the way (htmx), saved by the person."""
    draft = own_case(request.user, pk)
    page = form_of(draft.program.content).section(section)
    if page is None:
        raise Http404
    if not draft.is_draft:
        return redirect("applications:case", pk=pk)
    if request.method != "POST":
        shown = SectionForm(page, stored_as_posted(page, draft.data))
        return _page(request, draft, page, shown, _base(draft, page), judged=False)
    return _save(request, draft, page)


def _save(request: PersonRequest, draft: Application, page: Section) -> HttpResponse:
    changed = with_row_change(request.POST, page)
    form = SectionForm(page, changed if changed is not None else request.POST)
    automatic = bool(request.headers.get("HX-Request"))
    answers = form.answers()
    seen = drafts.read_base(request.POST.get("base", ""))
    try:
        saved = save_draft(draft, by=request.user, data=answers, base=seen, automatic=automatic)
    except DraftConflictError as conflict:
        return _conflict(request, draft, page, form, conflict, automatic)
    if automatic:
        context = {"saved_at": saved.draft_saved_at, "base": drafts.base_of_page(answers)}
        return render(request, "applications/_saved.html", context)
    if changed is not None:
        return _page(request, saved, page, form, drafts.base_of_page(answers), judged=False)
    if request.POST.get("then") == "leave":
        messages.success(request, _("草稿已保存，可随时回来继续填写。"))
        return redirect("applications:list")
    if not form.is_valid():
        base = drafts.base_of_page(answers)
        return _page(request, saved, page, form, base, judged=True, status=422)
    return redirect(_next_page(saved, page))


def _next_page(draft: Application, page: Section) -> str:
    keys = [section.key for section in form_of(draft.program.content).sections]
    following = keys[keys.index(page.key) + 1 :]
    if following:
        return reverse("applications:edit", args=[draft.pk, following[0]])
    return reverse("applications:files", args=[draft.pk])


def _base(draft: Application, page: Section) -> str:
    return drafts.base_of_page({field.key: draft.data.get(field.key) for field in page.fields})


def _conflict(
    request: PersonRequest,
    draft: Application,
    page: Section,
    form: SectionForm,
    conflict: DraftConflictError,
    automatic: bool,
) -> HttpResponse:
    """Both values on one page: saving again keeps this window's, reloading takes the other's."""
    if automatic:
        return render(request, "applications/_saved.html", {"conflict": conflict}, status=409)
    current = own_case(request.user, draft.pk)
    seen = drafts.read_base(request.POST.get("base", ""))
    again = drafts.base_after_conflict(current.data, form.answers(), seen)
    return _page(request, current, page, form, again, judged=True, status=409, conflict=conflict)


def _page(
    request: PersonRequest,
    draft: Application,
    page: Section,
    form: SectionForm,
    base: str,
    *,
    judged: bool,
    status: int = 200,
    conflict: DraftConflictError | None = None,
) -> HttpResponse:
    context = {
        "application": draft,
        "section": page,
        "form": form,
        "problems": form.problems() if judged and not form.is_valid() else [],
        "entries": section_entries(draft, page.key),
        "base": base,
        "conflict": conflict,
    }
    return render(request, "applications/edit.html", context, status=status)


@require_POST
@for_people
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Gives a draft up."""
    draft = own_case(request.user, pk)
    require_draft(draft)
    discard_draft(draft, by=request.user)
    messages.success(request, _("草稿已删除。"))
    return redirect("applications:list")
