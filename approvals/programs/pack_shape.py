"""Says what a policy file may hold: records, lists and values, each with its own complaint.

Every fault is reported at once through an `Examination`, which knows the lines; an unknown key is
met with the nearest known one.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from organizations.pack_schema import Examination
from organizations.yaml_lines import Place


class Shape(Protocol):
    """What a value must be like."""

    def examine(self, value: Any, place: Place, examination: Examination) -> None:
        """Reports whatever is wrong with the value at this place."""


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys."""

    required: Mapping[str, Shape]
    optional: Mapping[str, Shape] = field(default_factory=dict)

    def examine(self, value: Any, place: Place, examination: Examination) -> None:
        """Missing keys, unknown keys, and every value by its own shape."""
        if not isinstance(value, dict):
            examination.error(place, "must be a mapping", "write it as `key: value` lines")
            return
        shapes = {**self.required, **self.optional}
        for key in self.required:
            if value.get(key) is None:
                examination.error((*place, key), f"{key} is missing", f"add {key}")
        for key, inner in value.items():
            if key in shapes:
                if inner is not None:
                    shapes[key].examine(inner, (*place, key), examination)
                elif key in self.optional:
                    hint = f"write it, or leave {key} out"
                    examination.error((*place, key), f"{key} has no value", hint)
            else:
                hint = nearest(str(key), shapes)
                examination.error((*place, key), f"unknown key {key!r}", hint)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of at least `least` entries of one shape."""

    entry: Shape
    least: int = 0

    def examine(self, value: Any, place: Place, examination: Examination) -> None:
        """Each entry by its shape."""
        if not isinstance(value, list):
            examination.error(place, "must be a list", "write each entry behind `- `")
            return
        if len(value) < self.least:
            examination.error(place, f"needs at least {self.least} entries", "add an entry")
        for position, inner in enumerate(value):
            self.entry.examine(inner, (*place, position), examination)


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping of free names to one shape."""

    entry: Shape

    def examine(self, value: Any, place: Place, examination: Examination) -> None:
        """Each name must be a word of ASCII letters; each value by its shape."""
        if not isinstance(value, dict):
            examination.error(place, "must be a mapping", "write it as `name: value` lines")
            return
        for key, inner in value.items():
            if not (isinstance(key, str) and NAME.fullmatch(key)):
                hint = "use small ASCII letters, digits and _"
                examination.error((*place, key), f"{key!r} is not a name", hint)
            self.entry.examine(inner, (*place, key), examination)


@dataclass(frozen=True, slots=True)
class Either:
    """A single word by one shape; anything that is a list or a mapping by another."""

    word: Shape
    other: Shape

    def examine(self, value: Any, place: Place, examination: Examination) -> None:
        """The complaint of the shape that was meant."""
        meant = self.other if isinstance(value, dict | list) else self.word
        meant.examine(value, place, examination)


@dataclass(frozen=True, slots=True)
class Value:
    """A single value; `fits` says whether it is right, `hint` how to write it."""

    what: str
    fits: Callable[[Any], bool]
    hint: str

    def examine(self, value: Any, place: Place, examination: Examination) -> None:
        """One complaint when it does not fit."""
        if not self.fits(value):
            examination.error(place, f"{value!r} is not {self.what}", self.hint)


def nearest(word: object, known: Mapping[str, Any] | frozenset[str]) -> str:
    """`did you mean …?`, or all that is known."""
    near = difflib.get_close_matches(str(word), list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}"


def one_of(*words: str) -> Value:
    """One word of a closed list."""
    return Value(f"one of {', '.join(words)}", lambda value: value in words, "choose one of them")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

TEXT = Value(
    "a text", lambda v: isinstance(v, str) and bool(v.strip()), "write words; quote numbers"
)
ANY_TEXT = Value("a text", lambda v: isinstance(v, str), "put it in quotes")
KEY = Value(
    "a key", lambda v: isinstance(v, str) and bool(NAME.fullmatch(v)), "small ASCII letters and _"
)
CODE = Value(
    "a program code",
    lambda v: isinstance(v, str) and bool(re.fullmatch(r"[A-Z][A-Za-z0-9]{0,11}", v)),
    "a capital letter, then letters and digits, as in a plan: a letter, two digits",
)
FLAG = Value("true or false", lambda v: isinstance(v, bool), "write true or false")
COUNT = Value("a whole number from 0", lambda v: _whole(v) and v >= 0, "write digits only")
POSITIVE = Value("a whole number from 1", lambda v: _whole(v) and v >= 1, "write digits only")
DAY_VALUE = Value("a day", lambda v: type(v) is date, "write 2026-01-31, without quotes")
AMOUNT = Value(
    "a decimal number in quotes",
    lambda v: isinstance(v, str) and bool(DECIMAL.fullmatch(v)),
    'write it in quotes with a point, as in "1000000.00": a bare number would become a float',
)
QUOTED = Value(
    "a value in quotes",
    lambda v: isinstance(v, str) and bool(v.strip()),
    'write it in quotes, as in "1000000.00": a bare number would become a float',
)
BOUND = Value(
    "a bound",
    lambda v: _whole(v) or (isinstance(v, str) and bool(DECIMAL.fullmatch(v))),
    'a whole number, or a decimal in quotes as in "0.5"',
)
