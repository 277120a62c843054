"""Reads of the journal."""

from __future__ import annotations

from django.db.models import QuerySet

from journal.models import Anchor, Entry


def entries(stream: str) -> QuerySet[Entry]:
    """The entries of a stream, oldest first."""
    return Entry.objects.filter(stream__key=stream).order_by("position")


def last_anchor() -> Anchor | None:
    """The newest anchor; its digest is what is written down outside the house."""
    return Anchor.objects.order_by("-day").first()
