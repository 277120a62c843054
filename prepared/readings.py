"""A queryset whose SQL is made once; what differs from run to run is `Given`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.models.query import ModelIterable

from prepared.cursors import planned
from prepared.instances import instances

Found = TypeVar("Found")
Row = Sequence[Any]


class Given(Expression):
    """A value that is known when the statement runs; stands where a lookup takes a value."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        """`output_field` brings the value into the database's form."""
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        """The place; `Reading` puts the value there."""
        return "%s", [self]


@dataclass(frozen=True, slots=True)
class _Made:
    """The statement in one database's dialect, and how its rows are read."""

    sql: str
    places: tuple[Any, ...]
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]
    shaped: Callable[[Row], Any]


class Reading(Generic[Found]):
    """Runs a prepared SELECT; answers model instances, or tuples for a `values_list`."""

    def __init__(self, queryset: Callable[[], QuerySet[Any, Any]]) -> None:
        """`queryset` is called once a kind of database, at the first run."""
        self._queryset = queryset
        self._made: dict[str, _Made] = {}

    def run(self, **given: Any) -> list[Found]:
        """The rows for these values; one statement. Every `Given` needs its value."""
        on = connections[DEFAULT_DB_ALIAS]
        made = self._made.get(on.vendor)
        if made is None:
            made = self._made[on.vendor] = _make(self._queryset())
        places = [
            place.output_field.get_db_prep_value(given[place.name], on)
            if isinstance(place, Given)
            else place
            for place in made.places
        ]
        with planned(on) as cursor:
            cursor.execute(made.sql, places)
            rows = cursor.fetchall()
        return [made.shaped(_converted(row, made, on)) for row in rows]


def _converted(row: Row, made: _Made, on: BaseDatabaseWrapper) -> Row:
    changed = list(row)
    for position, converters, expression in made.converters:
        value = changed[position]
        for convert in converters:
            value = convert(value, expression, on)
        changed[position] = value
    return changed


def _make(queryset: QuerySet[Any, Any]) -> _Made:
    compiler = queryset.query.get_compiler(connection=connection)
    sql, places = compiler.as_sql()
    columns = [entry[0] for entry in compiler.select[: compiler.col_count]]
    converters = tuple(
        (position, functions, expression)
        for position, (functions, expression) in compiler.get_converters(columns).items()
    )
    models = issubclass(queryset._iterable_class, ModelIterable)
    return _Made(
        sql, tuple(places), converters, instances(compiler, connection.alias) if models else tuple
    )
