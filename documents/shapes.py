"""The small checks that documents.content is made of: types, lengths, characters, dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

SECRET_KEYS = frozenset({"secrecy", "secrecy_period", "classification", "密级", "保密期限"})
SECRET_MATTER = "secret matter is refused: this system is not built for it"  # noqa: S105 - a rule
OUTSIDE = "handle the document on paper, outside this system"
_SECRECY = re.compile(r"[绝机秘]密\s*[★☆]|密级\s*[：:]\s*[绝机秘]密")
"""A mark of secrecy as it is printed (秘密★5年)."""
_BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_CATEGORIES = {
    "Cc": "a control character",
    "Cf": "an invisible format character",
    "Co": "a private-use character",
    "Cs": "half of a surrogate pair",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
}


@dataclass(frozen=True)
class ContentError:
    """One fault: where (``annexes[0].body[2].text``), which rule, and what to do."""

    path: str
    rule: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.path}: {self.rule}; {self.way_out}"


def wrong_type(path: str, wanted: str) -> ContentError:
    return ContentError(path, f"must be {wanted}", "see the schema in docs/notices.md")


def too_many(path: str, count: int, most: int) -> ContentError:
    return ContentError(
        path, f"{count} entries, at most {most}", "split it, or put the rest into another annex"
    )


def not_one_of(path: str, value: Any, known: Sequence[str]) -> ContentError:
    return ContentError(path, f"{value!r} is not known", f"use one of {', '.join(known)}")


def keys(
    path: str, value: Mapping[str, Any], known: Mapping[str, bool], errors: list[ContentError]
) -> None:
    """Unknown keys are refused, missing ones or null named; a key of secrecy is refused as such."""
    prefix = f"{path}." if path else ""
    for key in value:
        if key in SECRET_KEYS:
            errors.append(
                ContentError(
                    f"{prefix}{key}",
                    SECRET_MATTER,
                    OUTSIDE,
                )
            )
        elif key not in known:
            errors.append(
                ContentError(
                    f"{prefix}{key}", "unknown key", f"remove it; known are {', '.join(known)}"
                )
            )
    for key, needed in known.items():
        if needed and value.get(key) is None:
            errors.append(ContentError(f"{prefix}{key}", "is missing", "add it"))


def _bad_characters(value: str) -> str:
    for character in value:
        category = unicodedata.category(character)
        if character in _BIDI:
            reason = "a character that turns the writing direction"
        elif category in _REFUSED_CATEGORIES:
            reason = _REFUSED_CATEGORIES[category]
        else:
            continue
        return f"holds {reason}, U+{ord(character):04X}"
    return ""


def text(
    path: str, value: Any, errors: list[ContentError], *, cap: int, blank: bool = False
) -> None:
    """A text without control, bidi, private-use and invisible characters, at most cap long."""
    if not isinstance(value, str):
        errors.append(wrong_type(path, "a text"))
        return
    if not blank and not value.strip():
        errors.append(ContentError(path, "is empty", "write something or leave the part out"))
    if len(value) > cap:
        errors.append(ContentError(path, f"{len(value)} characters, at most {cap}", "shorten it"))
    if _SECRECY.search(value):
        errors.append(ContentError(path, SECRET_MATTER, OUTSIDE))
    bad = _bad_characters(value)
    if bad:
        errors.append(ContentError(path, bad, "delete this character and type the text again"))


def texts(
    path: str,
    value: Any,
    errors: list[ContentError],
    *,
    most: int,
    cap: int,
    least: int = 0,
    blank: bool = False,
) -> list[str]:
    """A list of texts; returns it, or an empty list when it is none."""
    if not isinstance(value, list):
        errors.append(wrong_type(path, "a list of texts"))
        return []
    if len(value) < least:
        errors.append(ContentError(path, "is empty", f"name at least {least}"))
    if len(value) > most:
        errors.append(too_many(path, len(value), most))
        return []
    for index, one in enumerate(value):
        text(f"{path}[{index}]", one, errors, cap=cap, blank=blank)
    return value


def choice(path: str, value: Any, known: Sequence[str], errors: list[ContentError]) -> None:
    if value not in known:
        errors.append(not_one_of(path, value, known))


def flag(path: str, value: Any, errors: list[ContentError]) -> None:
    if value is not None and not isinstance(value, bool):
        errors.append(wrong_type(path, "true or false"))


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(path: str, value: Any, errors: list[ContentError]) -> None:
    """A date as 2026-11-21; Python reads other ISO forms (20261121, 2026-W47-6), PDF does not."""
    try:
        if not _DAY.fullmatch(value):
            raise ValueError(value)
        date.fromisoformat(value)
    except (TypeError, ValueError):
        errors.append(ContentError(path, f"{value!r} is no date", "write it as 2026-11-21"))


def pattern(
    path: str, value: Any, shape: re.Pattern[str], described: str, errors: list[ContentError]
) -> None:
    if value is not None and not (isinstance(value, str) and shape.fullmatch(value)):
        errors.append(ContentError(path, f"{value!r} has not the form {described}", "correct it"))


def given(value: Mapping[str, Any], key: str) -> Any:
    """What stands under a key that may be left out; an empty list when it is missing or null."""
    found = value.get(key)
    return [] if found is None else found


def as_list(value: Any) -> list[Any]:
    """The value when it is a list, else an empty one: wrong types are reported elsewhere."""
    return value if isinstance(value, list) else []


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_length(inner) for inner in value.values())
    if isinstance(value, list):
        return sum(_length(inner) for inner in value)
    return 0


def total(content: Mapping[str, Any], cap: int, errors: list[ContentError]) -> None:
    """The whole document's length: a limit of rendering time."""
    length = _length(content)
    if length > cap:
        errors.append(
            ContentError("$", f"{length} characters in all, at most {cap}", "split the document")
        )
