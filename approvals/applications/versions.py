"""Reads the versions of a case, compares two of them, and says from where a person may look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from approvals.applications.comparing.files import FileMark
from approvals.applications.comparison import Change, Material, compare, keys_of
from approvals.applications.models import Application, MaterialVersion
from approvals.programs.form_schema import form_of, slots_of
from organizations.models import User
from organizations.positions import positions
from organizations.roles import Role
from workflows.models import Task


def material_of(version: MaterialVersion) -> Material:
    """The frozen row as `compare` takes it."""
    return Material(version.data, tuple(FileMark.of_row(row) for row in version.attachments))


@dataclass(frozen=True, slots=True)
class Versions:
    """Every version of one case, the earliest first; `rows` may be empty for a case never filed."""

    application: Application
    rows: tuple[MaterialVersion, ...]

    @property
    def current(self) -> MaterialVersion | None:
        """The latest."""
        return self.rows[-1] if self.rows else None

    def at(self, number: int) -> MaterialVersion | None:
        """The material that counted under this number: the row itself or the nearest below."""
        below = [row for row in self.rows if row.version <= number]
        return below[-1] if below else (self.rows[0] if self.rows else None)

    def at_moment(self, moment: datetime) -> MaterialVersion | None:
        """What lay before the offices at a moment."""
        before = [row for row in self.rows if row.at <= moment]
        return before[-1] if before else (self.rows[0] if self.rows else None)

    def between(self, before: int, after: int) -> tuple[Change, ...]:
        """What differs between two numbers, in the program's words."""
        old, new = self.at(before), self.at(after)
        if old is None or new is None or old.pk == new.pk:
            return ()
        content = self.application.program.content
        return compare(material_of(old), material_of(new), form_of(content), slots_of(content))

    def changed_since(self, number: int) -> frozenset[str]:
        """Keys of fields and slots that differ between a number and now."""
        current = self.current
        return keys_of(self.between(number, current.version)) if current else frozenset()

    def changes_since_each(self, numbers: Iterable[int]) -> dict[int, frozenset[str]]:
        """What `comparison.still_valid` asks, for the versions opinions were given on."""
        return {number: self.changed_since(number) for number in set(numbers)}


def versions_of(application: Application) -> Versions:
    """All rows of a case; one query."""
    return Versions(application, tuple(application.versions.order_by("version")))


def changed_since(application: Application, version: int) -> frozenset[str]:
    """Keys of fields and slots that differ between a version and the material now; one query."""
    return versions_of(application).changed_since(version)


def earliest_visible(user: User, versions: Versions) -> int:
    """The first version a reader may look at: 1, for an expert that of his own seat (C0).

    Experts read their seat's material: what lay before the panel and later, not what the applicant
    mended before. One query, and one more for who is an expert.
    """
    if not versions.rows:
        return 1
    if all(position.role != Role.EXPERT for position in positions(user)):
        return versions.rows[0].version
    seats = Task.objects.filter(process_id=versions.application.process_id).exclude(role="")
    seated = (
        seats.filter(role=Role.EXPERT, owner_id=user.pk)
        | seats.filter(role=Role.EXPERT, actor_id=user.pk)
    ).order_by("entered_at")
    first = seated.first()
    found = versions.at_moment(first.entered_at) if first is not None else None
    return found.version if found is not None else versions.rows[0].version
