"""The 送审稿 a leader sees before signing: the same page, marked, without number and code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import clock
from documents import rendering
from documents.services import check


def draft(content: Mapping[str, Any]) -> bytes:
    """The PDF of a draft; raises services.InvalidContent or services.MissingGlyphs."""
    marked = {
        **content,
        "number": None,
        "verify_code": None,
        "draft": True,
        "record": None,
        "mark": "none",
        "date": content.get("date") or clock.today().isoformat(),
    }
    check(marked)
    return rendering.pdf(marked)
