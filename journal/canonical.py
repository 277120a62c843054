"""One spelling for every value, so that a digest made today can be made again in ten years.

The database may give a row back in another shape (PostgreSQL reorders JSON keys and rewrites
numbers): what enters the journal is therefore reduced to text, whole numbers, booleans, null, lists
and objects *before* it is stored and hashed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64
"""The digest before the first entry of a stream."""


def plain(value: Any) -> Any:
    """The value in the journal's own vocabulary.

    Fractions of any kind (float, Decimal) become text, as do days, moments and identifiers;
    characters no database stores (NUL, lone surrogates) become a replacement character.
    """
    kind = type(value)
    if kind is str:
        return _text(value)
    if value is None or kind is bool or kind is int:
        return value
    if kind is list:
        return [plain(inner) for inner in value]
    if kind is dict:
        return {_text(str(key)): plain(inner) for key, inner in value.items()}
    return _plain_of_kin(value)


def _plain_of_kin(value: Any) -> Any:
    """Of every other type: those that pass for one of the plain ones, and text for the rest."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Mapping):
        return {_text(str(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(inner) for inner in value), key=str)
    return _text(value.isoformat() if hasattr(value, "isoformat") else str(value))


def _text(value: str) -> str:
    if value.isascii() and "\x00" not in value:
        return value
    storable = value.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return storable.encode("utf-8", "replace").decode("utf-8")


def canonical(content: Any) -> str:
    """JSON with sorted keys and no spaces; characters stand as themselves."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def moment(at: datetime) -> str:
    """The moment in UTC to the microsecond: the same text whatever zone the row was read in."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest(previous: str, content: Any) -> str:
    """SHA-256, in hex, over the previous digest and the canonical content."""
    return hashlib.sha256(f"{previous}{canonical(content)}".encode()).hexdigest()
