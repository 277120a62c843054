"""A row's values in the database's form, asked of a field only where they are not in it already."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
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
_Brought = Callable[[Any, Any], Any]
_Column = tuple[tuple[type, ...], _Brought]


class Values:
    """Takes the values of some fields out of a row, all at once."""

    def __init__(self, fields: Sequence[Field[Any, Any]]) -> None:
        """In the order of the statement's places."""
        self._fields = fields
        names = [field.attname for field in fields]
        self._taken: Callable[[dict[str, Any]], tuple[Any, ...]] = (
            itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
        )
        self._columns: dict[str, list[_Column]] = {}

    def of(self, row: Model, on: BaseDatabaseWrapper) -> list[Any]:
        """The row's values. KeyError names a column that was never read."""
        columns = self._columns.get(on.vendor)
        if columns is None:
            columns = self._columns[on.vendor] = [
                _column(field, on.vendor) for field in self._fields
            ]
        return [
            value if type(value) in plain else brought(value, on)
            for (plain, brought), value in zip(columns, self._taken(vars(row)), strict=True)
        ]


def _column(field: Field[Any, Any], vendor: str) -> _Column:
    """The types this database takes from the field unchanged, and what brings others into form."""
    kind, nothing = type(field), type(None)
    if kind in _TEXTS:
        return (str, nothing), field.get_db_prep_save
    if kind in _NUMBERS:
        return (int, nothing), field.get_db_prep_save
    if kind is BooleanField:
        return (bool, nothing), field.get_db_prep_save
    if kind is DateTimeField and vendor == "postgresql":
        return (datetime, nothing), field.get_db_prep_save
    if kind is DateTimeField:
        return (nothing,), _moment
    if isinstance(field, JSONField):
        return (nothing,), _json(field)
    if kind.get_db_prep_save is _SAVED and kind.get_db_prep_value is _VALUED:
        return (nothing,), _prepared_only(field)
    return (nothing,), field.get_db_prep_save


_SAVED, _VALUED = Field.get_db_prep_save, Field.get_db_prep_value


def _prepared_only(field: Field[Any, Any]) -> _Brought:
    """Where the form is the same in every database: what Django's two methods come to."""
    return lambda value, _on: field.get_prep_value(value)


_known: tuple[datetime | None, str] = (None, "")


def _moment(value: Any, on: BaseDatabaseWrapper) -> str:
    """As SQLite keeps it. An act writes the very same moment many times."""
    global _known
    moment, text = _known
    if value is not moment:
        in_utc = on.timezone is UTC and value.tzinfo is not None
        text = (
            str(value.astimezone(UTC).replace(tzinfo=None))
            if in_utc
            else _MOMENT.get_db_prep_save(value, on)
        )
        _known = (value, text)
    return text


_MOMENT: DateTimeField[Any, Any] = DateTimeField()


def _json(field: JSONField[Any, Any]) -> _Brought:
    """With one encoder for all values; most of what an act writes is empty."""
    written = (field.encoder or json.JSONEncoder)().encode

    def text(value: Any, _on: Any) -> str:
        return written(value) if value else _EMPTY.get(type(value)) or written(value)

    return text


_EMPTY: dict[type, str] = {dict: "{}", list: "[]"}
