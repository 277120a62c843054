"""Addresses of the papers of cases and of the templates."""

from django.urls import path

from approvals.notices.views import papers, templates

app_name = "notices"
urlpatterns = [
    path("applications/<int:pk>/papers/<int:paper>.pdf", papers.paper, name="paper"),
    path("applications/<int:pk>/papers/<int:paper>/serve/", papers.serve, name="serve"),
    path("templates/", templates.listing, name="templates"),
    path("templates/<slug:city>/<slug:key>/", templates.history, name="history"),
    path("templates/<slug:city>/<slug:key>/edit/", templates.edit, name="edit"),
    path("template-versions/<int:pk>/", templates.version, name="version"),
    path("template-versions/<int:pk>.pdf", templates.version_pdf, name="version_pdf"),
    path("template-versions/<int:pk>/settle/", templates.settle, name="settle"),
    path("template-versions/<int:pk>/revert/", templates.revert, name="revert"),
]
