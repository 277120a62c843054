"""Whether every character can be printed: asked at data entry, and again before issue.

Characters outside the fonts would come out as an empty box; a name with a box in it must never
reach paper, so the caller refuses the text and names the code point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from documents.fonts import coverage, sets
from documents.fonts.sets import FontsMissingError

__all__ = ["FontsMissingError", "code_point", "missing"]

_LAYOUT_CHARACTERS = frozenset("\n\t")


@lru_cache(maxsize=4)
def _coverage(fonts: Path) -> coverage.Coverage:
    return coverage.read(sets.current(fonts))


def _texts(value: Any) -> Iterator[str]:
    """Every string inside a content document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner)


def missing(text: str | Mapping[str, Any] | Sequence[Any]) -> list[str]:
    """The characters, in code point order, that no font of the set can print.

    Takes a text or a whole content document. Raises FontsMissingError when there are no fonts.
    """
    known = _coverage(settings.FONTS_DIR)
    wanted = set().union(*map(set, _texts(text))) - _LAYOUT_CHARACTERS
    return sorted(character for character in wanted if ord(character) not in known)


def code_point(character: str) -> str:
    """The character's name for people: ``U+32F87``."""
    return f"U+{ord(character):04X}"
