"""Addresses of the operations slice."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "operations"
urlpatterns: list[URLPattern] = []
