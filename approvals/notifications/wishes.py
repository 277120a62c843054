"""How people want to be told: their choices, and the defaults of who chose nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time

from django.db import transaction

from approvals.notifications.kinds import Kind
from approvals.notifications.models import KindPreference, Mode, QuietHours
from approvals.notifications.timing import QUIET, Preference
from organizations.models import User


class Wishes:
    """The preferences of some people, read in two queries."""

    def __init__(self, people: Iterable[int]) -> None:
        numbers = set(people)
        rows = KindPreference.objects.filter(person__in=numbers)
        self._modes = {(row.person_id, row.kind): Mode(row.mode) for row in rows}
        self._quiet = {row.person_id: row for row in QuietHours.objects.filter(person__in=numbers)}

    def of(self, person: int, kind: Kind) -> Preference:
        """What this person wants for this kind."""
        return Preference(self.mode(person, kind), self.quiet(person))

    def mode(self, person: int, kind: Kind) -> Mode:
        """Urgent kinds are always mailed at once: they carry an obligation."""
        if kind.urgent:
            return Mode.MAIL
        return self._modes.get((person, kind.name), Mode.MAIL)

    def quiet(self, person: int) -> tuple[time, time] | None:
        """First quiet moment and first free one; None: he wants no quiet hours."""
        row = self._quiet.get(person)
        if row is None:
            return QUIET
        return (row.begins, row.ends) if row.kept and row.begins != row.ends else None


@transaction.atomic
def choose(person: User, modes: Mapping[str, Mode], quiet: tuple[time, time] | None) -> None:
    """Stores a person's own choice; what waits already keeps its moment."""
    KindPreference.objects.bulk_create(
        [KindPreference(person=person, kind=kind, mode=mode) for kind, mode in modes.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["mode"],
    )
    begins, ends = quiet or QUIET
    QuietHours.objects.update_or_create(
        person=person, defaults={"kept": quiet is not None, "begins": begins, "ends": ends}
    )
