"""Pages of the administrator: reading, and retrying what is stuck (journalled with the name)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.administration import selectors
from approvals.administration.rights import needs
from approvals.applications.models import Application
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.reviews.following import follow
from jobs import selectors as job_selectors
from jobs import services as jobs
from jobs.models import Job
from jobs.services import NotDeadError
from journal.services import record
from organizations.permissions import Permission, cities_where
from workflows import operations
from workflows.bpmn.svg import draw
from workflows.flows import compiled
from workflows.models import FlowVersion


@require_safe
@needs(Permission.READ_ADMINISTRATION)
def overview(request: PersonRequest) -> HttpResponse:
    """Packs, programs, flows, calendar years, and what is stuck."""
    return render(request, "administration/overview.html", {"overview": selectors.overview(_cities(request))})


@require_safe
@needs(Permission.READ_ADMINISTRATION)
def flow(request: PersonRequest, pk: int) -> HttpResponse:
    """One version of a flow as it is drawn, with its hash."""
    version = get_object_or_404(FlowVersion, pk=pk)
    picture = draw(compiled(version.class_name).model)
    context = {"version": version, "picture": mark_safe(picture)}  # noqa: S308 - our own SVG writer escapes
    return render(request, "administration/flow.html", context)


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


@require_safe
@needs(Permission.READ_ADMINISTRATION)
def blocked(request: PersonRequest) -> HttpResponse:
    """Cases that wait for the flow administrator."""
    context = {"cases": selectors.blocked_cases(_cities(request))}
    return render(request, "administration/blocked.html", context)


@require_POST
@for_people
def retry_case(request: PersonRequest, pk: int) -> HttpResponse:
    """Lets a parked case try its step again, after its cause was mended. Who administers nothing in
    the case's city learns nothing of it (404)."""
    cases = Application.objects.filter(city__in=_cities(request)).select_related("process")
    application = cases.filter(pk=pk).first()
    if application is None:
        raise Http404
    if application.city not in cities_where(request.user, Permission.MANAGE_FLOW):
        label = Permission.MANAGE_FLOW.label
        raise PermissionDenied(_("您没有“%(right)s”的权限") % {"right": label})
    if application.process is None:
        raise Http404
    with transaction.atomic():
        step = operations.retry(application.process, request.user)
        follow(application, step, by=request.user)
    if step.blocked:
        messages.warning(request, _("重试后仍然受阻：%(reason)s") % {"reason": step.blocked})
    else:
        messages.success(request, _("办件已继续。"))
    return redirect("administration:blocked")


def _cities(request: PersonRequest) -> frozenset[str]:
    """The cities this person administers."""
    return cities_where(request.user, Permission.READ_ADMINISTRATION)
