"""Addresses of the applicant's pages."""

from __future__ import annotations

from django.urls import path

from approvals.applications.views import (
    case,
    correction,
    deferral,
    drafting,
    filing,
    listing,
    material,
    pictures,
    profile,
    registration,
    slip,
    supervising,
    versions,
)

app_name = "applications"

urlpatterns = [
    path("register/", registration.register, name="register"),
    path("applications/", listing.my_applications, name="list"),
    path("applications/profile/", profile.profiles, name="profile"),
    path("applications/profile/<int:organ_pk>/", profile.edit, name="profile_edit"),
    path("applications/new/<slug:city>/<slug:code>/", drafting.new, name="new"),
    path("applications/<int:pk>/", case.case, name="case"),
    path("applications/<int:pk>/flow.bpmn", pictures.flow_source, name="flow_source"),
    path("applications/<int:pk>/flow.json", pictures.flow_facts, name="flow_facts"),
    path("applications/<int:pk>/edit/<str:section>/", drafting.edit, name="edit"),
    path("applications/<int:pk>/discard/", drafting.discard, name="discard"),
    path("applications/<int:pk>/files/", material.files, name="files"),
    path("applications/<int:pk>/files/<int:attachment_pk>/", material.download, name="download"),
    path("applications/<int:pk>/files/<int:attachment_pk>/remove/", material.remove, name="remove"),
    path("applications/<int:pk>/check/", filing.check, name="check"),
    path("applications/<int:pk>/submit/", filing.submit, name="submit"),
    path("applications/<int:pk>/receipt/", filing.receipt, name="receipt"),
    path("applications/<int:pk>/versions/", versions.versions, name="versions"),
    path("applications/<int:pk>/slip/", slip.slip, name="slip"),
    path(
        "applications/<int:pk>/second-request/", supervising.second_request, name="second_request"
    ),
    path("applications/<int:pk>/deferred/", deferral.deferred, name="deferred"),
    path("applications/<int:pk>/deferred/extend/", deferral.extend, name="extend_deferred"),
    path(
        "applications/<int:pk>/deferred/hand-in/",
        deferral.hand_in_deferred,
        name="hand_in_deferred",
    ),
    path("applications/<int:pk>/correct/", correction.correct, name="correct"),
    path("applications/<int:pk>/withdraw/", case.withdraw, name="withdraw"),
]
