"""The QR code of the public check, and the round 样章 of invented demo organs."""

from __future__ import annotations

import base64
import io

import segno

_MODULE_PIXELS = 6


def qr_png(address: str) -> str:
    """The address as a QR code (level M, quiet zone of two modules), as a PNG data address."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="png", scale=_MODULE_PIXELS, border=2
    )
    return "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()


def check_address(public_url: str, code: str) -> str:
    """Where anybody checks a document: printed and inside the QR code."""
    return f"{public_url.rstrip('/')}/verify/{code}"
