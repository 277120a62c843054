"""Reads of the notification centre: the list, the bell, the proof of delivery."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import QuerySet

import clock
from approvals.notifications.models import Delivery, DeliveryState, Notification
from approvals.notifications.sight import visible
from organizations.models import User
from organizations.positions import Position, positions
from prepared import Personal, stored

PAGE_SIZE = 25
MOST = 99
"""The bell counts up to here; beyond it says `99+`."""
_UNREAD, _READ = "u", "r"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended: among the unread lines or among the read ones."""

    unread: bool
    number: int

    def as_text(self) -> str:
        """For a link to the next page."""
        return f"{_UNREAD if self.unread else _READ}{self.number}"

    @classmethod
    def from_text(cls, text: str) -> Mark | None:
        """None for anything that is no mark: the first page then."""
        part, number = text[:1], text[1:]
        if part not in {_UNREAD, _READ} or not number.isdecimal() or len(number) > 18:
            return None
        return cls(part == _UNREAD, int(number))


@dataclass(frozen=True, slots=True)
class Page:
    """Unread lines first, each part newest first; `after` leads on, None = the last page."""

    rows: Sequence[Notification]
    after: Mark | None


def page(
    person: User, *, kind: str = "", unread_only: bool = False, after: Mark | None = None
) -> Page:
    """One page of the person's lines, without those of cases he no longer sees; three statements
    at most (positions, unread, read), at any number of lines."""
    mine = visible(person).order_by("-pk")
    if kind:
        mine = mine.filter(kind=kind)
    rows: list[Notification] = []
    if after is None or after.unread:
        rows += _part(mine.filter(read_at=None), after, PAGE_SIZE + 1)
        after = None
    if len(rows) <= PAGE_SIZE and not unread_only:
        rows += _part(mine.exclude(read_at=None), after, PAGE_SIZE + 1 - len(rows))
    shown = rows[:PAGE_SIZE]
    more = len(rows) > PAGE_SIZE
    return Page(shown, Mark(shown[-1].read_at is None, shown[-1].pk) if more else None)


def _part(
    rows: QuerySet[Notification, Notification], after: Mark | None, limit: int
) -> list[Notification]:
    return list((rows.filter(pk__lt=after.number) if after is not None else rows)[:limit])


@dataclass(frozen=True, slots=True)
class Bell:
    """What the masthead says."""

    unread: int

    @property
    def label(self) -> str:
        """`7`, or `99+`."""
        return f"{MOST}+" if self.unread > MOST else str(self.unread)


def bell(person: User, held: tuple[Position, ...] | None = None) -> Bell:
    """How many lines wait to be read, counted up to 100; one statement when the caller gives the
    positions he has read."""
    held = positions(person) if held is None else held
    return Bell(len(_unread(person.pk, held, clock.today()).run()))


@lru_cache(maxsize=500)
def _unread(person_id: int, held: tuple[Position, ...], _today: date) -> Personal[tuple[int, ...]]:
    """Which lines are in sight follows from these three alone; every page asks, so the statement is
    made once for them."""
    return Personal(
        lambda: (
            visible(stored(User, id=person_id), held)
            .filter(read_at=None)
            .order_by()
            .values_list("pk")[: MOST + 1]
        )
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one line: for whoever had it sent (催办: delivered, read)."""

    person: User
    read_at: datetime | None
    mailed_at: datetime | None
    failure: str
    """Why a channel did not deliver; "" while it may still do so."""

    @property
    def delivered_at(self) -> datetime | None:
        """By a channel, or by being read on the site."""
        moments = [moment for moment in (self.mailed_at, self.read_at) if moment is not None]
        return min(moments) if moments else None


def proofs(person_keys: Iterable[str]) -> dict[str, list[Proof]]:
    """Delivery and reading of the lines with these keys, by key; two statements."""
    keys = list(person_keys)
    rows = (
        Notification.objects.filter(key__in=keys)
        .select_related("person")
        .prefetch_related("deliveries")
        .order_by("pk")
    )
    found: dict[str, list[Proof]] = {key: [] for key in keys}
    for row in rows:
        found[row.key].append(_proof(row, list(row.deliveries.all())))
    return found


def _proof(row: Notification, deliveries: list[Delivery]) -> Proof:
    sent = [one.sent_at for one in deliveries if one.sent_at is not None]
    failed = [one.failure for one in deliveries if one.state == DeliveryState.FAILED]
    return Proof(row.person, row.read_at, min(sent) if sent else None, "；".join(failed))
