"""Addresses of the experts slice."""

from __future__ import annotations

from django.urls import path

from approvals.experts.views import blind, drawing, naming, pool, voting

app_name = "experts"

urlpatterns = [
    path("experts/", pool.pool, name="pool"),
    path("experts/add/", pool.add, name="add"),
    path("experts/<int:pk>/close/", pool.close, name="close"),
    path("tasks/<int:pk>/draw/", drawing.draw, name="draw"),
    path("tasks/<int:pk>/draw/reveal/", drawing.reveal, name="reveal"),
    path("tasks/<int:pk>/draw/void/", drawing.void, name="void"),
    path("tasks/<int:pk>/blind/", blind.page, name="blind"),
    path("tasks/<int:pk>/blind/files/<int:attachment>/", blind.file, name="blind_file"),
    path("tasks/<int:pk>/declare/", voting.declare, name="declare"),
    path("tasks/<int:pk>/sheet/", voting.sheet, name="sheet"),
    path("applications/<int:pk>/panel/", naming.panel, name="panel"),
    path("applications/<int:pk>/draw/", drawing.result, name="result"),
    path("applications/<int:pk>/draw/replace/", drawing.replace, name="replace"),
    path("applications/<int:pk>/draw.json", drawing.export, name="export"),
]
