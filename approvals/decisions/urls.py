"""Addresses of drafts and decisions."""

from django.urls import path

from approvals.decisions import views

app_name = "decisions"
urlpatterns = [
    path("tasks/<int:pk>/draft.pdf", views.draft, name="draft"),
    path("applications/<int:pk>/decisions/<int:decision>.pdf", views.paper, name="paper"),
]
