"""A city's organs from its policy folder: check everything at once, then load."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from journal.services import Actor, record
from organizations.kinds import Kind
from organizations.models import Organ
from organizations.pack_schema import CITY_KEY, ERROR, FILE_NAME, Issue, examine
from organizations.yaml_lines import YamlError, load_with_lines

__all__ = ["Issue", "PackError", "check", "load"]

_TEXTS = (
    "name",
    "short_name",
    "kind",
    "document_code",
    "minutes_code",
    "division_code",
    "provenance",
)


class PackError(ValueError):
    """The pack has errors and was not loaded; `issues` tells them all."""

    def __init__(self, issues: list[Issue]) -> None:
        first = issues[0]
        more = f" (and {len(issues) - 1} more)" if len(issues) > 1 else ""
        super().__init__(f"{first.file}:{first.line}: {first.key}: {first.message}{more}")
        self.issues = issues


def check(folder: Path) -> list[Issue]:
    """Every issue of `<folder>/organs.yaml`; nothing is written, no database is read."""
    return _read(folder)[1]


def _read(folder: Path) -> tuple[dict[str, Any], list[Issue]]:
    try:
        data, lines = load_with_lines(folder / FILE_NAME)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        return {}, [Issue(ERROR, FILE_NAME, 0, "", message, "every city folder needs this file")]
    except YamlError as error:
        return {}, [Issue(ERROR, FILE_NAME, error.line, "", f"not readable as YAML: {error}")]
    return data, examine(data, lines)


def load(folder: Path, by: Actor | None = None) -> list[Organ]:
    """Makes or changes the city's organs so that they say what the file says; one transaction.

    Loading the same file again writes nothing. An organ the file no longer names stays: it must be
    ended with `valid_to`, since cases and papers point to it. Raises PackError, with every issue.
    """
    data, issues = _read(folder)
    errors = [issue for issue in issues if issue.severity == ERROR]
    if errors:
        raise PackError(errors)
    with transaction.atomic():
        return _Loading(data, by).run()


class _Loading:
    """One load: rows first, then the links between them."""

    def __init__(self, data: Mapping[str, Any], by: Actor | None) -> None:
        self.city: str = data["city"]
        self.data = data
        self.by = by
        self.rows = {organ.key: organ for organ in Organ.objects.filter(city=self.city)}
        self.changed: dict[str, dict[str, Any]] = {}

    def run(self) -> list[Organ]:
        self._put(CITY_KEY, self._city_values())
        for organ in self.data["organs"]:
            self._put(organ["key"], _values(organ))
        for organ in self.data["organs"]:
            links = {
                "parent_id": self._pk(organ.get("parent") or CITY_KEY),
                "successor_id": self._pk(organ.get("successor")),
            }
            self._put(organ["key"], links)
        for key, values in self.changed.items():
            record(self.rows[key].stream, "organ_loaded", actor=self.by, data=values)
        return [self.rows[key] for key in (CITY_KEY, *(o["key"] for o in self.data["organs"]))]

    def _city_values(self) -> dict[str, Any]:
        name = self.data["name"]
        return {
            "name": name,
            "short_name": name,
            "kind": Kind.CITY.value,
            "vocabulary": dict(self.data.get("vocabulary") or {}),
            "provenance": self.data.get("provenance", ""),
        }

    def _pk(self, key: str | None) -> int | None:
        return None if key is None else self.rows[key].pk

    def _put(self, key: str, values: dict[str, Any]) -> None:
        """Writes the row only where it differs from the file."""
        row = self.rows.get(key) or Organ(city=self.city, key=key)
        fresh = row.pk is None
        differing = {name: new for name, new in values.items() if getattr(row, name) != new}
        if not (fresh or differing):
            return
        for name, value in differing.items():
            setattr(row, name, value)
        row.save()
        self.rows[key] = row
        self.changed.setdefault(key, {}).update(differing)


def _values(organ: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {name: organ.get(name) or "" for name in _TEXTS}
    return {**values, "valid_from": organ.get("valid_from"), "valid_to": organ.get("valid_to")}
