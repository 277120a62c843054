"""Rows of the versions that existing cases went through, as far as their corrections tell."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.migrations.state import StateApps


def fill(apps: StateApps, _editor: Any) -> None:
    """Walks every filed case back from the present through what its corrections changed.

    The files of a version are known from their own columns; the answers from `changes.before`.
    """
    application_model = apps.get_model("applications", "Application")
    version_model = apps.get_model("applications", "MaterialVersion")
    for case in application_model.objects.filter(submitted_at__isnull=False).iterator():
        if not version_model.objects.filter(application=case).exists():
            version_model.objects.bulk_create(_versions(apps, case))
        _kinds(case)


def _versions(apps: StateApps, case: Any) -> list[Any]:
    version_model = apps.get_model("applications", "MaterialVersion")
    files = list(case.attachments.order_by("slot", "name", "pk"))
    slots = {entry.slot for entry in files}
    answered = case.corrections.filter(answered_version__isnull=False).order_by("-answered_version")
    data, found = dict(case.data), []
    for correction in answered:
        version = correction.answered_version
        found.append(
            version_model(
                application=case,
                version=version,
                cause="corrected",
                data=data,
                attachments=_at(files, version),
                at=correction.answered_at,
            )
        )
        was = {
            key: change.get("before")
            for key, change in correction.changes.items()
            if key not in slots and isinstance(change, dict)
        }
        data = {**data, **was}
    found.append(
        version_model(
            application=case,
            version=1,
            cause="filed",
            data=data,
            attachments=_at(files, 1),
            at=case.submitted_at,
            by_id=case.created_by_id,
        )
    )
    return found


def _at(files: list[Any], version: int) -> list[dict[str, Any]]:
    return [
        {"slot": entry.slot, "name": entry.name, "sha256": entry.sha256, "size": entry.size}
        for entry in files
        if entry.version <= version
        and (entry.removed_version is None or entry.removed_version > version)
    ]


def _kinds(case: Any) -> None:
    """Which version a request was about; after the day of acceptance it was a return."""
    for correction in case.corrections.all():
        answered = correction.answered_version
        correction.version = answered - 1 if answered else case.version
        if case.accepted_at is not None and correction.requested_at.date() > case.accepted_at:
            correction.kind = "return"
        correction.save(update_fields=["version", "kind"])


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_material_versions")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
