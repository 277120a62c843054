"""What rendering gives back."""

from __future__ import annotations

from dataclasses import dataclass

TEMPLATE_VERSION = "2026.1"
"""Stored with every document; raise it with any change that moves a glyph on a page."""


@dataclass(frozen=True)
class Rendered:
    """The bytes of one PDF and how many pages they hold."""

    pdf: bytes
    pages: int
