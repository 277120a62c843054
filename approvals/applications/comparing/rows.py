"""Two tables, row by row: which row is which, what was added, removed, changed.

A row is known by the column that names it in both tables (a code, a number, a name: the first that
is never empty and never twice). What has no partner by its name is paired with the row most like
it, if at least half of its cells agree. The order of rows is no change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from approvals.applications.comparing.values import comparable, rows_of
from approvals.applications.forms.values import display
from approvals.programs.form_schema import Column, Field

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_NAMING = ("credit_code", "text", "phone", "email", "date")
"""Types of columns that can name a row; of several the order of this list decides, then the form's.
A figure or a yes never names a row."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of a row, as people read it; `changed` marks those that differ."""

    key: str
    label: str
    before: str
    after: str
    changed: bool


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row; `number` counts from 1 in the later table (a removed row: in the earlier one)."""

    kind: str
    number: int
    cells: tuple[CellChange, ...]

    @property
    def name(self) -> str:
        """What the row is about: its first cell that says anything."""
        shown = (cell.before if self.kind == REMOVED else cell.after for cell in self.cells)
        return next((text for text in shown if text != "—"), "")


def row_changes(field: Field, before: Any, after: Any) -> tuple[RowChange, ...]:
    """Changed and added rows in the order of the later table, then those removed."""
    old, new = rows_of(before), rows_of(after)
    partners = _partners(field, old, new)
    found = []
    for place, row in enumerate(new):
        was = partners.get(place)
        if was is None:
            found.append(_row(field, ADDED, place, {}, row))
        elif _values(field, old[was]) != _values(field, row):
            found.append(_row(field, CHANGED, place, old[was], row))
    kept = set(partners.values())
    found += [
        _row(field, REMOVED, place, row, {}) for place, row in enumerate(old) if place not in kept
    ]
    return tuple(found)


def _row(field: Field, kind: str, place: int, before: Row, after: Row) -> RowChange:
    cells = tuple(
        CellChange(
            column.key,
            column.label,
            display(column, before.get(column.key)),
            display(column, after.get(column.key)),
            comparable(column, before.get(column.key)) != comparable(column, after.get(column.key)),
        )
        for column in field.columns
    )
    return RowChange(kind, place + 1, cells)


def _values(field: Field, row: Row) -> tuple[Any, ...]:
    return tuple(comparable(column, row.get(column.key)) for column in field.columns)


def _partners(field: Field, old: Sequence[Row], new: Sequence[Row]) -> dict[int, int]:
    """Place in the later table → place in the earlier one."""
    found = _equals([_values(field, row) for row in old], [_values(field, row) for row in new])
    column = _naming_column(field, old, new)
    if column is not None:
        names = {comparable(column, row.get(column.key)): place for place, row in enumerate(old)}
        taken = set(found.values())
        for place, row in enumerate(new):
            was = names.get(comparable(column, row.get(column.key)))
            if place not in found and was is not None and was not in taken:
                found[place] = was
                taken.add(was)
    return found | _alike(field, old, new, found)


def _equals(old: Sequence[tuple[Any, ...]], new: Sequence[tuple[Any, ...]]) -> dict[int, int]:
    """Rows that stand in both tables word for word, each used once."""
    places: dict[tuple[Any, ...], list[int]] = {}
    for place, row in enumerate(old):
        places.setdefault(row, []).append(place)
    found = {}
    for place, row in enumerate(new):
        if places.get(row):
            found[place] = places[row].pop(0)
    return found


def _naming_column(field: Field, old: Sequence[Row], new: Sequence[Row]) -> Column | None:
    def names_rows(column: Column) -> bool:
        return all(_unique(column, rows) for rows in (old, new))

    fit = [column for column in field.columns if column.type in _NAMING and names_rows(column)]
    return min(fit, key=lambda column: _NAMING.index(column.type), default=None)


def _unique(column: Column, rows: Sequence[Row]) -> bool:
    counted = Counter(comparable(column, row.get(column.key)) for row in rows)
    return None not in counted and all(times == 1 for times in counted.values())


def _alike(
    field: Field, old: Sequence[Row], new: Sequence[Row], found: Mapping[int, int]
) -> dict[int, int]:
    """The rows left over, each with the one it agrees with most, at least in half of its cells."""
    taken, pairs = set(found.values()), []
    rest_old = [place for place in range(len(old)) if place not in taken]
    rest_new = [place for place in range(len(new)) if place not in found]
    least = max(1, (len(field.columns) + 1) // 2)
    for there in rest_new:
        mine = _values(field, new[there])
        for here in rest_old:
            agreeing = sum(
                left == right and left is not None
                for left, right in zip(mine, _values(field, old[here]), strict=True)
            )
            if agreeing >= least:
                pairs.append((-agreeing, abs(there - here), there, here))
    chosen: dict[int, int] = {}
    for _agreeing, _apart, there, here in sorted(pairs):
        if there not in chosen and here not in chosen.values():
            chosen[there] = here
    return chosen
