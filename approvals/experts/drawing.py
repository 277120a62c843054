"""The draw as a pure function: no database, no clock, no chance of its own.

Rule. Candidates are the entries of the frozen pool without a ground of exclusion. Each gets the
number SHA-256(seed ":" id), seed as 64 lower-case hex digits and id as a decimal number, both
ASCII; smaller hex digests come first. Going through them in that order, the first `size` are drawn;
with `one_per_employer` somebody whose employer already has a seat is passed over. Everybody not
drawn is a substitute, in the same order. docs/recompute_draw.py does the same in 20 lines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """Ids in the order of the draw."""

    drawn: tuple[int, ...]
    substitutes: tuple[int, ...]


def commitment_of(seed: str) -> str:
    """SHA-256 of the seed's bytes, hex: what is published first."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def pool_sha256(pool: Sequence[Entry]) -> str:
    """SHA-256 of the pool as canonical JSON (keys sorted, no blanks, UTF-8)."""
    text = json.dumps(pool, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def place(seed: str, number: int) -> str:
    """Where the seed puts this id; hex, compared as text."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def draw(pool: Sequence[Entry], seed: str, size: int, *, one_per_employer: bool) -> Result:
    """Fewer than `size` are drawn when the pool has no more; the caller says so."""
    order = sorted(
        (entry for entry in pool if not entry["excluded"]),
        key=lambda entry: place(seed, entry["id"]),
    )
    drawn: list[Entry] = []
    for entry in order:
        taken = one_per_employer and entry["employer"] in {one["employer"] for one in drawn}
        if len(drawn) < size and not taken:
            drawn.append(entry)
    numbers = tuple(entry["id"] for entry in drawn)
    rest = tuple(entry["id"] for entry in order if entry["id"] not in numbers)
    return Result(numbers, rest)


def next_substitute(
    pool: Sequence[Entry],
    substitutes: Sequence[int],
    *,
    staying: Collection[int],
    used: Collection[int],
    one_per_employer: bool,
    passed: Collection[int] = (),
) -> int | None:
    """The first substitute nobody has called yet and whose employer has no seat; None: none left.

    `staying`: ids on the panel without the one who leaves; `used`: ids called before; `passed`: ids
    who cannot come now (a tie that became known, a post that ended).
    """
    employers = {entry["id"]: entry["employer"] for entry in pool}
    seated = {employers[number] for number in staying}
    for number in substitutes:
        if number in used or number in passed or (one_per_employer and employers[number] in seated):
            continue
        return number
    return None
