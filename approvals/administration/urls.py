"""Addresses of the administrator."""

from django.urls import path

from approvals.administration import faults, views

app_name = "administration"
urlpatterns = [
    path("administration/", views.overview, name="overview"),
    path("administration/flows/<int:pk>/", views.flow, name="flow"),
    path("administration/flows/<int:pk>/source.bpmn", views.flow_source, name="flow_source"),
    path("administration/flows/<int:pk>/findings.json", views.flow_findings, name="flow_findings"),
    path("administration/jobs/", views.jobs_page, name="jobs"),
    path("administration/jobs/<int:pk>/retry/", views.retry_job, name="retry_job"),
    path("administration/blocked/", faults.blocked, name="blocked"),
    path("administration/blocked/<int:pk>/", faults.case, name="case"),
    path("administration/blocked/<int:pk>/flow.json", faults.case_facts, name="case_facts"),
    path("administration/blocked/<int:pk>/return/", faults.send_back, name="send_back"),
    path("administration/blocked/<int:pk>/confirm/", faults.confirm, name="confirm"),
    path("administration/blocked/<int:pk>/decline/", faults.decline, name="decline"),
]
