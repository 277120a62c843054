"""The queue: what waits for me or my office, soonest deadline first, at any number of cases.

One index range per (role, organ) over the partial index of open tasks, keyset pagination, no COUNT
and no OFFSET: a page costs the same at a thousand and at a million open tasks (performance.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from workflows.cases import World
from workflows.conflicting import conflicting_parties
from workflows.errors import NotVisible
from workflows.models import Process, Task
from workflows.operations.deciding import sight

if TYPE_CHECKING:
    from organizations.models import User
    from organizations.positions import Position

_FROM = (
    "SELECT * FROM (SELECT t.id, t.due_at FROM workflows_task t"
    " JOIN workflows_process p ON p.id = t.process_id WHERE t.is_open"
)
_OFFICE = " AND t.role = %s AND t.organ_id = %s AND t.owner_id IS NULL"
_MINE = " AND t.owner_id = %s"
_DATED = " AND t.due_at IS NOT NULL"
_UNDATED = " AND t.due_at IS NULL"
_AFTER_DATED = " AND (t.due_at > %s OR (t.due_at = %s AND t.id > %s))"
_AFTER_UNDATED = " AND t.id > %s"
_CITY = " AND p.city = %s"
_PHASE = " AND p.phase = %s"
_PARTY = " AND (t.role IN ('applicant', 'agent') OR p.party_id IS NULL OR NOT p.party_id = %s)"
_LIMIT_DATED = " ORDER BY t.due_at, t.id LIMIT %s) seats"
_LIMIT_UNDATED = " ORDER BY t.id LIMIT %s) seats"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended: the last task's deadline and number."""

    due_at: datetime | None
    id: int

    def as_text(self) -> str:
        """For a link to the next page."""
        return f"{self.due_at.isoformat() if self.due_at else ''}~{self.id}"

    @classmethod
    def from_text(cls, text: str) -> Mark | None:
        """None for anything that is no mark: the first page then."""
        due, _separator, number = text.rpartition("~")
        try:
            moment = datetime.fromisoformat(due) if due else None
            return cls(moment, int(number)) if moment is None or moment.tzinfo else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Page:
    """Tasks with process, organ and owner; `after` leads to the next page, None = the last."""

    tasks: list[Task]
    after: Mark | None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Whose queue, and what of it."""

    offices: tuple[tuple[str, int], ...]
    user_id: int
    city: str | None
    phase: str | None
    without: tuple[int, ...]

    def found(self, after: Mark | None, limit: int) -> list[tuple[int, datetime | None]]:
        """(number, deadline) of the first `limit` tasks behind the mark; one statement."""
        statements: list[str] = []
        values: list[Any] = []
        for dated in (True, False):
            if not dated or after is None or after.due_at is not None:
                self._branches(dated, after, limit, statements, values)
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(statements), values)
            rows = cursor.fetchall()
        unique = {number: _aware(due) for number, due in rows}
        return sorted(unique.items(), key=_order)[:limit]

    def _branches(
        self,
        dated: bool,
        after: Mark | None,
        limit: int,
        statements: list[str],
        values: list[Any],
    ) -> None:
        tail, tail_values = self._tail(dated, after, limit)
        seats: list[tuple[str, list[Any]]] = [(_OFFICE, [*office]) for office in self.offices]
        seats.append((_MINE, [self.user_id]))
        for seat, seat_values in seats:
            statements.append(_FROM + seat + tail)
            values += [*seat_values, *tail_values]

    def _tail(self, dated: bool, after: Mark | None, limit: int) -> tuple[str, list[Any]]:
        text, values = (_DATED if dated else _UNDATED), []
        if after is not None and dated and after.due_at is not None:
            due = _stored(after.due_at)
            text, values = text + _AFTER_DATED, [due, due, after.id]
        elif after is not None and not dated and after.due_at is None:
            text, values = text + _AFTER_UNDATED, [after.id]
        for part, wanted in ((_CITY, self.city), (_PHASE, self.phase)):
            if wanted:
                text, values = text + part, [*values, wanted]
        for party in self.without:
            text, values = text + _PARTY, [*values, party]
        return text + (_LIMIT_DATED if dated else _LIMIT_UNDATED), [*values, limit]


def _order(entry: tuple[int, datetime | None]) -> tuple[bool, datetime | None, int]:
    number, due = entry
    return (due is None, due, number) if due is not None else (True, None, number)


def _stored(moment: datetime) -> Any:
    """The moment as this database compares it (SQLite: naive UTC text)."""
    return connection.ops.adapt_datetimefield_value(moment)


def _aware(due: Any) -> datetime | None:
    """SQLite hands raw columns out as text without a zone."""
    if due is None:
        return None
    found = datetime.fromisoformat(due) if isinstance(due, str) else due
    return found if found.tzinfo else found.replace(tzinfo=connection.timezone)


def _reader(
    positions: Sequence[Position], user: User, city: str | None, phase: str | None
) -> _Reader:
    offices = sorted({(role, held.organ_id) for held in positions for role in held.acting})
    return _Reader(tuple(offices), user.pk, city, phase, conflicting_parties(user))


def page(
    positions: Sequence[Position],
    user: User,
    *,
    after: Mark | None = None,
    size: int = 25,
    city: str | None = None,
    phase: str | None = None,
) -> Page:
    """Mine, and what nobody of my offices has taken; three statements at any size.

    What a colleague has taken is not listed but stays reachable by `visible_task`; cases of an
    organ in which the user has an interest are never listed.
    """
    found = _reader(positions, user, city, phase).found(after, size + 1)
    numbers = [number for number, _due in found[:size]]
    rows = Task.objects.select_related("process__party", "process__county", "organ", "owner")
    by_number = rows.in_bulk(numbers) if numbers else {}
    tasks = [by_number[number] for number in numbers if number in by_number]
    more = len(found) > size
    return Page(tasks, Mark(found[size - 1][1], found[size - 1][0]) if more else None)


def open_count(positions: Sequence[Position], user: User, limit: int = 1000) -> int:
    """How many wait, counted up to limit + 1 (which means "more than limit")."""
    return len(_reader(positions, user, None, None).found(None, limit + 1))


def count_label(number: int, limit: int = 1000) -> str:
    """`37`, or `1000+` beyond the limit."""
    return f"{limit}+" if number > limit else str(number)


def visible_task(user: User, task_id: int, *, world: World | None = None) -> Task:
    """The human task if this person may know of it, in whatever state; else NotVisible.

    Who has left the post is told so at the act, but reads nothing more."""
    rows = Task.objects.select_related(
        "process__party", "process__county", "organ", "owner", "actor"
    )
    task: Task | None = rows.filter(pk=task_id).first()
    if task is None:
        raise NotVisible
    process: Process = task.process
    if sight(task, process, user, world or World()) is None:
        raise NotVisible
    return task
