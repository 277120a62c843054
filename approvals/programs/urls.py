"""Addresses of the catalogue; included by approvals.urls at the root."""

from django.urls import path

from approvals.programs import views

app_name = "programs"
urlpatterns = [
    path("programs/", views.catalogue, name="catalogue"),
    path("programs/<slug:city>/<slug:code>/", views.guide, name="guide"),
    path("programs/<slug:city>/<slug:code>/check/", views.self_check, name="check"),
]
