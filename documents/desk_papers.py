"""The office's own papers: volume of the register, cover list, slip of service.

They quote what people typed elsewhere (a reason, who received). A character that
no font has must not keep three hundred numbers off paper: it stands there by its code point.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from documents import cleaning, glyphs, rendering


def pdf(content: Mapping[str, Any]) -> bytes:
    """The paper's PDF; raises rendering's RenderingError."""
    return rendering.pdf(printable(content))


def printable(value: Any) -> Any:
    """The same with every text as it can be printed: ``批准〔U+32F87〕``."""
    if isinstance(value, str):
        visible = "".join(map(cleaning.kept, value))
        for character in cleaning.unprintable(visible):
            visible = visible.replace(character, f"〔{glyphs.code_point(character)}〕")
        return visible
    if isinstance(value, Mapping):
        return {key: printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [printable(inner) for inner in value]
    return value
