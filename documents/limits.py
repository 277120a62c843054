"""How often one address may ask the public check."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

PER_MINUTE = 30
_WINDOW = 60  # seconds


def is_too_frequent(request: HttpRequest) -> bool:
    """Counts this request; true when its address asked more than PER_MINUTE times in a minute."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    key = f"verify:{hashlib.sha256(address.encode()).hexdigest()}"
    cache.add(key, 0, _WINDOW)
    try:
        return bool(cache.incr(key) > PER_MINUTE)
    except ValueError:  # the window closed between the two calls
        return False
