"""What a person typed, made fit for paper: no control, invisible or direction characters.

Nothing that can be seen is changed. What cannot be printed (no glyph, private use) is named, never
dropped.
"""

from __future__ import annotations

import unicodedata

from documents import glyphs

_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"}
_INVISIBLE = frozenset({"Cc", "Cf"})
_LINE_SEPARATORS = frozenset({"Zl", "Zp"})
_NOBODY_KNOWS = frozenset({"Co", "Cs", "Cn"})


def lines(text: str) -> list[str]:
    """The paragraphs of a text, each without line breaks and blanks at its ends; empty ones go."""
    for end, newline in _LINE_ENDS.items():
        text = text.replace(end, newline)
    found = ["".join(map(kept, line)).strip() for line in _broken(text)]
    return [line for line in found if line]


def one_line(text: str) -> str:
    """The same as a single line, for a title, an addressee, a cell."""
    return " ".join(lines(text))


def unprintable(text: str) -> list[str]:
    """The characters that would come out as an empty box, in code point order."""
    cleaned = one_line(text)
    unknown = {one for one in cleaned if unicodedata.category(one) in _NOBODY_KNOWS}
    return sorted(unknown | set(glyphs.missing(cleaned)))


def _broken(text: str) -> list[str]:
    separated = ("\n" if unicodedata.category(one) in _LINE_SEPARATORS else one for one in text)
    return "".join(separated).split("\n")


def kept(character: str) -> str:
    """A tab is a blank; what nobody sees is left out."""
    if character == "\t":
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE else character
