"""Addresses of the administrator."""

from django.urls import path

from approvals.administration import views

app_name = "administration"
urlpatterns = [
    path("administration/", views.overview, name="overview"),
    path("administration/flows/<int:pk>/", views.flow, name="flow"),
    path("administration/jobs/", views.jobs_page, name="jobs"),
    path("administration/jobs/<int:pk>/retry/", views.retry_job, name="retry_job"),
    path("administration/blocked/", views.blocked, name="blocked"),
    path("administration/blocked/<int:pk>/retry/", views.retry_case, name="retry_case"),
]
