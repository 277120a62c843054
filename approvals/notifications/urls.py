"""Addresses of the notifications slice."""

from __future__ import annotations

from django.urls import path

from approvals.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.centre, name="centre"),
    path("notifications/read/", views.mark_read, name="mark_read"),
    path("notifications/preferences/", views.preferences, name="preferences"),
    path("notifications/<int:pk>/", views.open_line, name="open"),
]
