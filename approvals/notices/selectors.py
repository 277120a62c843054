"""What the notices slice reads: templates in force, the papers of a case."""

from __future__ import annotations

from django.db.models import QuerySet

from approvals.notices.models import Paper, TemplateVersion

_IN_FORCE = TemplateVersion.State.IN_FORCE


def in_force(city: str, key: str) -> TemplateVersion | None:
    """The version a paper is made of today; one query. None: the city's pack has no such notice."""
    rows = TemplateVersion.objects.filter(city=city, key=key, state=_IN_FORCE)
    return rows.order_by("-settled_at", "-number").first()


def in_line_of(city: str, sha256: str) -> TemplateVersion | None:
    """The newest version in force that descends from a pack's notice of this content; one query."""
    rows = TemplateVersion.objects.filter(city=city, root_sha256=sha256, state=_IN_FORCE)
    return rows.order_by("-settled_at", "-number").first()


def papers_of(application: int) -> QuerySet[Paper]:
    """The papers of a case in the order they were issued; the documents without their content."""
    rows = Paper.objects.filter(application=application).select_related("document", "template")
    return rows.defer("document__content", "template__content").order_by("pk")
