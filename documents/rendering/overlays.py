"""Sheets that are laid over a printed copy: its number, and the mark of a reprint.

The archived original is never touched: the sheet is merged with its first page at print time.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.template import Context
from weasyprint import CSS, HTML

from documents.rendering import pipeline
from documents.rendering.fetching import LockedFetcher
from documents.rendering.rendered import Rendered

_STYLE = Path(__file__).parent / "styles" / "overlay.css"


def render(content: Mapping[str, Any]) -> Rendered:
    """One page for each of `content["sheets"]`: `{"number", "top", "mark"}`; `top` of the line in
    mm from the paper's edge."""
    template = pipeline._engine().get_template("notices/overlay.html")
    html = template.render(Context({"sheets": content["sheets"]}, use_l10n=False))
    fonts, fetcher = pipeline._fonts(), LockedFetcher()
    style = CSS(string=_STYLE.read_text(), font_config=fonts, url_fetcher=fetcher)
    made = HTML(string=html, url_fetcher=fetcher).render(stylesheets=[style], font_config=fonts)
    out = io.BytesIO()
    made.write_pdf(out)
    return Rendered(out.getvalue(), len(made.pages))
