"""INSERT and UPDATE of a model's rows with the SQL made once.

No signal is sent and no `save` is called, as with `bulk_create`: the service that owns the model
decides, and a model's own refusals (append-only, immutable) stay with its `save`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    OneToOneField,
    PositiveBigIntegerField,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    TextField,
)

from prepared.cursors import planned

M = TypeVar("M", bound=Model)
_MOST_ROWS = 200
_TEXTS = frozenset({CharField, TextField})
_NUMBERS = frozenset(
    {
        BigIntegerField,
        ForeignKey,
        IntegerField,
        OneToOneField,
        PositiveBigIntegerField,
        PositiveIntegerField,
        PositiveSmallIntegerField,
    }
)


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _column(field: Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _as_it_is(field: Field[Any, Any]) -> tuple[type, ...]:
    """Types that every database takes from this field unchanged: nothing is asked for them."""
    kind, nothing = type(field), type(None)
    if kind in _TEXTS:
        return (str, nothing)
    if kind in _NUMBERS:
        return (int, nothing)
    if kind is BooleanField:
        return (bool, nothing)
    return () if isinstance(field, JSONField) else (nothing,)


Column = tuple[str, tuple[type, ...], "Field[Any, Any]"]


def _columns(fields: Sequence[Field[Any, Any]]) -> list[Column]:
    return [(field.attname, _as_it_is(field), field) for field in fields]


def _stored(columns: list[Column], row: Model, on: BaseDatabaseWrapper) -> list[Any]:
    """The row's values in the database's form."""
    values = []
    for name, plain, field in columns:
        value = getattr(row, name)
        values.append(value if type(value) in plain else field.get_db_prep_save(value, on))
    return values


class Rows(Generic[M]):
    """Writes whole rows in one statement: new ones get their numbers, stored ones are replaced."""

    def __init__(self, model: type[M], *, changing: Sequence[str] = ()) -> None:
        """`changing`: the fields that are overwritten in a row that is stored already."""
        self._model = model
        self._changing = tuple(changing)

    @cached_property
    def _fields(self) -> list[Field[Any, Any]]:
        return [f for f in self._model._meta.local_concrete_fields if not f.primary_key]

    @cached_property
    def _columns(self) -> list[Column]:
        return _columns(self._fields)

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

    def write(self, rows: Sequence[M]) -> None:
        """One statement for as many rows as the database takes at once."""
        limit = connection.features.max_query_params
        size = min(_MOST_ROWS, limit // (len(self._fields) + 1)) if limit else _MOST_ROWS
        for start in range(0, len(rows), size):
            self._write(rows[start : start + size])

    def _write(self, rows: Sequence[M]) -> None:
        on = connections[DEFAULT_DB_ALIAS]
        unknown = "NULL" if on.vendor == "sqlite" else "DEFAULT"
        marks = ", %s" * len(self._fields)
        places: list[str] = []
        values: list[Any] = []
        for row in rows:
            places.append(f"({unknown if row.pk is None else '%s'}{marks})")
            values += [] if row.pk is None else [row.pk]
            values += _stored(self._columns, row, on)
        head, tail = self._texts
        with planned(on) as cursor:
            cursor.execute(head + ", ".join(places) + tail, values)
            numbers = [number for (number,) in cursor.fetchall()]
        for row, number in zip(rows, numbers, strict=True):
            if row.pk not in (None, number):
                message = f"{row!r}: the database answered in another order"
                raise RuntimeError(message)
            row.pk = number
            row._state.adding, row._state.db = False, on.alias


class Change(Generic[M]):
    """Writes some fields of one stored row."""

    def __init__(self, model: type[M], fields: Sequence[str]) -> None:
        """The fields by name; the row is found by its key."""
        self._model = model
        self._names = tuple(fields)

    @cached_property
    def _fields(self) -> list[Field[Any, Any]]:
        return [_field(self._model, name) for name in self._names]

    @cached_property
    def _columns(self) -> list[Column]:
        return _columns(self._fields)

    @cached_property
    def _text(self) -> str:
        meta = self._model._meta
        changes = ", ".join(f"{_column(field)} = %s" for field in self._fields)
        key = _column(_field(self._model, meta.pk.name))
        return f"UPDATE {connection.ops.quote_name(meta.db_table)} SET {changes} WHERE {key} = %s"  # noqa: S608 - names of our own models

    def write(self, row: M, *, expected: Mapping[str, Any] | None = None) -> bool:
        """False when no row had this key and (compare and swap) these `expected` values."""
        on = connections[DEFAULT_DB_ALIAS]
        values = [*_stored(self._columns, row, on), row.pk]
        text = self._text
        for name, value in (expected or {}).items():
            field = _field(self._model, name)
            text += f" AND {_column(field)} = %s"
            values.append(field.get_db_prep_save(value, on))
        with planned(on) as cursor:
            cursor.execute(text, values)
            return bool(cursor.rowcount == 1)
