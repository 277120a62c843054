"""Addresses of the experts slice."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "experts"
urlpatterns: list[URLPattern] = []
