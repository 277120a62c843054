"""The state of our layouts, stored with every document that was made from them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

TEMPLATE_GENERATION = "2026.2"
_HERE = Path(__file__).parent


def _layout_files() -> list[Path]:
    """Everything of ours that moves a glyph on a page."""
    package = _HERE.parent
    return [
        *sorted((Path(settings.BASE_DIR) / "templates" / "notices").rglob("*.html")),
        *sorted(_HERE.rglob("*.css")),
        *sorted(_HERE.glob("*.py")),
        package / "record.py",
        package / "wording.py",
        package / "codes.py",
    ]


@lru_cache(maxsize=1)
def template_version() -> str:
    """Stored with every document; changes with any layout file, so that nobody need remember to."""
    digest = hashlib.sha256()
    for path in _layout_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{TEMPLATE_GENERATION}-{digest.hexdigest()[:12]}"
