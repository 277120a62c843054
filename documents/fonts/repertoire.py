"""Which characters a face gets, common ones first.

Renderers that keep the file's glyph numbers write an empty slot for every glyph up to the highest
one used, so the order decides a file's size: signs and Latin, then the 8,105 characters of
通用规范汉字表 (国发〔2013〕23号) by its three levels, then GB 2312's others, then the rest.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_LIST = Path(__file__).with_name("characters.txt")
SPACES = (0x20, 0xA0, 0x3000)
_SIGNS = (
    *(range(0x20, 0x7F), range(0xA0, 0x180), range(0x391, 0x3CA), range(0x2010, 0x2050)),
    *(range(0x2070, 0x2095), range(0x20A0, 0x20C0), range(0x2100, 0x2140), range(0x2150, 0x2190)),
    *(range(0x2190, 0x21A0), range(0x2200, 0x2270), range(0x2460, 0x2500), range(0x2500, 0x2600)),
    *(range(0x2600, 0x2668), range(0x2700, 0x27C0), range(0x3000, 0x3100), range(0x3200, 0x3400)),
    *(range(0xFE30, 0xFE50), range(0xFF00, 0xFFF0)),
)


@lru_cache(maxsize=1)
def standard_characters() -> tuple[str, str, str]:
    """通用规范汉字表: level 1 (3,500), level 2 (3,000) and level 3 (1,605)."""
    first, second, third = _LIST.read_text(encoding="utf-8").split()
    return first, second, third


def _gb2312() -> set[int]:
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    decoded = (pair.decode("gb2312", errors="ignore") for pair in pairs)
    return {ord(character) for character in decoded if character}


@lru_cache(maxsize=1)
def repertoire() -> tuple[int, ...]:
    """The code points that every whole face gets if its source has them, common first."""
    signs = [code for block in _SIGNS for code in block]
    common = [ord(character) for level in standard_characters() for character in level]
    return tuple(dict.fromkeys([*SPACES, *signs, *common, *sorted(_gb2312())]))


def stands_alone(code_point: int) -> bool:
    """Whether the character is set from left to right without leaning on another.

    Right-to-left letters and combining marks would need the layout tables that the set leaves out.
    """
    character = chr(code_point)
    turns = unicodedata.bidirectional(character) in {"R", "AL"}
    return not turns and not unicodedata.combining(character)


def in_order(code_points: Iterable[int]) -> list[int]:
    """All these code points, common ones first, the rest by number."""
    known = set(code_points)
    first = [code for code in repertoire() if code in known]
    return [*first, *sorted(known.difference(first))]
