"""Reads JSON that a person wrote, for commands that must name what is wrong and never break down.

Beside what `json` refuses: a key written twice in one object (the last one would win unseen, and
the others may hold a sum), and what is nested or counted beyond what Python reads.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class JsonError(ValueError):
    """The text is no JSON document in UTF-8; the message says what and where."""


def read_json(path: Path) -> Any:
    """The document of a file, with or without a byte order mark; every error names the file."""
    try:
        return parse_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise JsonError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        message = (
            f"{path} is not JSON in UTF-8: {error.reason} at byte {error.start}; save as UTF-8"
        )
        raise JsonError(message) from error
    except JsonError as error:
        raise JsonError(f"{path} is {error}") from error


def parse_json(text: str) -> Any:
    """The document of a text; JsonError otherwise."""
    try:
        return json.loads(text, object_pairs_hook=_object)
    except RecursionError as error:
        raise JsonError("not JSON that can be read: nested too deeply; write it flatter") from error
    except ValueError as error:
        raise JsonError(f"not JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        message = f'the key "{twice}" stands twice in one object; leave one of them'
        raise ValueError(message)
    return read
