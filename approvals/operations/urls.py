"""Addresses of the operations slice."""

from __future__ import annotations

from django.urls import path

from approvals.operations import views

app_name = "operations"
urlpatterns = [
    path("tasks/<int:pk>/acts/<slug:act>/", views.act_page, name="act"),
    path("copies/", views.copies_page, name="copies"),
    path("copies/<int:pk>/read/", views.acknowledge, name="acknowledge"),
    path("cases/<int:pk>/recusals/", views.recusals, name="recusals"),
    path("recusals/<int:pk>/", views.ruling, name="ruling"),
]
