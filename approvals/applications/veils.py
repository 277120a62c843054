"""A registry of veils: cases a seat's holder knows of and yet may not open as a reader.

An upper slice (experts) fills it in `AppConfig.ready`. It is asked for people who hold an expert's
post only; everybody else pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q

from workflows.models import Task

if TYPE_CHECKING:
    from approvals.applications.models import Application

Veil = Callable[[int], Q]
"""Given a user's id; the cases (a condition on Application) that stay behind the veil for him."""

_veils: list[Veil] = []


def register(veil: Veil) -> None:
    """Publishes a veil; twice changes nothing."""
    if veil not in _veils:
        _veils.append(veil)


Mask = Callable[["Application", Task], "Application"]
"""Given a case and the seat from which it is looked at; the case as that seat may know of it."""

_masks: list[Mask] = []


def register_mask(mask: Mask) -> None:
    """Publishes a mask; twice changes nothing."""
    if mask not in _masks:
        _masks.append(mask)


def seen(application: Application, task: Task) -> Application:
    """The case for a page about somebody's seat, without what the seat must not know. Not to be
    saved: services read the case themselves."""
    return reduce(lambda shown, mask: mask(shown, task), _masks, application)


def behind(user_id: int) -> Q:
    """Every case behind some veil; no query of its own."""
    return reduce(or_, (veil(user_id) for veil in _veils), Q(pk__in=[]))
