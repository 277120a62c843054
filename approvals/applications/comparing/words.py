"""Two texts, piece by piece, so that a person sees what was taken out and what was put in.

The comparison is by characters, but a number, a Latin word or a code counts as one character: 2026
that becomes 2027 is shown whole, not as a digit. Crumbs that stayed the same between two changes
are drawn into the change; long passages that stayed are shortened in the middle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, REMOVED, ADDED, LEFT_OUT = "same", "removed", "added", "left_out"
CRUMB = 2
"""A run that stayed the same is drawn into the changes around it up to this many tokens."""
UNLIKE = 0.3
"""Below this ratio (difflib's) two texts are shown as one replaced by the other."""
CONTEXT = 24
"""Characters of an unchanged passage that stay at each side of a change."""
LONGEST = 3000
"""Tokens; above, the texts are compared by sentences: character by character is quadratic."""

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[.,/:-][A-Za-z0-9]+)*|\s+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: `same`, `removed`, `added`, or `left_out` (unchanged, not shown)."""

    kind: str
    text: str


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Every piece in reading order, what was removed before what was added in its place."""
    if before == after:
        return (Piece(SAME, after),) if after else ()
    old, new = _tokens(before, after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not before or not after or matcher.ratio() < UNLIKE:
        return tuple(_replaced(before, after))
    return tuple(_shortened(_merged(_pieces(matcher, old, new))))


def _tokens(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(old), len(new)) <= LONGEST:
        return old, new
    return [s for s in _SENTENCE.findall(before) if s], [s for s in _SENTENCE.findall(after) if s]


def _replaced(before: str, after: str) -> Iterator[Piece]:
    if before:
        yield Piece(REMOVED, before)
    if after:
        yield Piece(ADDED, after)


@dataclass(slots=True)
class _Run:
    """A change under way: what it takes out and puts in."""

    removed: str = ""
    added: str = ""


def _pieces(
    matcher: SequenceMatcher[str], old: list[str], new: list[str]
) -> Iterator[tuple[str, str, bool]]:
    """(out, in, stayed and small enough to be a crumb)."""
    for operation, i1, i2, j1, j2 in matcher.get_opcodes():
        out, put = "".join(old[i1:i2]), "".join(new[j1:j2])
        yield out, put, operation == "equal" and i2 - i1 <= CRUMB


def _merged(steps: Iterable[tuple[str, str, bool]]) -> Iterator[Piece]:
    """Changes with the crumbs between them drawn in; a crumb at an edge stays as it is."""
    run, crumb = _Run(), ""
    for out, put, small in steps:
        stayed = out == put
        if stayed and small and (run.removed or run.added) and not crumb:
            crumb = out
            continue
        if stayed:
            yield from _replaced(run.removed, run.added)
            yield Piece(SAME, crumb + out)
            run, crumb = _Run(), ""
        else:
            run = _Run(run.removed + crumb + out, run.added + crumb + put)
            crumb = ""
    yield from _replaced(run.removed, run.added)
    if crumb:
        yield Piece(SAME, crumb)


def _shortened(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Long unchanged passages keep their edges beside a change."""
    everything = list(pieces)
    last = len(everything) - 1
    for place, piece in enumerate(everything):
        if piece.kind != SAME or len(piece.text) <= 3 * CONTEXT:
            yield piece
            continue
        start = CONTEXT if place > 0 else 0
        end = len(piece.text) - (CONTEXT if place < last else 0)
        if start:
            yield Piece(SAME, piece.text[:start])
        yield Piece(LEFT_OUT, piece.text[start:end])
        if end < len(piece.text):
            yield Piece(SAME, piece.text[end:])
