"""Model instances straight from a row of the database, without a call for every column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import ForeignKey, Model
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init

Row = Sequence[Any]
Make = Callable[[Row], Any]


def maker(model: type[Model], names: Sequence[str], alias: str) -> Make:
    """What `Model.from_db` makes of these columns; the others stay unread until asked for.

    A model that has an `__init__` or a `from_db` of its own, or whose making somebody listens to,
    is made by Django.
    """
    if not _is_ordinary(model):
        return lambda values: model.from_db(alias, names, values)

    def make(values: Row) -> Any:
        state = ModelState()
        state.adding, state.db = False, alias
        made = object.__new__(model)
        vars(made).update(zip(names, values, strict=True), _state=state)
        return made

    return make


def stored(model: type[Model], **columns: Any) -> Any:
    """The instance of a row of which these columns are known; the others wait until asked for."""
    return _maker_of(model, tuple(columns))(tuple(columns.values()))


@lru_cache(maxsize=64)
def _maker_of(model: type[Model], names: tuple[str, ...]) -> Make:
    return maker(model, names, DEFAULT_DB_ALIAS)


def _is_ordinary(model: type[Model]) -> bool:
    own = model.__init__ is not Model.__init__ or vars(model).get("from_db") is not None
    return not (own or pre_init.has_listeners(model) or post_init.has_listeners(model))


@dataclass(frozen=True, slots=True)
class _Part:
    """One table's columns in the row, and where its instance belongs."""

    make: Make
    first: int
    last: int
    key: int
    attach: Callable[[Any, Any], None]
    attach_back: Callable[[Any, Any], None]
    parts: tuple[_Part, ...]

    def join(self, row: Row, owner: Any) -> None:
        """Makes the related instance, or notes that there is none."""
        if row[self.key] is None:
            self.attach(owner, None)
            return
        made = self.make(row[self.first : self.last])
        for part in self.parts:
            part.join(row, made)
        self.attach(owner, made)
        self.attach_back(made, owner)


def instances(compiler: Any, alias: str) -> Make:
    """As `ModelIterable` builds them, with what `select_related` and `annotate` ask for."""
    info, select = compiler.klass_info, compiler.select
    first, last, names = _columns(info, select)
    make = maker(info["model"], names, alias)
    parts = _parts(info, select, alias)
    annotations = tuple((compiler.annotation_col_map or {}).items())

    def instance(row: Row) -> Any:
        made = make(row[first:last])
        for part in parts:
            part.join(row, made)
        for name, position in annotations:
            setattr(made, name, row[position])
        return made

    return instance


def _parts(info: dict[str, Any], select: Any, alias: str) -> tuple[_Part, ...]:
    return tuple(_part(each, select, alias) for each in info.get("related_klass_infos", ()))


def _part(info: dict[str, Any], select: Any, alias: str) -> _Part:
    first, last, names = _columns(info, select)
    model = info["model"]
    return _Part(
        make=maker(model, names, alias),
        first=first,
        last=last,
        key=first + names.index(model._meta.pk.attname),
        attach=info["local_setter"],
        attach_back=info["remote_setter"],
        parts=_parts(info, select, alias),
    )


def _columns(info: dict[str, Any], select: Any) -> tuple[int, int, list[str]]:
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    return first, last, [entry[0].target.attname for entry in select[first:last]]


def attach(row: Model, relation: ForeignKey[Any, Any], other: Model | None) -> None:
    """What `row.relation = other` does for two rows of our one database."""
    kept = vars(row)
    kept[relation.attname] = None if other is None else other.pk
    kept["_state"].fields_cache[relation.name] = other
