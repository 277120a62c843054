"""A registry of veils: cases a seat's holder knows of and yet may not open as a reader.

An upper slice (experts) fills it in `AppConfig.ready`. It is asked for people who hold an expert's
post only; everybody else pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_

from django.db.models import Q

Veil = Callable[[int], Q]
"""Given a user's id; the cases (a condition on Application) that stay behind the veil for him."""

_veils: list[Veil] = []


def register(veil: Veil) -> None:
    """Publishes a veil; twice changes nothing."""
    if veil not in _veils:
        _veils.append(veil)


def behind(user_id: int) -> Q:
    """Every case behind some veil; no query of its own."""
    return reduce(or_, (veil(user_id) for veil in _veils), Q(pk__in=[]))
