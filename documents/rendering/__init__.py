"""Content documents to PDF: the only folder that imports WeasyPrint, and it imports no models.

Importing this package pins the fonts (before WeasyPrint loads). `pdf` and `render` run in a
worker process with limits; `documents.rendering.pipeline` is the plain path inside a process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from documents.fonts import sets
from documents.rendering.rendered import Place, Rendered
from documents.rendering.versions import template_version
from documents.rendering.workers import POOL

sets.pin(settings.FONTS_DIR)

__all__ = ["Place", "Rendered", "pdf", "render", "template_version"]


def render(content: Mapping[str, Any]) -> Rendered:
    """The notice of a valid content document, made by a worker process.

    Raises RenderingError: a character without glyph, a limit reached, a worker that died.
    """
    return POOL.render(content)


def pdf(content: Mapping[str, Any]) -> bytes:
    """The PDF alone; see `render`."""
    return render(content).pdf
