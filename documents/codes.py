"""Verification codes: 100 random bits in letters and digits nobody confuses."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O, U."""
LENGTH = 20
"""20 × 5 bits = 100 random bits (at least 80 are demanded)."""
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_code() -> str:
    """A code that says nothing about the case or its order."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalized(typed: str) -> str:
    """What somebody typed or read aloud, as the code it means; "" when it cannot be one."""
    compact = "".join(typed.split()).replace("-", "").upper().translate(_READ_AS)
    if len(compact) != LENGTH or not set(compact) <= set(ALPHABET):
        return ""
    return compact


def grouped(code: str) -> str:
    """In groups of four, as printed: ``ABCD-EFGH-…``; one that comes in groups is grouped anew."""
    bare = code.replace("-", "")
    return "-".join(bare[start : start + 4] for start in range(0, len(bare), 4))
