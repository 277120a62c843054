"""Content document → HTML → PDF inside this process: pure, no database, same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils.translation import gettext_noop as _
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from documents import glyphs
from documents.rendering import (
    archival,
    embedding,
    fitting,
    geometry,
    glyph_runs,
    justification,
    places,
)
from documents.rendering.errors import NO_GLYPH, RenderingError
from documents.rendering.fetching import LockedFetcher
from documents.rendering.page import describe
from documents.rendering.rendered import Rendered
from documents.rendering.sizes import LONG, class_of

_STYLES = Path(__file__).parent / "styles"
_OWN_LAYOUT = {"certificate", "plaque"}
_AS_DOCUMENT = {"minutes"}
"""Formats with the head and the places of a 文件."""
for patch in (justification, embedding, glyph_runs):
    patch.install()


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    """One for the process: making it anew costs half of a page's time (documents.md §3)."""
    return FontConfiguration()


@lru_cache(maxsize=32)
def _style(form: str, lines: int, whole: bool) -> tuple[CSS, ...]:
    """The styles of a format; `lines` of running text on a page, its ending kept whole or not."""
    sheets = ("page", "document" if form in _AS_DOCUMENT else form)
    texts = [(_STYLES / f"{name}.css").read_text() for name in sheets]
    if lines != geometry.LINES:
        texts.append(fitting.style(lines))
    if whole:
        texts.append(fitting.WHOLE_ENDING)
    return tuple(
        CSS(string=text, font_config=_fonts(), url_fetcher=LockedFetcher()) for text in texts
    )


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(dirs=[str(settings.BASE_DIR / "templates")], autoescape=True)


def html(content: Mapping[str, Any]) -> str:
    """The notice as escaped HTML."""
    name = content["format"] if content["format"] in _OWN_LAYOUT else "notice"
    template = _engine().get_template(f"notices/{name}.html")
    origin = content.get("public_url") or settings.PUBLIC_URL
    return template.render(Context(describe(content, origin), use_l10n=False))


def _refuse_missing(content: Mapping[str, Any]) -> None:
    characters = glyphs.missing(content)
    if characters:
        named = "、".join(f"{one}（{glyphs.code_point(one)}）" for one in characters)
        raise RenderingError(NO_GLYPH, {"named": named})


def _laid_out(content: Mapping[str, Any]) -> Document:
    """The pages; a long document is laid out once, whatever its last page looks like."""
    page = HTML(string=html(content), url_fetcher=LockedFetcher())

    def layout(lines: int, *, whole: bool = False) -> Document:
        styles = _style(content["format"], lines, whole)
        return page.render(stylesheets=styles, font_config=_fonts())

    if class_of(content) is LONG:
        return layout(geometry.LINES)
    return fitting.fitted(layout, annexes=len(content.get("annexes") or []))


def render(content: Mapping[str, Any]) -> Rendered:
    """The PDF of a valid content document.

    Raises RenderingError when a character has no glyph, before and after the layout, or when the
    page asks for anything from outside.
    """
    date.fromisoformat(content["date"])
    _refuse_missing(content)
    out = io.BytesIO()
    try:
        document = _laid_out(content)
        document.write_pdf(out, **archival.options(content))
    except FatalURLFetchingError as error:
        message = _("版面引用了外部内容，没有生成文件（%(detail)s）。请告知系统管理员。")
        raise RenderingError(message, {"detail": str(error)}) from error
    marks = places.places_of_marks(content, document.pages)
    return Rendered(out.getvalue(), len(document.pages), archival.renderer_version(), marks)
