"""容缺受理: the applicant hands in what was deferred; a supervisor extends for force majeure."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from approvals.applications.errors import ApplicationActError
from approvals.applications.models import Application, DeferredItem
from approvals.applications.rights import may_supervise, require_supervisor
from approvals.applications.selectors import case_for, own_case
from approvals.applications.services.curing import extend_deferred, hand_in
from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key


@require_POST
@for_people
def hand_in_deferred(request: PersonRequest, pk: int) -> HttpResponse:
    """What was uploaded counts from now on; what is still missing stays open."""
    case = own_case(request.user, pk)
    version = posted_version(request)
    hand_in(case, actor=request.user, key=posted_key(request), expected_version=version)
    messages.success(request, _("容缺材料已提交。"))
    return redirect("applications:case", pk=pk)


def posted_version(request: PersonRequest) -> int:
    """The material version the page showed; 0, which no case has, for anything else."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


class ExtensionForm(forms.Form):
    """The new last day and what happened."""

    use_required_attribute = False
    item = forms.IntegerField(widget=forms.HiddenInput)
    due_on = forms.DateField(
        label=gettext_lazy("新的期限"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("不可抗力的情形"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
@for_people
def deferred(request: PersonRequest, pk: int) -> HttpResponse:
    """What was deferred in a case, for its readers."""
    return _page(request, _filed(request, pk), None)


def _filed(request: PersonRequest, pk: int) -> Application:
    case = case_for(request.user, pk)
    if case.submitted_at is None:
        raise Http404
    return case


@require_POST
@for_people
def extend(request: PersonRequest, pk: int) -> HttpResponse:
    """A supervisor gives an item more time; what was typed stays when it is refused."""
    case = _filed(request, pk)
    require_supervisor(request.user, case.applicant)
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return _page(request, case, form, status=422)
    item = case.deferred_items.filter(pk=min(form.cleaned_data["item"], 2**62)).first()
    if item is None:
        raise Http404
    due_on: date = form.cleaned_data["due_on"]
    try:
        extend_deferred(
            item.pk,
            actor=request.user,
            key=posted_key(request),
            expected_version=posted_version(request),
            due_on=due_on,
            reason=form.cleaned_data["reason"],
        )
    except ApplicationActError as refusal:
        if refusal.status != 422:
            raise
        form.add_error(None, refusal.detail)
        return _page(request, case, form, status=422)
    messages.success(request, _("补齐期限已延长，已告知申请人。"))
    return redirect("applications:deferred", pk=case.pk)


def _page(
    request: PersonRequest, case: Application, form: ExtensionForm | None, status: int = 200
) -> HttpResponse:
    items: list[DeferredItem] = list(case.deferred_items.select_related("extended_by"))
    extendable = [
        item for item in items if item.is_open and item.extended_from is None and not case.is_closed
    ]
    supervises = may_supervise(request.user, case.applicant)
    chosen = form.data.get("item", "") if form is not None else ""
    forms_by_item = [
        (item, form if form is not None and chosen == str(item.pk) else _empty(item))
        for item in extendable
    ]
    context: dict[str, Any] = {
        "application": case,
        "items": items,
        "forms": forms_by_item if supervises else [],
        "key": new_key(),
        "version": case.process.material_version if case.process is not None else case.version,
    }
    return render(request, "applications/deferred.html", context, status=status)


def _empty(item: DeferredItem) -> ExtensionForm:
    return ExtensionForm(initial={"item": item.pk}, prefix=None, auto_id=f"id_{item.pk}_%s")
