"""The correction page: the reviewer's words, and only the named items open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import clock
from approvals.applications import drafts
from approvals.applications.errors import DraftConflictError, IncompleteError
from approvals.applications.forms.sections import (
    SectionForm,
    stored_as_posted,
    with_row_change,
)
from approvals.applications.models import Application, CorrectionRequest
from approvals.applications.selectors import correction_task, open_correction, own_case
from approvals.applications.services import resubmit, save_correction
from approvals.applications.services.corrections import (
    current_answers,
    open_fields,
    open_slots,
)
from approvals.applications.status import workdays_left
from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key
from approvals.applications.views.material import slot_entries
from approvals.programs.form_schema import Section, form_of


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """What the page is about: the case, the request, and the sections that hold named fields."""

    case: Application
    correction: CorrectionRequest
    sections: tuple[Section, ...]

    @property
    def named(self) -> frozenset[str]:
        """Keys of the open fields."""
        return open_fields(self.correction)

    def answers(self) -> dict[str, Any]:
        """The stored answers with the corrections entered so far."""
        return current_answers(self.case, self.correction)


def _opened(request: PersonRequest, pk: int) -> CorrectionPage:
    case = own_case(request.user, pk)
    correction = open_correction(case)
    if correction is None:
        raise Http404
    named = open_fields(correction)
    sections = tuple(
        section
        for section in form_of(case.program.content).sections
        if any(field.key in named for field in section.fields)
    )
    return CorrectionPage(case, correction, sections)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def correct(request: PersonRequest, pk: int) -> HttpResponse:
    """Shown, saved, sent in."""
    page = _opened(request, pk)
    if request.method != "POST":
        stored = page.answers()
        forms = [
            SectionForm(section, stored_as_posted(section, stored), only=page.named)
            for section in page.sections
        ]
        base = drafts.base_of_page({key: stored.get(key) for key in page.named})
        return _show(request, page, forms, new_key(), base)
    return _take(request, page)


def _take(request: PersonRequest, page: CorrectionPage) -> HttpResponse:
    forms, grown = [], False
    for section in page.sections:
        changed = with_row_change(request.POST, section)
        grown = grown or changed is not None
        data = changed if changed is not None else request.POST
        forms.append(SectionForm(section, data, only=page.named))
    answers = {key: value for form in forms for key, value in form.answers().items()}
    key = posted_key(request)
    automatic = bool(request.headers.get("HX-Request"))
    seen = drafts.read_base(request.POST.get("base", ""))
    try:
        save_correction(page.case, by=request.user, data=answers, base=seen)
    except DraftConflictError as conflict:
        if automatic:
            return render(request, "applications/_saved.html", {"conflict": conflict}, status=409)
        base = drafts.base_after_conflict(page.answers(), answers, seen)
        return _show(request, page, forms, key, base, status=409, conflict=conflict)
    base = drafts.base_of_page(answers)
    if automatic:
        context = {"saved_at": clock.now(), "base": base}
        return render(request, "applications/_saved.html", context)
    if grown:
        return _show(request, page, forms, key, base)
    if request.POST.get("then") == "send":
        return _send(request, page, forms, key, base)
    messages.success(request, _("内容已保存，尚未提交。"))
    return redirect("applications:correct", pk=page.case.pk)


def _send(
    request: PersonRequest, page: CorrectionPage, forms: list[SectionForm], key: str, base: str
) -> HttpResponse:
    task = correction_task(page.case)
    if task is None:
        raise Http404
    version = request.POST.get("version", "")
    try:
        resubmit(
            task.pk,
            by=request.user,
            key=key,
            expected_version=int(version) if version.isdecimal() and len(version) < 9 else 0,
        )
    except IncompleteError as incomplete:
        return _show(request, page, forms, new_key(), base, status=422, incomplete=incomplete)
    messages.success(request, _("修改后的材料已提交。"))
    return redirect("applications:case", pk=page.case.pk)


def _seen(case: Application) -> int:
    """The version of the engine, which refuses an answer to an older one."""
    return case.process.material_version if case.process is not None else case.version


def _show(
    request: PersonRequest,
    page: CorrectionPage,
    forms: list[SectionForm],
    key: str,
    base: str,
    *,
    status: int = 200,
    conflict: DraftConflictError | None = None,
    incomplete: IncompleteError | None = None,
) -> HttpResponse:
    context = {
        "application": page.case,
        "correction": page.correction,
        "version": _seen(page.case),
        "left": workdays_left(page.correction.due_on),
        "forms": forms,
        "slots": slot_entries(page.case, only=open_slots(page.correction)),
        "base": base,
        "key": key,
        "conflict": conflict,
        "problems": incomplete.problems if incomplete is not None else (),
    }
    return render(request, "applications/correct.html", context, status=status)
