"""INSERT and UPDATE of a model's rows with the SQL made once.

No signal is sent and no `save` is called, as with `bulk_create`: the service that owns the model
decides, and a model's own refusals (append-only, immutable) stay with its `save`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model
from django.db.models.base import ModelState

from prepared.statements import Statement, together
from prepared.values import Values

M = TypeVar("M", bound=Model)
_MOST_ROWS = 200


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _column(field: Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


class Rows(Generic[M]):
    """Writes whole rows in one statement: new ones get their numbers, stored ones are replaced."""

    def __init__(
        self, model: type[M], *, changing: Sequence[str] = (), without: Sequence[str] = ()
    ) -> None:
        """`changing`: the fields that are overwritten in a row that is stored already; `without`:
        fields nobody fills, which stay NULL."""
        self._model = model
        self._changing = tuple(changing)
        self._without = frozenset(without)
        self._made: dict[tuple[str, tuple[bool, ...]], str] = {}

    @cached_property
    def _fields(self) -> list[Field[Any, Any]]:
        fields = self._model._meta.local_concrete_fields
        return [f for f in fields if not f.primary_key and f.name not in self._without]

    @cached_property
    def _values(self) -> Values:
        return Values(self._fields)

    @cached_property
    def _key(self) -> Field[Any, Any]:
        return self._model._meta.pk

    @cached_property
    def _texts(self) -> tuple[str, str]:
        """What stands before and after the values."""
        table = connection.ops.quote_name(self._model._meta.db_table)
        columns = ", ".join(_column(field) for field in [self._key, *self._fields])
        changed = [_column(_field(self._model, name)) for name in self._changing]
        changes = ", ".join(f"{column} = excluded.{column}" for column in changed)
        key = _column(self._key)
        conflict = f" ON CONFLICT ({key}) DO UPDATE SET {changes}" if changes else ""
        head = f"INSERT INTO {table} ({columns}) VALUES "  # noqa: S608 - names of our own models
        return head, f"{conflict} RETURNING {key}"

    def new(self, **values: Any) -> M:
        """A row that is not stored yet, as `Model(**values)` makes it, without a call for every
        column."""
        made = object.__new__(self._model)
        kept = vars(made)
        kept["_state"] = ModelState()
        kept.update(self._defaults)
        for name, default in self._made_anew:
            kept[name] = default()
        for name, value in values.items():
            if name in kept:
                kept[name] = value
            else:
                setattr(made, self._relation(name), value)
        return made

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        named = {name for name, _default in self._made_anew}
        fields = self._model._meta.concrete_fields
        return {f.attname: f.get_default() for f in fields if f.attname not in named}

    @cached_property
    def _made_anew(self) -> list[tuple[str, Callable[[], Any]]]:
        fields = self._model._meta.concrete_fields
        return [(f.attname, f.default) for f in fields if callable(f.default) and f.has_default()]

    def _relation(self, name: str) -> str:
        if not _field(self._model, name).is_relation:
            raise TypeError(name)
        return name

    def write(self, rows: Sequence[M]) -> None:
        """One statement for as many rows as the database takes at once."""
        for statement in self.statements(rows):
            together([statement])

    def statements(self, rows: Sequence[M]) -> list[Statement]:
        """The writing of these rows, not done yet."""
        size = self._most
        return [self._statement(rows[n : n + size]) for n in range(0, len(rows), size)]

    @cached_property
    def _most(self) -> int:
        limit = connection.features.max_query_params
        return min(_MOST_ROWS, limit // (len(self._fields) + 1)) if limit else _MOST_ROWS

    def _statement(self, rows: Sequence[M]) -> Statement:
        on = connections[DEFAULT_DB_ALIAS]
        key = self._key.attname
        numbers = [vars(row)[key] for row in rows]
        shape = tuple(number is None for number in numbers)
        text = self._made.get((on.vendor, shape))
        if text is None:
            text = self._made[on.vendor, shape] = self._text(shape, on)
        values: list[Any] = []
        for row, number in zip(rows, numbers, strict=True):
            if number is not None:
                values.append(number)
            values += self._values.of(row, on)

        def written(given: Sequence[Any]) -> None:
            _take_numbers(key, rows, given, on)

        return Statement(text, values, written)

    def _text(self, shape: Sequence[bool], on: BaseDatabaseWrapper) -> str:
        unknown = "NULL" if on.vendor == "sqlite" else "DEFAULT"
        marks = ", %s" * len(self._fields)
        places = ", ".join(f"({unknown if is_new else '%s'}{marks})" for is_new in shape)
        head, tail = self._texts
        return head + places + tail


def _take_numbers(
    key: str, rows: Sequence[Model], numbers: Sequence[Any], on: BaseDatabaseWrapper
) -> None:
    for row, number in zip(rows, numbers, strict=True):
        kept = vars(row)
        if kept[key] not in (None, number):
            message = f"{row!r}: the database answered in another order"
            raise RuntimeError(message)
        kept[key] = number
        row._state.adding, row._state.db = False, on.alias


class Change(Generic[M]):
    """Writes some fields of one stored row."""

    def __init__(self, model: type[M], fields: Sequence[str]) -> None:
        """The fields by name; the row is found by its key."""
        self._model = model
        self._names = tuple(fields)

    @cached_property
    def _values(self) -> Values:
        return Values([_field(self._model, name) for name in self._names])

    @cached_property
    def _key(self) -> str:
        return _column(_field(self._model, self._model._meta.pk.name))

    @cached_property
    def _text(self) -> str:
        changes = ", ".join(f"{_column(_field(self._model, name))} = %s" for name in self._names)
        table = connection.ops.quote_name(self._model._meta.db_table)
        return f"UPDATE {table} SET {changes} WHERE {self._key} = %s"  # noqa: S608 - names of our own models

    def write(self, row: M, *, expected: Mapping[str, Any] | None = None) -> bool:
        """False when no row had this key and (compare and swap) these `expected` values."""
        statement = self.statement(row, expected=expected)
        together([statement])
        return bool(statement.found)

    def statement(self, row: M, *, expected: Mapping[str, Any] | None = None) -> Statement:
        """The writing, not done yet; afterwards its `found` says whether there was such a row."""
        on = connections[DEFAULT_DB_ALIAS]
        text, values = self._text, [*self._values.of(row, on), row.pk]
        for name, value in (expected or {}).items():
            field = _field(self._model, name)
            if value is None:
                text += f" AND {_column(field)} IS NULL"
            else:
                text += f" AND {_column(field)} = %s"
                values.append(field.get_db_prep_save(value, on))
        return Statement(f"{text} RETURNING {self._key}", values)
