"""Which function does which kind of job. Upper packages fill it in `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

Handler = Callable[[dict[str, Any]], None]

LEASE = timedelta(seconds=60)


class UnknownKindError(LookupError):
    """A job waits for a kind that no package has registered."""


@dataclass(frozen=True)
class Registration:
    """A kind's handler, and whether it commits together with the job's DONE mark."""

    handler: Handler
    detached: bool
    lease: timedelta
    """A worker that has not finished by then counts as crashed; another one takes the job over."""


_registrations: dict[str, Registration] = {}


def register(
    kind: str, handler: Handler, *, detached: bool = False, lease: timedelta = LEASE
) -> None:
    """Names the function that does jobs of this kind; a second, different one is a ValueError.

    By default the handler runs inside the transaction that marks the job done: both or nothing.
    `detached` handlers open their own transactions and must bear being run twice: for slow work
    (rendering a PDF) that must not hold SQLite's one write lock. `lease`: see Registration.
    """
    made = Registration(handler, detached, lease)
    if _registrations.setdefault(kind, made) != made:
        message = f"job kind {kind!r} is already registered"
        raise ValueError(message)


def lease_of(kind: str) -> timedelta:
    """How long a worker may take; the usual time for a kind that nobody registered."""
    known = _registrations.get(kind)
    return known.lease if known else LEASE


def registration(kind: str) -> Registration:
    """Raises UnknownKindError when nobody does such jobs."""
    try:
        return _registrations[kind]
    except KeyError:
        message = f"no handler is registered for job kind {kind!r}"
        raise UnknownKindError(message) from None


def kinds() -> tuple[str, ...]:
    """Every registered kind, sorted."""
    return tuple(sorted(_registrations))
