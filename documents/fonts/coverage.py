"""Which characters the faces of the running text can print, kept as ranges in one small file.

Reading the character maps of 100 MB of fonts takes seconds; the ranges take a millisecond. The
file is written once, by fetch_fonts, and names the fonts it was made from.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont

FILE_NAME = "coverage.json"


@dataclass(frozen=True)
class Coverage:
    """Sorted, disjoint, closed ranges of code points."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, code_point: int) -> bool:
        place = bisect_right(self.starts, code_point) - 1
        return place >= 0 and code_point <= self.ends[place]


def ranges(code_points: Iterable[int]) -> list[list[int]]:
    """The code points as [first, last] pairs."""
    pairs: list[list[int]] = []
    for code_point in sorted(set(code_points)):
        if pairs and code_point == pairs[-1][1] + 1:
            pairs[-1][1] = code_point
        else:
            pairs.append([code_point, code_point])
    return pairs


def characters(font_file: Path) -> set[int]:
    """Every code point the font maps to a glyph other than .notdef."""
    with TTFont(font_file, lazy=True) as font:
        return {code for code, name in font.getBestCmap().items() if name != ".notdef"}


def write(folder: Path, font_files: Iterable[Path]) -> None:
    """Write the coverage of the union of these fonts into the folder."""
    known: set[int] = set()
    for font_file in font_files:
        known |= characters(font_file)
    target = folder / FILE_NAME
    partial = target.with_suffix(".part")
    partial.write_text(json.dumps(ranges(known), separators=(",", ":")))
    partial.replace(target)


def read(folder: Path) -> Coverage:
    """The coverage written by fetch_fonts; FileNotFoundError when the fonts are not there."""
    pairs = json.loads((folder / FILE_NAME).read_text())
    return Coverage(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
