"""Signatures of what we post to other systems: HMAC-SHA256 over the time and the body.

The receiver recomputes `hex(HMAC-SHA256(secret, timestamp + "." + body))`, compares it in constant
time and refuses what is older than five minutes (docs/notifications.md); `verify` is that receiver.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

SIGNATURE = "X-Signature"
TIMESTAMP = "X-Timestamp"
SCHEME = "sha256="
WINDOW = 300
"""Seconds a signed message is good for, in both directions of the clock."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`sha256=` and 64 hexadecimal digits."""
    signed = timestamp.encode() + b"." + body
    return SCHEME + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def sign(secret: str, body: bytes, *, at: int) -> dict[str, str]:
    """The two headers of a message posted at `at` (seconds since 1970)."""
    timestamp = str(at)
    return {TIMESTAMP: timestamp, SIGNATURE: signature(secret, timestamp, body)}


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, at: int) -> bool:
    """True for an untouched message of the last five minutes."""
    timestamp = headers.get(TIMESTAMP, "")
    if not (timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    fresh = abs(at - int(timestamp)) <= WINDOW
    expected = signature(secret, timestamp, body)
    return hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode()) and fresh
