"""The page of 容缺受理: which items, until when, who promised; then the acceptance as usual."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from approvals.applications.completeness import missing_slots
from approvals.applications.errors import ApplicationActError, NotAllowedError
from approvals.applications.models import Application, Commitment
from approvals.applications.selectors import filed_attachments
from approvals.applications.services.deferral import Deferral, Promise, longest_term
from approvals.applications.services.slips import ACCEPTING, is_accepting
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.programs.form_schema import AttachmentSlot, slots_of
from approvals.reviews import desk, steps
from approvals.reviews.deferring import accept_with_deferred
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.forms import OpinionForm
from approvals.reviews.people import people_for
from approvals.reviews.views.sight import visible_seat
from workflows.errors import OperationError
from workflows.models import Task

FORM_LENGTH = 200


class DeferralForm(forms.Form):
    """One box, form and last day an item, and the promise on paper."""

    use_required_attribute = False
    signatory = forms.CharField(label=gettext_lazy("承诺人"), max_length=60, required=False)
    signed_on = forms.DateField(
        label=gettext_lazy("承诺签署日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(
        self,
        slots: list[AttachmentSlot],
        missing: frozenset[str],
        latest: Any,
        data: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data=data, initial=initial)
        self.slots = slots
        for slot in slots:
            self.fields[f"take-{slot.key}"] = forms.BooleanField(
                label=slot.label, required=False, initial=slot.key in missing
            )
            self.fields[f"form-{slot.key}"] = forms.CharField(
                label=_("补齐形式"),
                required=False,
                max_length=FORM_LENGTH,
                initial=_("上传电子件（%(types)s）") % {"types": "、".join(slot.types)},
            )
            self.fields[f"due-{slot.key}"] = forms.DateField(
                label=_("补齐期限"),
                required=False,
                initial=latest.day,
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            )

    def items(self) -> list[Deferral]:
        """What was ticked."""
        cleaned = self.cleaned_data
        return [
            Deferral(slot.key, cleaned[f"form-{slot.key}"], cleaned[f"due-{slot.key}"])
            for slot in self.slots
            if cleaned[f"take-{slot.key}"]
        ]

    def promise(self) -> Promise | None:
        """The promise on paper; None when nobody is named."""
        cleaned = self.cleaned_data
        if not cleaned["signatory"] or cleaned["signed_on"] is None:
            return None
        return Promise(cleaned["signatory"], cleaned["signed_on"])

    def item_fields(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Box, form, last day of each slot."""
        return [
            (self[f"take-{slot.key}"], self[f"form-{slot.key}"], self[f"due-{slot.key}"])
            for slot in self.slots
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def defer_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Shown, then done in one act with the acceptance."""
    task = visible_seat(request.user, pk)
    application = Application.objects.select_related(
        "program", "applicant__applicant", "county", "process"
    ).get(process=task.process_id)
    if not is_accepting(task) or application.accepted_at is not None or not task.is_open:
        raise NotAllowedError(_("只有受理环节的办理人在受理之前可以容缺受理。"))
    forms_of_page = _forms(application, task, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, task, application, forms_of_page)
    return _take(request, task, application, forms_of_page)


def _take(
    request: PersonRequest,
    task: Task,
    application: Application,
    both: tuple[DeferralForm, OpinionForm],
) -> HttpResponse:
    deferral, opinion = both
    if not all([deferral.is_valid(), opinion.is_valid()]):
        return _page(request, task, application, both, status=422)
    try:
        accept_with_deferred(
            task.pk,
            actor=request.user,
            key=opinion.cleaned_data["key"],
            expected_version=opinion.cleaned_data["version"],
            statement=opinion.statement(),
            items=deferral.items(),
            commitment=deferral.promise(),
        )
    except OpinionRefused as refusal:
        opinion.refuse(refusal.problems)
        return _page(request, task, application, both, status=422)
    except (OperationError, ApplicationActError) as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        deferral.add_error(None, str(refusal))
        return _page(request, task, application, both, status=refusal.status)
    messages.success(request, _("已容缺受理，并已告知申请人补齐事项和期限。"))
    return redirect(desk.way_on(request, task))


def _forms(application: Application, task: Task, data: Any) -> tuple[DeferralForm, OpinionForm]:
    content = application.program.content
    slots = [slot for slot in slots_of(content) if slot.deferrable]
    missing = frozenset(s.key for s in missing_slots(content, filed_attachments(application)))
    known = Commitment.objects.filter(application=application).first()
    initial = {"signatory": known.signatory, "signed_on": known.signed_on} if known else None
    latest = longest_term(application)
    deferral = DeferralForm(slots, missing, latest, data=data, initial=initial)
    task_form = steps.form_of(application, task)
    sources = {entry.source for entry in task_form.fields if entry.type == "people"}
    opinion = OpinionForm(
        task_form,
        outcomes=(ACCEPTING,),
        version=task.process.material_version,
        people={source: people_for(application, source) for source in sources},
        data=data,
    )
    return deferral, opinion


def _page(
    request: PersonRequest,
    task: Task,
    application: Application,
    both: tuple[DeferralForm, OpinionForm],
    status: int = 200,
) -> HttpResponse:
    deferral, opinion = both
    context = {
        "task": task,
        "application": application,
        "deferral": deferral,
        "form": opinion,
        "latest": longest_term(application),
        "known": Commitment.objects.filter(application=application).first(),
    }
    return render(request, "reviews/defer.html", context, status=status)
