"""Two windows, one draft: a three-way merge field by field.

A page carries a fingerprint of every value it showed. A field whose posted value still has the
fingerprint was not touched there, so the stored value stands; a field that only this window
changed is taken; a field both changed to different values is a conflict for a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from approvals.applications.acts import fingerprint
from approvals.applications.errors import Difference, DraftConflictError

_LENGTH = 16


def value_print(value: Any) -> str:
    """A short fingerprint of a stored value; nothing entered equals nothing stored."""
    return fingerprint(None if value in ("", [], None) else value)[:_LENGTH]


def prints_of(data: Mapping[str, Any], keys: list[str]) -> dict[str, str]:
    """The fingerprints a page carries in its hidden `base` field."""
    return {key: value_print(data.get(key)) for key in keys}


def read_base(text: str) -> dict[str, str]:
    """The posted `base` field; an unreadable one counts as absent, so that nothing is lost."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(value, dict):
        return {}
    return {str(key): str(mark) for key, mark in value.items()}


def merge(
    stored: Mapping[str, Any],
    entered: Mapping[str, Any],
    base: Mapping[str, str],
    labels: Mapping[str, str],
) -> dict[str, Any]:
    """The stored answers with this window's changes; raises DraftConflictError.

    Without a fingerprint for a field (no page shown before) the entered value is taken.
    """
    merged = dict(stored)
    differences = []
    for key, value in entered.items():
        mine, theirs, seen = value_print(value), value_print(stored.get(key)), base.get(key)
        if mine == theirs:
            continue
        if seen is None or theirs == seen:
            merged[key] = value
        elif mine != seen:
            label = labels.get(key, key)
            differences.append(Difference(key, label, stored.get(key), value))
    if differences:
        raise DraftConflictError(differences)
    return merged


def base_of_page(shown: Mapping[str, Any]) -> str:
    """The hidden `base` of a page that shows these values: after a save, what the window itself
    holds, not what is stored, or the other window's changes would look like this one's."""
    return json.dumps(prints_of(shown, list(shown)))


def base_after_conflict(
    stored: Mapping[str, Any], entered: Mapping[str, Any], base: Mapping[str, str]
) -> str:
    """The `base` after a refused save: saving again takes this window's changes on purpose.

    A field that was not touched here keeps its mark, so that the other window's value stands.
    """
    marks = {}
    for key, value in entered.items():
        untouched = value_print(value) == base.get(key)
        marks[key] = value_print(value if untouched else stored.get(key))
    return json.dumps(marks)
