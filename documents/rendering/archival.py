"""PDF/A-3b with the decision as attached JSON, and the place of the signature's visible mark."""

from __future__ import annotations

import ctypes
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import pydyf
import weasyprint
from weasyprint import Attachment
from weasyprint.document import Page
from weasyprint.text.ffi import pango

from documents import record
from documents.rendering.rendered import Place

VARIANT = "pdf/a-3b"
MARK_WIDTH = 28.0  # mm; as high as the QR code
MARK_GAP = 2.0  # mm between the mark and the QR code
RIGHT_OF_QR = 98.0  # mm from the QR code's left edge, where the page number stands on the left
_ANCHOR = "check"
_POINTS_PER_PIXEL = 0.75
_POINTS_PER_MM = 72 / 25.4


def options(content: Mapping[str, Any]) -> dict[str, Any]:
    """What WeasyPrint's `write_pdf` is told: drafts and lists are plain PDF, the rest is archived.

    The attachment's dates are the document's, so that the same content gives the same bytes.
    """
    if not content.get("record"):
        return {}
    day = datetime.fromisoformat(content["date"])
    attached = Attachment(
        string=record.attachment(content),
        name=record.FILE_NAME,
        description="公文登记数据（JSON）",
        created=day,
        modified=day,
        relationship="Data",
    )
    return {"pdf_variant": VARIANT, "attachments": [attached]}


def place_of_mark(content: Mapping[str, Any], pages: Sequence[Page]) -> Place | None:
    """Beside the QR code of the last page, on the side where no page number stands."""
    if content.get("mark") != "box":
        return None
    for index, page in enumerate(pages):
        if _ANCHOR in page.anchors:
            return _beside(index, page, page.anchors[_ANCHOR])
    return None


def _beside(index: int, page: Page, anchor: Sequence[float]) -> Place:
    """`anchor` holds the QR code's corners in CSS pixels from the upper left."""
    x, y, _right, bottom = (one * _POINTS_PER_PIXEL for one in anchor)
    width = MARK_WIDTH * _POINTS_PER_MM
    odd = index % 2 == 0
    left = x - width - MARK_GAP * _POINTS_PER_MM if odd else x + RIGHT_OF_QR * _POINTS_PER_MM
    height = page.height * _POINTS_PER_PIXEL
    return Place(index, left, height - bottom, left + width, height - y)


@lru_cache(maxsize=1)
def renderer_version() -> str:
    """The libraries whose versions decide the bytes of a PDF."""
    return (
        f"weasyprint {weasyprint.__version__}, pydyf {pydyf.__version__}, "
        f"pango {pango.pango_version()}, harfbuzz {_harfbuzz()}, zlib {zlib.ZLIB_RUNTIME_VERSION}"
    )


def _harfbuzz() -> str:
    try:
        library = ctypes.CDLL("libharfbuzz.so.0")
        library.hb_version_string.restype = ctypes.c_char_p
        return bytes(library.hb_version_string()).decode()
    except (OSError, AttributeError):
        return "unknown"
