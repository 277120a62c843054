"""Addresses of the deadlines slice."""

from __future__ import annotations

from django.urls import path

from approvals.deadlines import acts, views

app_name = "deadlines"
_CLOCK = "applications/<int:pk>/clock/"

urlpatterns = [
    path(_CLOCK, views.clock_page, name="clock"),
    path(f"{_CLOCK}special/", views.act_page(acts.SPECIAL), name="special"),
    path(f"{_CLOCK}special/end/", views.act_page(acts.END_SPECIAL), name="end_special"),
    path(f"{_CLOCK}suspend/", views.act_page(acts.SUSPEND), name="suspend"),
    path(f"{_CLOCK}resume/", views.act_page(acts.RESUME), name="resume"),
    path(f"{_CLOCK}extend/", views.act_page(acts.EXTEND), name="extend"),
    path(f"{_CLOCK}extend/confirm/", views.act_page(acts.CONFIRM), name="confirm"),
]
