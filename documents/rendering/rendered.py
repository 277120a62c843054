"""What rendering gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A rectangle on a page (0 is the first), in PDF points from the lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Rendered:
    """The bytes of one PDF, how many pages they hold, and what made them."""

    pdf: bytes
    pages: int
    renderer: str = ""
    marks: tuple[Place, ...] = ()
    """Where the visible mark of each organ's signature stands, lead first; empty: no marks."""
