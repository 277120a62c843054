"""Addresses of the domain pages."""

from django.urls import include, path

from approvals import display, health, home

urlpatterns = [
    path("", home.home, name="home"),
    path("display/", display.switch_display, name="display"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("approvals.programs.urls")),
    path("", include("approvals.decisions.urls")),
    path("", include("approvals.applications.urls")),
    path("", include("approvals.notices.urls")),
    path("", include("approvals.reviews.urls")),
    path("", include("approvals.deadlines.urls")),
    path("", include("approvals.notifications.urls")),
    path("", include("approvals.operations.urls")),
    path("", include("approvals.inquiries.urls")),
    path("", include("approvals.experts.urls")),
    path("", include("approvals.supervision.urls")),
    path("", include("approvals.revisions.urls")),
    path("", include("approvals.worklist.urls")),
    path("", include("approvals.meetings.urls")),
    path("", include("approvals.administration.urls")),
    path("", include("approvals.archive.urls")),
]
