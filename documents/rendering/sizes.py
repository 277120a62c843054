"""Two classes of documents by size, each with limits and processes of its own.

The time of a table grows with its cells: a document with a long one gets a queue, a worker and a
child process of its own, so that no short notice waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONG_CELLS = 2_400
LONG_CHARACTERS = 40_000


@dataclass(frozen=True)
class Limits:
    """What one child process may use for one document, and how many there are."""

    name: str
    cpu_seconds: int
    memory_bytes: int
    """Address space, which counts the mapped font files (95 MB) as well."""
    wall_seconds: float
    children: int


SHORT = Limits("short", 30, 2 * 1024**3, 60.0, 2)
LONG = Limits("long", 240, 3 * 1024**3, 600.0, 1)
CLASSES = {limits.name: limits for limits in (SHORT, LONG)}


def _bodies(content: Mapping[str, Any]) -> list[Any]:
    return [content["body"], *(annex["body"] for annex in content.get("annexes") or [])]


def class_of(content: Mapping[str, Any]) -> Limits:
    """The class of a valid content document."""
    cells = characters = 0
    for body in _bodies(content):
        for block in body:
            rows = block.get("rows", [])
            cells += sum(map(len, rows))
            characters += len(block.get("text", "")) + sum(
                len(cell) for row in rows for cell in row
            )
    return LONG if cells > LONG_CELLS or characters > LONG_CHARACTERS else SHORT
