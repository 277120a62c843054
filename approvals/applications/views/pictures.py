"""The diagram of a case: the figure on its pages, and the two documents its viewer reads."""

from __future__ import annotations

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from approvals.applications.models import Application
from approvals.applications.selectors import case_for, is_own
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.pictures.course import course_of
from approvals.pictures.figure import case_figure, document_of
from workflows.models import FlowVersion, Process


def diagram(application: Application, *, with_people: bool = False) -> SafeString | None:
    """The figure on the version this case runs on; None for a draft. One query.

    Applicants read organs only; `with_people` is for the offices.
    """
    process = application.process
    if process is None:
        return None
    page = reverse("applications:case", args=[application.pk])
    return case_figure(
        process.flow_class.model,
        course_of(process, with_people=with_people),
        source=f"{page}flow.bpmn",
        facts=f"{page}flow.json",
    )


def _process(request: PersonRequest, pk: int) -> tuple[Application, Process]:
    """The case of somebody who may read it; a draft has no course yet (404)."""
    application = case_for(request.user, pk)
    if application.process is None:
        raise Http404
    return application, application.process


@require_safe
@for_people
def flow_source(request: PersonRequest, pk: int) -> HttpResponse:
    """The diagram's own file, as it was loaded; the version of this very case."""
    _application, process = _process(request, pk)
    version = get_object_or_404(FlowVersion, class_name=process.flow_class.__name__)
    return HttpResponse(version.source, content_type="application/xml; charset=utf-8")


@require_safe
@for_people
def flow_facts(request: PersonRequest, pk: int) -> HttpResponse:
    """Who and when, by step: organs for the applicant, organs and persons for the offices."""
    application, process = _process(request, pk)
    with_people = not is_own(request.user, application)
    return JsonResponse(document_of(course_of(process, with_people=with_people)))
