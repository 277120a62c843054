"""Address of the archive package."""

from __future__ import annotations

from django.urls import path

from approvals.archive import views

app_name = "archive"
urlpatterns = [path("applications/<int:pk>/archive/", views.package, name="package")]
