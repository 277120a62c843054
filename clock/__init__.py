"""The one place where the time comes from.

Everything that stores or compares a time asks here, so that a journey, a simulation or a test can
run on a simulated clock without patching the standard library.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

BEIJING = ZoneInfo("Asia/Shanghai")

_simulated: ContextVar[datetime | None] = ContextVar("simulated_clock", default=None)


def now() -> datetime:
    """The moment, aware, in Beijing time."""
    simulated = _simulated.get()
    return simulated if simulated is not None else timezone.now().astimezone(BEIJING)


def today() -> date:
    """The calendar day in Beijing, whatever the server's zone: numbers and deadlines turn on it."""
    return now().date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Runs the block as if it were `moment` (aware)."""
    if moment.tzinfo is None:
        message = "a simulated moment must carry its time zone"
        raise ValueError(message)
    token = _simulated.set(moment.astimezone(BEIJING))
    try:
        yield
    finally:
        _simulated.reset(token)
