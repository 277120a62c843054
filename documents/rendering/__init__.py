"""Content documents to PDF: the only folder that imports WeasyPrint, and it imports no models.

Importing this package pins the fonts (before WeasyPrint loads). `pdf` and `render` run in a
worker process with limits; `documents.rendering.pipeline` is the plain path inside a process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from documents.fonts import sets
from documents.rendering.rendered import Place, Rendered
from documents.rendering.sizes import LONG, SHORT, class_of
from documents.rendering.versions import template_version
from documents.rendering.workers import POOLS

sets.pin(settings.FONTS_DIR)

__all__ = ["Place", "Rendered", "is_long", "overlay", "pdf", "render", "template_version"]


def is_long(content: Mapping[str, Any]) -> bool:
    """Whether the document takes so long that it gets a worker of its own (see `sizes`)."""
    return class_of(content) is LONG


def render(content: Mapping[str, Any]) -> Rendered:
    """The notice of a valid content document, made by a worker process.

    Raises RenderingError: a character without glyph, a limit reached, a worker that died.
    """
    return POOLS[class_of(content).name].render(content)


def overlay(sheets: Sequence[Mapping[str, Any]]) -> bytes:
    """A page for each sheet to lay over a copy's first page; see `overlays.render`."""
    return POOLS[SHORT.name].render({"sheets": list(sheets)}).pdf


def pdf(content: Mapping[str, Any]) -> bytes:
    """The PDF alone; see `render`."""
    return render(content).pdf
