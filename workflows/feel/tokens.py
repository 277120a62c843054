"""Cuts FEEL text into tokens, with the column of each for error messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.feel.errors import FeelError

MAX_SOURCE = 4_000
"""Characters of one expression."""
MAX_DIGITS = 34
"""Significant digits of a number: those of decimal128, which FEEL prescribes."""

KEYWORDS = frozenset({"and", "or", "if", "then", "else", "in", "between", "true", "false", "null"})
PATTERN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
      | (?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<name>[^\W\d]\w*)
      | (?P<operator><=|>=|!=|\*\*|\.\.|[=<>+\-*/()\[\],])""",
    re.VERBOSE,
)
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", "/": "/"}
HINTS = {
    ".": "attribute access is not part of the expression language; use a variable of its own",
    "{": "contexts and foreign expressions such as ${…} are not part of the expression language",
    "$": "foreign expressions such as ${…} are not supported; write FEEL that begins with =",
    "#": "foreign expressions such as #{…} are not supported; write FEEL that begins with =",
    "&": "write and",
    "|": "write or",
    "!": "write not(…), or != for unequal",
    "'": 'texts stand between double quotes "…"',
    '"': "the text has no closing quotation mark",
    "“": 'texts stand between straight double quotes "…"',
    "”": 'texts stand between straight double quotes "…"',
    "（": "use the ASCII parenthesis (",
    "）": "use the ASCII parenthesis )",
    "，": "use the ASCII comma",
    "＝": "use the ASCII =",
    "＞": "use the ASCII >",
    "＜": "use the ASCII <",
    "≥": "write >=",
    "≤": "write <=",
    "≠": "write !=",
    "%": "there is no percent or remainder operator",
    "@": 'write date("…") or duration("…")',
}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, string, name, word (a keyword), operator or end."""

    kind: str
    text: str
    column: int


def tokens(text: str) -> list[Token]:
    """All tokens of `text` and a closing `end` token; raises FeelError with the column."""
    if len(text) > MAX_SOURCE:
        raise FeelError(f"the expression is longer than {MAX_SOURCE} characters", MAX_SOURCE + 1)
    return [*_tokens(text), Token("end", "", len(text) + 1)]


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        match = PATTERN.match(text, position)
        column = position + 1
        if match is None:
            raise _unexpected(text[position], column)
        position = match.end()
        kind, found = str(match.lastgroup), match.group()
        if kind == "number" and len(found.replace(".", "").lstrip("0")) > MAX_DIGITS:
            raise FeelError(f"the number has more than {MAX_DIGITS} digits", column)
        if kind == "string":
            found = _unescaped(found[1:-1], column)
        if kind == "name" and found in KEYWORDS:
            kind = "word"
        if kind != "space":
            yield Token(kind, found, column)


def _unexpected(character: str, column: int) -> FeelError:
    hint = HINTS.get(character)
    return FeelError(f"unexpected {character!r}" + (f": {hint}" if hint else ""), column)


def _unescaped(text: str, column: int) -> str:
    def replaced(match: re.Match[str]) -> str:
        if match.group(1):
            return chr(int(match.group(1), 16))
        try:
            return ESCAPED[match.group(2)]
        except KeyError:
            raise FeelError(
                f"unknown escape {match.group()} in a text", column + 1 + match.start()
            ) from None

    return ESCAPE.sub(replaced, text)
