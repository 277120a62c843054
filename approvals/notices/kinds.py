"""The kinds of paper this house prints (D01 to D24), read from `kinds.yaml` beside this file.

A kind says what its templates may name; the wording itself is the city's (policies/<city>/notices).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from approvals.programs.notices import ROW_FIELDS, TEXT_FIELDS
from organizations.yaml_lines import load_with_lines

MONEY_ENDINGS = ("text", "capitals", "yuan")
"""A sum `paid` is named `{paid_text}` (77.4万元), `{paid_capitals}`, `{paid_yuan}` (774000.00)."""
CASE, ORGAN, PROGRAM = "case", "organ", "program"
APPLICANT, OFFICES = "applicant", "offices"
REMEDY = "remedy"
SERVICE = "service_record"
"""D24: made of another paper, never of itself."""


@dataclass(frozen=True, slots=True)
class FactField:
    """One fact of a kind: its name, what the chip says, its type, whether it may be empty."""

    name: str
    label: str
    type: str = "text"
    optional: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What a template may write in braces."""
        if self.type == "money":
            return tuple(f"{self.name}_{ending}" for ending in MONEY_ENDINGS)
        return (self.name,)


@dataclass(frozen=True, slots=True)
class RowsField:
    """A table of a kind, and how many cells a row has."""

    name: str
    label: str
    columns: int


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper; docs/notices.md prints the table."""

    code: str
    key: str
    """Also `Document.kind`."""
    name: str
    genre: str
    formats: tuple[str, ...]
    to: str
    annex: str
    public: bool
    seal: str
    about: str
    needs_basis: bool
    readers: frozenset[str]
    made_by: str
    online: bool
    """Its reader gets it in the system: printing it is not demanded."""
    remedy: bool
    upward: bool
    own: tuple[FactField, ...]
    common: tuple[FactField, ...]
    rows: tuple[RowsField, ...]
    needs: tuple[str, ...]

    @property
    def names(self) -> dict[str, str]:
        """Every name a template of the kind may use in its text, with the chip's label."""
        found = {name: field.label for field in (*self.own, *self.common) for name in field.names}
        return found | ({REMEDY: "救济途径"} if self.remedy else {})

    @property
    def row_names(self) -> dict[str, RowsField]:
        """Its tables by name."""
        return {rows.name: rows for rows in self.rows}

    @property
    def is_of_a_program(self) -> bool:
        """Its template belongs to a program and may name the fields of the program's form."""
        return self.about == PROGRAM


def kind_of(key: str) -> Kind:
    """The kind of this key; KeyError for another."""
    return all_kinds()[key]


@lru_cache(maxsize=1)
def all_kinds() -> Mapping[str, Kind]:
    """Every kind by key, in the order of the file."""
    data, _lines = load_with_lines(Path(__file__).parent / "kinds.yaml")
    common = _fields(data["common"])
    of_case = (*common, *_fields(data["case"]))
    kinds = [_kind(entry, common, of_case) for entry in data["kinds"]]
    return {kind.key: kind for kind in kinds}


def _kind(
    entry: Mapping[str, Any], common: tuple[FactField, ...], of_case: tuple[FactField, ...]
) -> Kind:
    about = entry["about"]
    own = _fields(entry.get("fields", {}))
    rows = [RowsField(name, row["label"], row["columns"]) for name, row in _rows(entry).items()]
    if about == PROGRAM:
        known = {field.name for field in of_case}
        own = tuple(FactField(n, n, optional=True) for n in TEXT_FIELDS if n not in known)
        rows = [RowsField(name, words, 0) for name, words in ROW_FIELDS.items()]
    return Kind(
        code=entry["code"],
        key=entry["key"],
        name=entry["name"],
        genre=entry["genre"],
        formats=tuple(entry["format"]),
        to=entry["to"],
        annex=entry["annex"],
        public=entry["public"],
        seal=entry["seal"],
        about=about,
        needs_basis=entry["basis"],
        readers=frozenset(entry["readers"]),
        made_by=entry["made_by"],
        online=entry.get("online", False),
        remedy=entry.get("remedy", False),
        upward=entry.get("upward", False),
        own=own,
        common=common if about == ORGAN else of_case,
        rows=tuple(rows),
        needs=tuple(entry["needs"]),
    )


def _rows(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = entry.get("rows", {})
    return found


def _fields(entries: Mapping[str, Any]) -> tuple[FactField, ...]:
    return tuple(
        FactField(name, field["label"], field.get("type", "text"), field.get("optional", False))
        for name, field in entries.items()
    )
