"""Sample facts of a city's notices: what the editor's preview and the gallery are filled with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.notices.kinds import ORGAN, Kind
from approvals.programs.pack_shape import ANY_TEXT, TEXT, ListOf, MapOf, Record, Value

_WORD = Value(
    "a word, a number or a day",
    lambda value: value is None or isinstance(value, str | int | float | date),
    "a list belongs to rows",
)
_FACT = Value("a fact", lambda value: not isinstance(value, dict), "a fact has no parts of its own")
_BASIS = Record({"title": TEXT, "number": ANY_TEXT})
SHAPE = Record(
    {"basis": _BASIS, "case": MapOf(_WORD)},
    {
        "notices": MapOf(
            Record(
                {},
                {
                    "basis": _BASIS,
                    "case": MapOf(_WORD),
                    "facts": MapOf(_FACT),
                    "rows": MapOf(ListOf(ListOf(_WORD))),
                },
            )
        )
    },
)
"""What a file of sample facts looks like."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Facts of one template as `facts.words_of` takes them; `common` are ready words of a case."""

    basis: tuple[str, str]
    common: Mapping[str, str]
    facts: Mapping[str, Any]
    rows: Mapping[str, Sequence[Sequence[str]]]


def sample_of(samples: Mapping[str, Any], key: str, kind: Kind) -> Sample:
    """The sample of a template: what all share, and what stands under its own key."""
    own = samples.get("notices", {}).get(key) or {}
    named = {rows.name for rows in kind.rows}
    measure = own.get("basis") or samples["basis"]
    return Sample(
        basis=(measure["title"], measure["number"]),
        common={} if kind.about == ORGAN else {**samples["case"], **(own.get("case") or {})},
        facts={name: value for name, value in (own.get("facts") or {}).items()},
        rows={name: rows for name, rows in (own.get("rows") or {}).items() if name in named},
    )
