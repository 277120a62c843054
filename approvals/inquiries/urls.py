"""Addresses of the inquiries slice."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "inquiries"
urlpatterns: list[URLPattern] = []
