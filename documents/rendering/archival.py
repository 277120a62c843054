"""PDF/A-3b with the decision as attached JSON; the versions that decide its bytes."""

from __future__ import annotations

import ctypes
import zlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import pydyf
import weasyprint
from weasyprint import Attachment
from weasyprint.text.ffi import pango

from documents import record

VARIANT = "pdf/a-3b"


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
