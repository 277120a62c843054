"""Pages of the administrator: reading, and retrying what is stuck (journalled with the name)."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.administration import selectors
from approvals.administration.figures import counted, findings_document
from approvals.administration.flow_checks import findings_of
from approvals.administration.rights import cities_of, needs
from approvals.applications.views.frame import PersonRequest
from approvals.pictures.figure import flow_figure
from jobs import selectors as job_selectors
from jobs import services as jobs
from jobs.models import Job
from jobs.services import NotDeadError
from journal.services import record
from organizations.permissions import Permission
from workflows.flows import compiled
from workflows.models import FlowVersion


@require_safe
@needs(Permission.READ_ADMINISTRATION)
def overview(request: PersonRequest) -> HttpResponse:
    """Packs, programs, flows, calendar years, and what is stuck."""
    return render(
        request,
        "administration/overview.html",
        {"overview": selectors.overview(cities_of(request))},
    )


@require_safe
@needs(Permission.READ_ADMINISTRATION)
def flow(request: PersonRequest, pk: int) -> HttpResponse:
    """One version of a flow as it is drawn, with its hash and what the checks find today."""
    version = get_object_or_404(FlowVersion, pk=pk)
    findings = findings_of(version)
    figure = flow_figure(
        compiled(version.class_name).model,
        source=reverse("administration:flow_source", args=[pk]),
        facts=reverse("administration:flow_findings", args=[pk]),
        counts=counted(findings),
    )
    context = {"version": version, "picture": figure, "findings": findings}
    return render(request, "administration/flow.html", context)


@require_safe
@needs(Permission.READ_ADMINISTRATION)
def flow_source(request: PersonRequest, pk: int) -> HttpResponse:
    """The file as it was loaded."""
    version = get_object_or_404(FlowVersion, pk=pk)
    return HttpResponse(version.source, content_type="application/xml; charset=utf-8")


@require_safe
@needs(Permission.READ_ADMINISTRATION)
def flow_findings(request: PersonRequest, pk: int) -> HttpResponse:
    """What the checks find, for the viewer's overlay."""
    return JsonResponse(findings_document(findings_of(get_object_or_404(FlowVersion, pk=pk))))


@require_safe
@needs(Permission.READ_ADMINISTRATION)
def jobs_page(request: PersonRequest) -> HttpResponse:
    """Jobs that were given up."""
    context = {"jobs": job_selectors.dead_jobs()[: selectors.MOST]}
    return render(request, "administration/jobs.html", context)


@require_POST
@needs(Permission.MANAGE_FLOW)
def retry_job(request: PersonRequest, pk: int) -> HttpResponse:
    """A dead job gets a new set of attempts."""
    job = get_object_or_404(Job, pk=pk)
    try:
        with transaction.atomic():
            jobs.retry(job, request.user)
            record(
                "system", "job_retried", actor=request.user, data={"job": job.pk, "kind": job.kind}
            )
    except NotDeadError:
        messages.warning(request, _("该任务已不在放弃列表中。"))
    else:
        messages.success(request, _("已重新排队。"))
    return redirect("administration:jobs")
