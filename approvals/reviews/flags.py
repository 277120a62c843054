"""Flags for the supervisors (`review_flag`): something that nobody undoes automatically.

A recusal after the decision, a transfer that goes in circles: lower slices raise the flag, the
supervision slice above fills the registry in `AppConfig.ready` and lists what was raised.
"""

from __future__ import annotations

from collections.abc import Callable

from approvals.applications.models import Application

Handler = Callable[[Application, str, str], None]

_handlers: list[Handler] = []


def register(handler: Handler) -> None:
    """Publishes who takes flags; twice changes nothing."""
    if handler not in _handlers:
        _handlers.append(handler)


def raise_flag(application: Application, kind: str, text: str) -> None:
    """Tells the supervisors, in the caller's transaction. `kind` is a short word of the caller
    (`recused_after_decision`, `transfer_chain`), `text` one sentence in the user's language.

    Raises RuntimeError when nobody takes flags: it would be lost without a sound.
    """
    if not _handlers:
        message = "no slice takes review flags"
        raise RuntimeError(message)
    for handler in _handlers:
        handler(application, kind, text)
