"""The cases that issued minutes speak of, and who had left the room, for `documents.sight`."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.migrations.state import StateApps


def fill(apps: StateApps, _editor: Any) -> None:
    """Every paper of confirmed minutes, renumbered and corrected ones too: a meeting of that time
    points at the first one only, and follows now."""
    meetings = apps.get_model("meetings", "Meeting").objects.exclude(document=None)
    for meeting in meetings.select_related("document").iterator():
        items = meeting.items.filter(state="decided").prefetch_related("recused")
        cases = sorted({item.application_id for item in items})
        left = {person.pk for item in items for person in item.recused.all()}
        paper = meeting.document
        while paper is not None:
            meeting.document = paper
            _mention(apps, paper, cases, left)
            paper = apps.get_model("documents", "Document").objects.filter(supersedes=paper).first()
        meeting.save(update_fields=["document"])


def _mention(apps: StateApps, paper: Any, cases: list[int], left: set[int]) -> None:
    mention = apps.get_model("documents", "Mention")
    rows = [mention(document=paper, case_stream=f"case:{case}") for case in cases]
    mention.objects.bulk_create(rows, ignore_conflicts=True)
    paper.withheld_from.add(*left)


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0001_initial"),
        ("documents", "0003_papers_about_several_cases"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
