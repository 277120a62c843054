"""The 送审稿 a leader sees before signing: the same page, marked, without number and code."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pypdf import PdfWriter

import clock
from documents import rendering
from documents.services import check

_FIRST, _LAST = 40, 10
"""Rows of a long table that a preview shows."""


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
    return rendering.pdf(_shortened(marked) if rendering.is_long(marked) else marked)


def drafts(contents: Sequence[Mapping[str, Any]]) -> bytes:
    """Several drafts in one PDF; raises what `draft` raises."""
    made = [draft(content) for content in contents]
    if len(made) == 1:
        return made[0]
    out, writer = io.BytesIO(), PdfWriter()
    for pdf in made:
        writer.append(io.BytesIO(pdf))
    writer.write(out)
    return out.getvalue()


def _shortened(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with its long tables cut: the reader waits for a preview, not for a queue."""
    annexes = [
        {**annex, "body": [*map(_cut, annex["body"])]} for annex in content.get("annexes") or []
    ]
    return {**content, "body": [*map(_cut, content["body"])], "annexes": annexes}


def _cut(block: Mapping[str, Any]) -> Mapping[str, Any]:
    rows = block.get("rows", [])
    if len(rows) <= _FIRST + _LAST:
        return block
    said = _("（送审稿预览略去%(count)d行，共%(all)d行）")
    words = {"count": len(rows) - _FIRST - _LAST, "all": len(rows)}
    gap = [said % words, *[""] * (len(block["header"]) - 1)]
    return {**block, "rows": [*rows[:_FIRST], gap, *rows[-_LAST:]]}
