"""A queryset whose SQL is made once; what differs from run to run is `Given`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.models.query import ModelIterable

from prepared.instances import instances
from prepared.lines import ask

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


_Conversion = tuple[int, Callable[..., Any], Any]


@dataclass(frozen=True, slots=True)
class Made:
    """The statement in one database's dialect, and how its rows are read."""

    sql: str
    places: tuple[tuple[str, Any], ...]
    """Name and field of a `Given`; "" and the value of what is always the same."""
    fields: Mapping[str, Field[Any, Any]]
    """Of what is `Given`, by name."""
    conversions: tuple[_Conversion, ...]
    """NULL is None whatever the column, so it is not asked for."""
    shaped: Callable[[Row], Any]

    def values(self, given: Mapping[str, Any], on: BaseDatabaseWrapper) -> list[Any]:
        """What stands at the places; a value that stands at several is brought into form once."""
        brought = {name: _brought(given[name], field, on) for name, field in self.fields.items()}
        return [brought[name] if name else kept for name, kept in self.places]

    def read(self, rows: Sequence[Row], on: BaseDatabaseWrapper) -> list[Any]:
        """Instances or tuples."""
        conversions, shaped = self.conversions, self.shaped
        if not conversions:
            return [shaped(row) for row in rows]
        found = []
        for row in rows:
            changed = list(row)
            for position, convert, expression in conversions:
                value = changed[position]
                if value is not None:
                    changed[position] = convert(value, expression, on)
            found.append(shaped(changed))
        return found


def _brought(value: Any, field: Field[Any, Any], on: BaseDatabaseWrapper) -> Any:
    """Numbers and texts go as they are."""
    return value if type(value) in (int, str) else field.get_db_prep_value(value, on)


class Reading(Generic[Found]):
    """Runs a prepared SELECT; answers model instances, or tuples for a `values_list`."""

    def __init__(self, queryset: Callable[[], QuerySet[Any, Any]]) -> None:
        """`queryset` is called once a kind of database, at the first run."""
        self._queryset = queryset
        self._made: dict[str, Made] = {}

    def run(self, **given: Any) -> list[Found]:
        """The rows for these values; one statement. Every `Given` needs its value."""
        (found,) = read_together([(self, given)])
        return found

    def made(self, on: BaseDatabaseWrapper) -> Made:
        """The statement for this database."""
        made = self._made.get(on.vendor)
        if made is None:
            made = self._made[on.vendor] = _make(self._queryset(), on)
        return made


class Personal(Reading[Found]):
    """A reading of which there is one for every person: what he may see stands in its text.

    Through Django's cursor, for a server keeps only so many statements, and those of the acts come
    first (`postgresql._KEPT`).
    """

    def run(self, **given: Any) -> list[Found]:
        """The rows for these values; one statement, none where there can be no row."""
        on = connections[DEFAULT_DB_ALIAS]
        try:
            made = self.made(on)
        except EmptyResultSet:
            return []
        with on.cursor() as cursor:
            cursor.execute(made.sql, made.values(given, on))
            return made.read(cursor.fetchall(), on)


Asked = tuple[Reading[Any], Mapping[str, Any]]
"""A reading and what is given to it."""


def read_together(asked: Sequence[Asked]) -> list[list[Any]]:
    """Several readings, each with its values; PostgreSQL answers them in one way there and back.

    Each is a statement of its own, and sees what was committed when it begins.
    """
    on = connections[DEFAULT_DB_ALIAS]
    made = [reading.made(on) for reading, _given in asked]
    givens = [given for _reading, given in asked]
    questions = [(m.sql, m.values(given, on)) for m, given in zip(made, givens, strict=True)]
    answers = ask(on, questions)
    return [each.read(rows, on) for each, rows in zip(made, answers, strict=True)]


def _make(queryset: QuerySet[Any, Any], on: BaseDatabaseWrapper) -> Made:
    compiler = queryset.query.get_compiler(connection=on)
    sql, places = compiler.as_sql()
    columns = [entry[0] for entry in compiler.select[: compiler.col_count]]
    conversions = tuple(
        (position, _quick(function, on), expression)
        for position, (functions, expression) in compiler.get_converters(columns).items()
        for function in functions
    )
    models = issubclass(queryset._iterable_class, ModelIterable)
    shaped = instances(compiler, on.alias) if models else tuple
    text, kept = _with_constants(sql, places)
    fields = {name: field for name, field in kept if name}
    return Made(text, kept, fields, conversions, shaped)


def _with_constants(sql: str, places: Sequence[Any]) -> tuple[str, tuple[tuple[str, Any], ...]]:
    """What is the same at every run stands in the text: only then a planner sees that a partial
    index fits. SQLite would plan the statement anew at every run to find out."""
    first, *rest = sql.replace("%%", "\0").split("%s")
    text, kept = [first], []
    for place, after in zip(places, rest, strict=True):
        if type(place) is int:
            text.append(str(place))
        elif isinstance(place, str):
            quoted = place.replace("'", "''").replace("%", "%%")
            text.append(f"'{quoted}'")
        else:
            text.append("%s")
            is_given = isinstance(place, Given)
            kept.append((place.name, place.output_field) if is_given else ("", place))
        text.append(after)
    return "".join(text).replace("\0", "%%"), tuple(kept)


def _quick(convert: Callable[..., Any], on: BaseDatabaseWrapper) -> Callable[..., Any]:
    """SQLite keeps moments in UTC, and its driver has read them already."""
    known = getattr(on.ops, "convert_datetimefield_value", None)
    return _in_utc if convert == known and on.timezone is UTC else convert


def _in_utc(value: Any, expression: Any, on: Any) -> Any:
    if type(value) is datetime and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return on.ops.convert_datetimefield_value(value, expression, on)
