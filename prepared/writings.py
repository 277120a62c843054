"""INSERT and UPDATE of a model's rows with the SQL made once.

No signal is sent and no `save` is called, as with `bulk_create`: the service that owns the model
decides, and a model's own refusals (append-only, immutable) stay with its `save`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Model
from django.db.models.base import ModelState

from prepared.instances import attach
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
    def values(self) -> Values:
        """Of all fields but the key."""
        return Values(self._fields)

    @cached_property
    def _key(self) -> Field[Any, Any]:
        return self._model._meta.pk

    @cached_property
    def key(self) -> str:
        """The key's attribute."""
        return self._key.attname

    @property
    def sequence(self) -> str:
        """Where PostgreSQL takes the key of a new row from."""
        return f"{self._model._meta.db_table}_{self._key.column}_seq"

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
            elif name in self._relations:
                attach(made, self._relations[name], value)
            else:
                raise TypeError(name)
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

    @cached_property
    def _relations(self) -> dict[str, ForeignKey[Any, Any]]:
        fields = self._model._meta.concrete_fields
        return {field.name: field for field in fields if isinstance(field, ForeignKey)}

    def write(self, rows: Sequence[M]) -> None:
        """One statement for as many rows as the database takes at once."""
        for statement in self.statements(rows):
            together([statement])

    def statements(self, rows: Sequence[M]) -> list[Statement]:
        """The writing of these rows, not done yet."""
        size = self._most
        return [_Insertion(self, rows[n : n + size]) for n in range(0, len(rows), size)]

    @cached_property
    def _most(self) -> int:
        limit = connection.features.max_query_params
        return min(_MOST_ROWS, limit // (len(self._fields) + 1)) if limit else _MOST_ROWS

    def text(self, shape: tuple[bool, ...], on: BaseDatabaseWrapper) -> str:
        """The INSERT of so many rows; `shape` says which of them are new."""
        text = self._made.get((on.vendor, shape))
        if text is None:
            text = self._made[on.vendor, shape] = self._text(shape, on)
        return text

    def _text(self, shape: Sequence[bool], on: BaseDatabaseWrapper) -> str:
        unknown = "NULL" if on.vendor == "sqlite" else "DEFAULT"
        marks = ", %s" * len(self._fields)
        places = ", ".join(f"({unknown if is_new else '%s'}{marks})" for is_new in shape)
        head, tail = self._texts
        return head + places + tail


class _Insertion(Generic[M]):
    """The writing of a few rows, still to be done."""

    def __init__(self, into: Rows[M], rows: Sequence[M]) -> None:
        """Their values are taken when it is done."""
        self._into = into
        self._rows = rows
        self.must_be_found = ""

    def made(self, on: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """A new row has no number yet."""
        values: list[Any] = []
        shape, key, taken = [], self._into.key, self._into.values
        for row in self._rows:
            number = vars(row)[key]
            shape.append(number is None)
            if number is not None:
                values.append(number)
            values += taken.of(row, on)
        return self._into.text(tuple(shape), on), values

    def done(self, numbers: list[Any]) -> None:
        """The rows are stored now, under these numbers."""
        key = self._into.key
        for row, number in zip(self._rows, numbers, strict=True):
            kept = vars(row)
            if kept[key] not in (None, number):
                message = f"{row!r}: the database answered in another order"
                raise RuntimeError(message)
            kept[key] = number
            state = kept["_state"]
            state.adding, state.db = False, DEFAULT_DB_ALIAS


class Change(Generic[M]):
    """Writes some fields of one stored row."""

    def __init__(self, model: type[M], fields: Sequence[str]) -> None:
        """The fields by name; the row is found by its key."""
        self._model = model
        self._names = tuple(fields)
        self._texts: dict[tuple[tuple[str, bool], ...], str] = {}

    @cached_property
    def values(self) -> Values:
        """Of the fields that change."""
        return Values([_field(self._model, name) for name in self._names])

    @cached_property
    def _key(self) -> str:
        return _column(_field(self._model, self._model._meta.pk.name))

    def write(self, row: M, *, expected: Mapping[str, Any] | None = None) -> bool:
        """False when no row had this key and (compare and swap) these `expected` values."""
        changing = self.statement(row, expected=expected)
        together([changing])
        return changing.found

    def statement(self, row: M, *, expected: Mapping[str, Any] | None = None) -> Changing:
        """The writing, not done yet; afterwards its `found` says whether there was such a row."""
        return Changing(self, row, expected or {})

    def text(self, expected: Mapping[str, Any]) -> str:
        """The UPDATE; an expected None is asked for in another way than a value."""
        shape = tuple((name, value is None) for name, value in expected.items())
        text = self._texts.get(shape)
        if text is None:
            text = self._texts[shape] = self._text(shape)
        return text

    def _text(self, shape: Sequence[tuple[str, bool]]) -> str:
        changes = ", ".join(f"{_column(_field(self._model, name))} = %s" for name in self._names)
        table = connection.ops.quote_name(self._model._meta.db_table)
        asked = "".join(
            f" AND {_column(_field(self._model, name))} {'IS NULL' if is_none else '= %s'}"
            for name, is_none in shape
        )
        return f"UPDATE {table} SET {changes} WHERE {self._key} = %s{asked} RETURNING {self._key}"  # noqa: S608 - names of our own models

    def brought(self, name: str, value: Any, on: BaseDatabaseWrapper) -> Any:
        """An expected value in the database's form."""
        if type(value) in (int, str):
            return value
        return _field(self._model, name).get_db_prep_save(value, on)


class Changing:
    """The change of one row, still to be done."""

    def __init__(self, change: Change[Any], row: Model, expected: Mapping[str, Any]) -> None:
        """Its values are taken when it is done."""
        self._change = change
        self._row = row
        self._expected = expected
        self.found = False
        """Afterwards: there was such a row."""
        self.must_be_found = ""
        """What to say, as a TransactionManagementError, when there was none."""

    def made(self, on: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """The fields' values, the key, what is expected."""
        change, expected = self._change, self._expected
        values = [*change.values.of(self._row, on), self._row.pk]
        values += [
            change.brought(name, value, on) for name, value in expected.items() if value is not None
        ]
        return change.text(expected), values

    def done(self, numbers: list[Any]) -> None:
        """Notes whether the row was as expected."""
        self.found = bool(numbers)
