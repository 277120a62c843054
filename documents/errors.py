"""The root of what this package refuses."""

from __future__ import annotations


class DocumentError(Exception):
    """Something about a document cannot be done; the message says what and the way out."""
