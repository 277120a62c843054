"""Addresses of the revisions slice."""

from __future__ import annotations

from django.urls import path

from approvals.revisions.views import papers, ruling

app_name = "revisions"
urlpatterns = [
    path("papers/", papers.paper_list, name="list"),
    path("papers/<int:pk>/", papers.paper, name="paper"),
    path("papers/<int:pk>/original.pdf", papers.original, name="original"),
    path("papers/<int:pk>/revoke/", papers.revoke, name="revoke"),
    path("papers/<int:pk>/correct/", papers.correct, name="correct"),
    path("papers/revisions/<int:pk>/preview.pdf", ruling.preview, name="preview"),
    path("papers/revisions/<int:pk>/rule/", ruling.rule, name="rule"),
]
