"""Index ranges of open tasks: the SQL behind the queue, its searches and its counts.

A range is one (role, organ), or one holder, over a partial index of open tasks. Plain pages read
just their rows. A search with a condition looks through at most `WINDOW` tasks of each range and
says how far it came (the horizon); a search that names few cases starts from those instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

WINDOW = 1000
"""Open tasks of one range a search looks through at a time; more is another page."""
CASES = 500
"""A search that names at most so many cases starts from them."""

_COLUMNS = "SELECT t.id, t.due_at, t.process_id, t.role, t.owner_id FROM workflows_task t"
_CASE = " JOIN workflows_process p ON p.id = t.process_id"
_ORDER = " ORDER BY t.due_at, t.id LIMIT %s"
_BY_NUMBER = " ORDER BY t.id LIMIT %s"
_RECUSED = (
    " AND (t.role IN ('applicant', 'agent') OR NOT EXISTS (SELECT 1 FROM workflows_recusal r"
    " WHERE r.user_id = %s AND r.process_id = t.process_id AND r.state = 'in_force'))"
)
_ALL_OF_FEW = 100_000
"""More than a few cases can have; the LIMIT keeps the planner from starting elsewhere."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of SQL with its values."""

    text: str = ""
    values: tuple[Any, ...] = ()

    def __add__(self, other: Part) -> Part:
        return Part(self.text + other.text, self.values + other.values)

    def and_(self, text: str, *values: Any) -> Part:
        return self + Part(f" AND {text}", values)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for, in the words of the engine and of whoever stands above it.

    `condition` is SQL about the task `t` and its process `p`, beginning with AND. `processes`: the
    only cases in question. The bounds are moments of `due_at` (from: exclusive, until: inclusive);
    `dated` False asks for tasks without a deadline.
    """

    condition: Part = Part()
    processes: tuple[int, ...] | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None
    dated: bool | None = None
    holder: int | None = None
    """The account that has taken it; 0 = nobody."""

    def bounds(self) -> Part:
        """The deadline bounds as a condition."""
        found = Part()
        if self.due_from is not None:
            found = found.and_("t.due_at > %s", stored(self.due_from))
        if self.due_until is not None:
            found = found.and_("t.due_at <= %s", stored(self.due_until))
        if self.dated is not None:
            found = found.and_("t.due_at IS NOT NULL" if self.dated else "t.due_at IS NULL")
        return found

    def held(self) -> Part:
        """The wanted holder as a condition."""
        if self.holder is None:
            return Part()
        if self.holder == 0:
            return Part(" AND t.owner_id IS NULL")
        return Part(" AND t.owner_id = %s", (self.holder,))


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose tasks: offices as (role, organ), and one's own.

    `colleagues` lists also what a colleague of the office has taken; an expert never sees the seat
    of another (semantics C0).
    """

    offices: tuple[tuple[str, int], ...]
    user_id: int
    mine: bool = True
    colleagues: bool = False
    without: tuple[int, ...] = ()
    """Parties whose cases are hidden from this person (回避)."""
    recused: tuple[int, ...] = ()
    """Cases this person has left (回避)."""
    roles: tuple[str, ...] = ()
    """Of one's own only these roles (an agency of limited scope); empty = all."""

    def ranges(self, wanted: Filter = Filter()) -> list[Part]:
        """One condition an index range; ranges that cannot hold the wanted holder are left out."""
        found = [] if wanted.holder == self.user_id and self.mine else self._offices()
        if self.mine and wanted.holder in (None, self.user_id):
            own = Part(" AND t.owner_id = %s", (self.user_id,))
            if self.roles:
                own = own.and_(f"t.role IN ({', '.join(['%s'] * len(self.roles))})", *self.roles)
            found.append(own)
        return found

    def _offices(self) -> list[Part]:
        found = []
        for role, organ in self.offices:
            part = Part(" AND t.role = %s AND t.organ_id = %s", (role, organ))
            if not self.colleagues:
                part = part.and_("t.owner_id IS NULL")
            elif role == "expert":
                part = part.and_("(t.owner_id IS NULL OR t.owner_id = %s)", self.user_id)
            found.append(part)
        return found

    def hidden(self) -> Part:
        """The applicants' own tasks are no decisions: they are never hidden."""
        found = Part(_RECUSED, (self.user_id,))
        for party in self.without:
            found = found.and_(
                "(t.role IN ('applicant', 'agent') OR p.party_id IS NULL OR NOT p.party_id = %s)",
                party,
            )
        if self.recused:
            marks = ", ".join(["%s"] * len(self.recused))
            found = found.and_(f"t.process_id NOT IN ({marks})", *self.recused)
        return found


def stored(moment: datetime) -> Any:
    """The moment as this database compares it (SQLite: naive UTC text)."""
    return connection.ops.adapt_datetimefield_value(moment)


def aware(due: Any) -> datetime | None:
    """SQLite hands raw columns out as text without a zone."""
    if due is None:
        return None
    found = datetime.fromisoformat(due) if isinstance(due, str) else due
    return found if found.tzinfo else found.replace(tzinfo=connection.timezone)


def order(entry: tuple[int, datetime | None]) -> tuple[bool, datetime | None, int]:
    """Soonest deadline first, without one last, then by number."""
    number, due = entry
    return (due is None, due, number)


def hits(
    scope: Scope, wanted: Filter, after: tuple[datetime | None, int] | None, limit: int
) -> tuple[list[tuple[int, datetime | None]], tuple[int, datetime | None] | None]:
    """The first `limit` (number, deadline) behind the mark, and the horizon: how far the search
    came when a range was longer than its window; None = to the end. One statement."""
    if wanted.processes is not None:
        branches = [_of_cases(scope, wanted, after, limit)] if wanted.processes else []
    else:
        branches = _of_ranges(scope, wanted, after, limit)
    if not branches:
        return [], None
    rows = run(" UNION ALL ".join(part.text for part in branches), branches)
    found = {number: aware(due) for number, due, hit in rows if hit}
    ends = [(number, aware(due)) for number, due, hit in rows if not hit]
    horizon = min(ends, key=order) if ends else None
    listed = sorted(found.items(), key=order)
    if horizon is not None:
        listed = [entry for entry in listed if order(entry) <= order(horizon)]
    return listed[:limit], horizon


def run(statement: str, parts: Sequence[Part]) -> list[Any]:
    """The rows of a raw statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for part in parts for value in part.values])
        rows: list[Any] = cursor.fetchall()
        return rows


def _of_ranges(
    scope: Scope, wanted: Filter, after: tuple[datetime | None, int] | None, limit: int
) -> list[Part]:
    condition = scope.hidden() + wanted.condition + wanted.held()
    branches = []
    for dated in (True, False):
        if wanted.dated is not None and wanted.dated is not dated:
            continue
        if dated and after is not None and after[0] is None:
            continue
        if not dated and (wanted.due_from is not None or wanted.due_until is not None):
            continue
        behind = _behind(dated, after) + (wanted.bounds() if dated else Part())
        for seats in scope.ranges(wanted):
            inner = Part(" WHERE t.is_open") + seats + behind
            branches += _looked_through(inner, condition, dated, limit)
    return branches


def _looked_through(inner: Part, condition: Part, dated: bool, limit: int) -> list[Part]:
    """Without a condition just the rows; else the hits of the window, and its last row."""
    ordered = _ORDER if dated else _BY_NUMBER
    rows = Part(_COLUMNS) + inner
    if not condition.text:
        return [Part("SELECT id, due_at, 1 AS hit FROM (") + rows + Part(f"{ordered}) t", (limit,))]
    window = Part("(") + rows + Part(f"{ordered}) t", (WINDOW,))
    listed = Part("SELECT * FROM (SELECT t.id, t.due_at, 1 AS hit FROM ") + window + Part(_CASE)
    listed += Part(" WHERE 1 = 1") + condition + Part(f"{ordered}) s", (limit,))
    end = Part("SELECT * FROM (SELECT t.id, t.due_at, 0 AS hit FROM workflows_task t") + inner
    end += Part(f"{ordered} OFFSET %s) s", (1, WINDOW - 1))
    return [listed, end]


def _behind(dated: bool, after: tuple[datetime | None, int] | None) -> Part:
    found = Part(" AND t.due_at IS NOT NULL" if dated else " AND t.due_at IS NULL")
    if after is None:
        return found
    due, number = after
    if dated and due is not None:
        moment = stored(due)
        return found.and_(
            "(t.due_at > %s OR (t.due_at = %s AND t.id > %s))", moment, moment, number
        )
    return found.and_("t.id > %s", number) if not dated and due is None else found


def _of_cases(
    scope: Scope, wanted: Filter, after: tuple[datetime | None, int] | None, limit: int
) -> Part:
    """From the few named cases to their open tasks that this person may take."""
    cases = wanted.processes or ()
    marks = ", ".join(["%s"] * len(cases))
    rows = Part(f"({_COLUMNS.replace('t.owner_id', 't.owner_id, t.organ_id')}", ())
    rows += Part(
        f" WHERE t.is_open AND t.process_id IN ({marks}) LIMIT %s) t", (*cases, _ALL_OF_FEW)
    )
    condition = _any_of(scope.ranges(wanted)) + scope.hidden() + wanted.condition + wanted.held()
    condition += wanted.bounds() + _after_any(after)
    listed = Part("SELECT t.id, t.due_at, 1 AS hit FROM ") + rows + Part(_CASE)
    listed += Part(" WHERE 1 = 1") + condition
    last = " ORDER BY CASE WHEN t.due_at IS NULL THEN 1 ELSE 0 END, t.due_at, t.id LIMIT %s"
    return listed + Part(last, (limit,))


def _any_of(ranges: Sequence[Part]) -> Part:
    texts = " OR ".join(f"({part.text.removeprefix(' AND ')})" for part in ranges)
    return Part(f" AND ({texts or '1 = 0'})", tuple(v for part in ranges for v in part.values))


def _after_any(after: tuple[datetime | None, int] | None) -> Part:
    if after is None:
        return Part()
    due, number = after
    if due is None:
        return Part(" AND t.due_at IS NULL AND t.id > %s", (number,))
    moment = stored(due)
    return Part(
        " AND (t.due_at IS NULL OR t.due_at > %s OR (t.due_at = %s AND t.id > %s))",
        (moment, moment, number),
    )


@dataclass(frozen=True, slots=True)
class Count:
    """How many were found; `more` when a range was longer than its window."""

    number: int
    more: bool


def counts(asked: Mapping[str, tuple[Scope, Filter]], limit: int = WINDOW) -> dict[str, Count]:
    """How many tasks each (scope, filter) holds, in one statement; it looks through at most
    `limit` + 1 tasks of each range and never further."""
    branches: list[Part] = []
    names: list[str] = []
    for name, (scope, wanted) in asked.items():
        for seats in scope.ranges(wanted):
            branches.append(_counted(len(names), scope, wanted, seats, limit))
        names.append(name)
    found = dict.fromkeys(asked, Count(0, False))
    if not branches:
        return found
    for place, through, hit in run(" UNION ALL ".join(b.text for b in branches), branches):
        earlier = found[names[place]]
        number = earlier.number + int(hit or 0)
        found[names[place]] = Count(
            min(number, limit), earlier.more or through > limit or number > limit
        )
    return found


def _counted(place: int, scope: Scope, wanted: Filter, seats: Part, limit: int) -> Part:
    condition = scope.hidden() + wanted.condition + wanted.held()
    inner = Part(f"({_COLUMNS} WHERE t.is_open") + seats + wanted.bounds()
    window = inner + Part(" LIMIT %s) t", (limit + 1,))
    if not condition.text:
        return Part(f"SELECT {place}, COUNT(*), COUNT(*) FROM ") + window  # noqa: S608 - a number
    hit = Part("SUM(CASE WHEN 1 = 1") + condition + Part(" THEN 1 ELSE 0 END)")
    return Part(f"SELECT {place}, COUNT(*), ") + hit + Part(" FROM ") + window + Part(_CASE)
